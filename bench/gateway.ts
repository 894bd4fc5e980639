/**
 * `pnpm bench gateway`: an order that is dialled over loopback, compared with the bare TCP exchange of the same bytes, and the time
 * that a gateway adds to its terminal's. One caller, one terminal that answers at once; and 16 callers at as many terminals.
 *
 * The terminals are a process of their own, so that the bare exchange goes from one process to another, as an order does. All
 * alternate, once their speed is steady.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Measure } from "./measure/Figure.ts"
import { flushes } from "./measure/flushes.ts"
import { median, quantile, rounded } from "./measure/statistics.ts"
import { exchange } from "./server/exchange.ts"
import { load } from "./server/load.ts"
import * as Measured from "./server/Measured.ts"
import { smallOrder } from "./server/orders.ts"
import { startTerminals } from "./server/startTerminals.ts"

/** Orders until all code is compiled: a server has more code than a bare exchange. */
const WARM_UP = 10_000
const ROUNDS = 40
const ORDERS = 100
/** Callers that pay at the same time, each at a terminal of its own. */
const CALLERS = 16

/** The milliseconds of each of `count` payments at one terminal, one after the other. */
type Pay = (terminal: number, count: number) => Promise<ReadonlyArray<number>>

/** Orders over one connection to a server that dials the terminal. */
const ordersAt =
  ({ port }: Measured.Measured, login?: string): Pay =>
  async (terminal, count) => {
    const { times, statuses } = await load(port, {
      count,
      connections: 1,
      body: () => JSON.stringify(smallOrder("127.0.0.1", terminal)),
      ...(login === undefined ? {} : { login })
    })
    if (statuses[200] !== count) throw new Error(`not all orders were paid: ${JSON.stringify(statuses)}`)
    return times
  }

/** Exchanges of the same bytes, straight from here. */
const exchangesOf =
  (sent: Buffer): Pay =>
  async (terminal, count) => {
    const times = []
    for (let i = 0; i < count; i++) {
      const begin = performance.now()
      await exchange(terminal, sent)
      times.push(performance.now() - begin)
    }
    return times
  }

/** Payments per second of several callers, each at one of the terminals. */
const perSecond = async (pay: Pay, terminals: ReadonlyArray<number>): Promise<number> => {
  const begin = performance.now()
  await Promise.all(terminals.map((terminal) => pay(terminal, ORDERS)))
  return (terminals.length * ORDERS) / ((performance.now() - begin) / 1000)
}

export const measure: Measure = async () => {
  const folder = mkdtempSync(join(tmpdir(), "bench-gateway-"))
  process.once("exit", () => rmSync(folder, { recursive: true }))
  using terminals = await startTerminals(CALLERS)
  const { ports } = terminals
  const [terminal = 0] = ports
  const addresses = ports.map((port) => `127.0.0.1:${port}`)
  using mock = await Measured.start("dialled", addresses.join(","))
  using straight = await Measured.start("floor", "dialled")
  using gateway = await Measured.start("gateway", `127.0.0.1:${terminal}`, join(folder, "gateway.db"))
  const dialled = ordersAt(mock)
  const floor = ordersAt(straight)
  const flushed = ordersAt(gateway, "till:of the bench")
  await dialled(terminal, 1)
  const bare = exchangesOf(await terminals.asked())
  // In turns: V8 drops the compiled code of a process that is idle for some seconds.
  for (let count = 0; count < WARM_UP; count += ORDERS)
    for (const pay of [dialled, floor, flushed, bare]) await pay(terminal, ORDERS)

  const rounds: Array<Record<"dialled" | "floor" | "flushed" | "bare", ReadonlyArray<number>>> = []
  for (let round = 0; round < ROUNDS; round++) {
    rounds.push({
      dialled: await dialled(terminal, ORDERS),
      floor: await floor(terminal, ORDERS),
      flushed: await flushed(terminal, ORDERS),
      bare: await bare(terminal, ORDERS)
    })
  }
  const spent = async () => ({ mock: await mock.cpu(), floor: await straight.cpu() })
  const before = await spent()
  const many: Array<Record<"dialled" | "floor" | "bare", number>> = []
  for (let round = 0; round < ROUNDS; round++) {
    many.push({
      dialled: await perSecond(dialled, ports),
      floor: await perSecond(floor, ports),
      bare: await perSecond(bare, ports)
    })
  }

  const after = await spent()
  /** Microseconds of processor time per order under load, which other work on the machine does not affect. */
  const microseconds = (which: "mock" | "floor") =>
    Math.round((after[which] - before[which]) / (ROUNDS * CALLERS * ORDERS))
  const times = (which: keyof (typeof rounds)[number]) => rounds.flatMap((round) => round[which])
  const ratio = (which: "dialled" | "floor") =>
    rounded(median(rounds.map((round) => median(round.bare) / median(round[which]))))
  const added = (share: number) => rounded(quantile(times("flushed"), share) - quantile(times("bare"), share))
  const manyOf = (which: keyof (typeof many)[number]) => Math.round(median(many.map((round) => round[which])))
  const seen = { bare: rounded(median(times("bare"))), flush: rounded(median(flushes(folder))) }
  return [
    {
      name: "gateway.dialled",
      value: ratio("dialled"),
      beside: { ...seen, dialled: rounded(median(times("dialled"))) }
    },
    { name: "gateway.floor", value: ratio("floor"), beside: { ...seen, floor: rounded(median(times("floor"))) } },
    {
      name: "gateway.many",
      value: rounded(median(many.map(({ dialled, bare }) => dialled / bare))),
      beside: {
        perSecond: manyOf("dialled"),
        floorPerSecond: manyOf("floor"),
        barePerSecond: manyOf("bare"),
        microseconds: microseconds("mock"),
        floorMicroseconds: microseconds("floor")
      }
    },
    { name: "gateway.added-p50", value: added(0.5), beside: { ...seen, order: rounded(median(times("flushed"))) } },
    { name: "gateway.added-p99", value: added(0.99) }
  ]
}
