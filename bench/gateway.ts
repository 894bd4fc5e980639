/**
 * `pnpm bench gateway`: an order that is dialled over loopback, beside the bare TCP exchange of the same bytes, and what a
 * gateway adds to its terminal's own time. One caller, one terminal that answers at once.
 *
 * The terminal is a listener that gives back what the simulated terminal answered to the first request, under the order's
 * own id, so that nothing but the gateway is measured. Orders and exchanges take turns.
 */
import { mkdtempSync, rmSync } from "node:fs"
import * as net from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { startTerminal } from "@hipay-pos/terminal-simulator/node"
import type { Measure } from "./measure/Figure.ts"
import { flushes } from "./measure/flushes.ts"
import { median, quantile, rounded } from "./measure/statistics.ts"
import { exchange } from "./server/exchange.ts"
import { load } from "./server/load.ts"
import * as Measured from "./server/Measured.ts"
import { smallOrder } from "./server/orders.ts"

const WARM_UP = 1_000
const ROUNDS = 40
const ORDERS = 100

/** The order id in a Concert message. */
const idIn = (message: Buffer): string =>
  /CF\d{3}([\w-]+?)(?=[A-Z]{2}\d{3}|$)/.exec(message.toString("latin1"))?.[1] ?? ""

/** Answers as a simulated terminal answered the first time; keeps that first request. */
const listen = async (simulated: number) => {
  let first: { readonly asked: Buffer; readonly answer: string; readonly id: string } | undefined
  const server = net.createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    socket.on("error", () => {})
    socket.once("data", async (asked: Buffer) => {
      if (first === undefined) {
        const answer = (await exchange(simulated, asked)).toString("latin1")
        first = { asked, answer, id: idIn(asked) }
      }
      const { answer, id } = first
      socket.end(Buffer.from(answer.replace(id, idIn(asked)), "latin1"))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return { port: (server.address() as net.AddressInfo).port, asked: () => first?.asked ?? Buffer.alloc(0) }
}

/** Milliseconds of each of so many exchanges, one after the other. */
const exchanges = async (port: number, sent: Buffer, count: number): Promise<ReadonlyArray<number>> => {
  const times = []
  for (let i = 0; i < count; i++) {
    const begin = performance.now()
    await exchange(port, sent)
    times.push(performance.now() - begin)
  }
  return times
}

/** Milliseconds of each of so many orders, one after the other over one connection. */
const orders = async (
  { port }: Measured.Measured,
  terminal: number,
  { count = ORDERS, login }: { readonly count?: number; readonly login?: string } = {}
): Promise<ReadonlyArray<number>> => {
  const body = () => JSON.stringify(smallOrder("127.0.0.1", terminal))
  const { times, statuses } = await load(port, {
    count,
    connections: 1,
    body,
    ...(login === undefined ? {} : { login })
  })
  if (statuses[200] !== count) throw new Error(`not all orders were paid: ${JSON.stringify(statuses)}`)
  return times
}

export const measure: Measure = async () => {
  const folder = mkdtempSync(join(tmpdir(), "bench-gateway-"))
  process.once("exit", () => rmSync(folder, { recursive: true }))
  await using simulator = await startTerminal({ port: 0, seed: "bench" })
  const terminal = await listen(simulator.port)
  const address = `127.0.0.1:${terminal.port}`
  using mock = await Measured.start("dialled", address)
  using floor = await Measured.start("floor", address)
  using gateway = await Measured.start("gateway", address, join(folder, "gateway.db"))
  const login = "till:of the bench"
  await orders(mock, terminal.port, { count: WARM_UP })
  await orders(floor, terminal.port, { count: WARM_UP })
  await orders(gateway, terminal.port, { count: WARM_UP, login })
  await exchanges(terminal.port, terminal.asked(), WARM_UP)
  const rounds = []
  for (let round = 0; round < ROUNDS; round++) {
    rounds.push({
      dialled: await orders(mock, terminal.port),
      floor: await orders(floor, terminal.port),
      flushed: await orders(gateway, terminal.port, { login }),
      bare: await exchanges(terminal.port, terminal.asked(), ORDERS)
    })
  }
  const times = {
    dialled: rounds.flatMap(({ dialled }) => dialled),
    floor: rounds.flatMap(({ floor }) => floor),
    flushed: rounds.flatMap(({ flushed }) => flushed),
    bare: rounds.flatMap(({ bare }) => bare)
  }
  const added = (share: number) => quantile(times.flushed, share) - quantile(times.bare, share)
  const ratio = (times: ReadonlyArray<number>, bare: ReadonlyArray<number>) => median(bare) / median(times)
  const seen = { bare: rounded(median(times.bare)), flush: rounded(median(flushes(folder))) }
  return [
    {
      name: "gateway.dialled",
      value: rounded(median(rounds.map(({ bare, dialled }) => ratio(dialled, bare)))),
      beside: { ...seen, dialled: rounded(median(times.dialled)) }
    },
    {
      name: "gateway.floor",
      value: rounded(median(rounds.map(({ bare, floor }) => ratio(floor, bare)))),
      beside: { ...seen, floor: rounded(median(times.floor)) }
    },
    {
      name: "gateway.added-p50",
      value: rounded(added(0.5)),
      beside: { ...seen, order: rounded(median(times.flushed)) }
    },
    { name: "gateway.added-p99", value: rounded(added(0.99)) }
  ]
}
