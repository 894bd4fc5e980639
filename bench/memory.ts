/**
 * `pnpm bench memory`: the memory of an order that waits for its terminal, and of a mock after a hundred thousand orders. Each
 * server is a process of its own.
 */
import type { Measure } from "./measure/Figure.ts"
import { rounded } from "./measure/statistics.ts"
import { load } from "./server/load.ts"
import * as Measured from "./server/Measured.ts"
import { fullOrders } from "./server/orders.ts"

/** As many terminals as a mock simulates at a time. */
const TERMINALS = 10_000
const CONNECTED = 10_000
const DETACHED = 50_000
const PAID = 100_000
/** How many connections are opened at a time: of ten thousand at once a server would close some, because they have no login yet. */
const OPENED = 500
/** Milliseconds; a refused connection is not retried. */
const CONNECT_TIMEOUT = 120_000

/** Bytes of each order that waits, once all do. */
const waiting = async (count: number, connected: boolean, server: "slow" | "waiting" = "slow") => {
  using mock = await Measured.start(server)
  const body = fullOrders(TERMINALS)
  if (server === "slow") await load(mock.port, { count: 1, connections: 1, body: fullOrders(1), detached: true })
  const before = await mock.memory()
  const deadline = performance.now() + CONNECT_TIMEOUT
  const reached = async (orders: number) => {
    for (let at = 0; at < orders; at = await mock.connected()) {
      if (performance.now() > deadline) throw new Error(`only ${at} of ${orders} orders reached their terminals`)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
  if (connected) {
    // They end when this process ends.
    for (let sent = OPENED; sent <= count; sent += OPENED) {
      void load(mock.port, { count: OPENED, connections: OPENED, body })
      await reached(sent)
    }
  } else {
    const { statuses } = await load(mock.port, { count, connections: 64, body, detached: true })
    if (statuses[202] !== count) throw new Error(`not all orders were taken: ${JSON.stringify(statuses)}`)
    // The others wait for their turn.
    await reached(TERMINALS)
  }
  return (await mock.memory()) / count - before / count
}

/** A server's memory after many orders, compared with what it needs to keep. */
const kept = async (server: "mock" | "keeping") => {
  using started = await Measured.start(server)
  await load(started.port, { count: PAID, body: fullOrders(64) })
  const resident = await started.resident()
  const live = await started.memory()
  return {
    value: rounded(resident / live),
    beside: { orders: PAID, megabytes: Math.round(resident / 1e6), liveMegabytes: Math.round(live / 1e6) }
  }
}

export const measure: Measure = async () => {
  const pending = await waiting(CONNECTED, true)
  const bare = await waiting(CONNECTED, true, "waiting")
  const detached = await waiting(DETACHED, false)
  const mock = await kept("mock")
  const keeping = await kept("keeping")
  return [
    { name: "memory.pending", value: rounded(pending / 1e3), beside: { orders: CONNECTED } },
    { name: "memory.floor", value: rounded(bare / 1e3), beside: { orders: CONNECTED } },
    { name: "memory.pending-50000", value: rounded(detached / 1e3), beside: { orders: DETACHED, answered: 202 } },
    { name: "memory.resident", ...mock },
    { name: "memory.resident-floor", ...keeping }
  ]
}
