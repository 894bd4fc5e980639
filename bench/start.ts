/**
 * `pnpm bench start`: how fast a mock starts, as the published program and inside a test; what it uses while it
 * waits; and how long a week takes with a collection every minute.
 */
import { once } from "node:events"
import { createInterface } from "node:readline"
import { makeMock } from "@hipay-pos/server-mock"
import { startServer } from "@hipay-pos/server-mock/node"
import { listenHttp } from "../tests/listen.ts"
import type { Figure, LeftOut, Measure } from "./measure/Figure.ts"
import { median, rounded } from "./measure/statistics.ts"
import { bundledEcho, publishedMock, residentBytes, type Started, startBundled } from "./server/bundled.ts"
import { smallOrder } from "./server/orders.ts"
import { startProcess } from "./server/startProcess.ts"

const ROUNDS = 9

/** The memory of Node itself with a server of its own, a second after its start. */
const idleNode = async (): Promise<number> => {
  const program = `require("node:http").createServer((_, answer) => answer.end()).listen(0, () => console.log(""))`
  using started = startProcess(process.execPath, ["--eval", program], { stdio: ["ignore", "pipe", "ignore"] })
  if (started.child.stdout === null) throw new Error("no pipe from Node")
  await once(createInterface(started.child.stdout), "line")
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  return residentBytes(started.child.pid) / 1e6
}

/** Medians of the starts after the first one, which compiles: of the published mock and of a bare echo, in turns. */
const published = async (): Promise<ReadonlyArray<Figure | LeftOut>> => {
  const [mock, echo] = [publishedMock(), await bundledEcho()]
  const mocks: Array<Started> = []
  const echoes: Array<Started> = []
  for (let round = 0; round <= ROUNDS; round++) {
    if (mock !== undefined) mocks.push(await startBundled(mock))
    echoes.push(await startBundled(echo))
  }
  const of = (runs: ReadonlyArray<Started>, what: keyof Started) =>
    Math.round(median(runs.slice(1).map((run) => run[what])))
  return [
    ...(mock === undefined
      ? ["start.answer", "start.idle"].map((name) => ({ name, leftOut: "pnpm build first" }))
      : [
          {
            name: "start.answer",
            value: of(mocks, "milliseconds"),
            beside: {
              processor: of(mocks, "processor"),
              processorPerFloor: rounded(of(mocks, "processor") / of(echoes, "processor"))
            }
          },
          { name: "start.idle", value: of(mocks, "megabytes") }
        ]),
    {
      name: "start.floor",
      value: of(echoes, "milliseconds"),
      beside: { processor: of(echoes, "processor"), megabytes: of(echoes, "megabytes") }
    },
    { name: "start.node", value: Math.round(await idleNode()) }
  ]
}

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const begin = performance.now()
  await work()
  return performance.now() - begin
}

/** The median of many runs, after as many for warm-up. */
const steady = (times: ReadonlyArray<number>): number => rounded(median(times.slice(times.length / 2)))

const ROUNDS_WITHIN = 100

const repeated = async (work: () => Promise<unknown>): Promise<number> => {
  const times = []
  for (let i = 0; i < ROUNDS_WITHIN; i++) times.push(await timed(work))
  return steady(times)
}

/** The mock emptied, and a bare request to node:http, in turns: a reset is a request over HTTP. */
const resets = async (): Promise<Figure> => {
  const kept = await startServer({ port: 0 })
  await using server = await listenHttp((_, answer) => answer.writeHead(204).end())
  const times: Array<number> = []
  const bare: Array<number> = []
  for (let i = 0; i < ROUNDS_WITHIN; i++) {
    times.push(await timed(() => kept.mock.reset()))
    bare.push(await timed(() => fetch(server.url, { method: "DELETE" })))
  }
  await kept.close()
  return { name: "start.reset", value: steady(times), beside: { bare: steady(bare) } }
}

const week = async (): Promise<number> => {
  await using mock = makeMock({ collectEvery: "1 minute", clock: new Date("2026-01-05T00:00:00Z") })
  // Its space is there from the first order on.
  await mock.fetch(`${mock.url}/v1/connector/order`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa("merchant:secret")}`, "content-type": "application/json" },
    body: JSON.stringify(smallOrder("till.test"))
  })
  // Awaited here, because the mock is closed with this function.
  return await timed(() => mock.mock.clock.advance("7 days"))
}

export const measure: Measure = async () => {
  const embedded = await repeated(async () => (await startServer({ port: 0 })).close())
  return [
    ...(await published()),
    { name: "start.embedded", value: embedded },
    await resets(),
    { name: "start.clock", value: rounded((await week()) / 1_000) }
  ]
}
