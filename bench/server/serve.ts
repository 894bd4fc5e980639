/**
 * A server to be measured, in a process of its own: `echo`, `floor` (pays at simulated terminals), `floor stored FILE`, `floor
 * dialled` (dials the terminals on this machine that orders name), `mock`, `slow` (terminals that wait), `waiting` (a bare app
 * that reads orders and answers none), `keeping` (one that keeps them), `dialled HOST:PORT,…`, `stored FILE`, `metrics`,
 * `otlp URL` (as the bins export them), `gateway HOST:PORT FILE`, or `relay URL FILE`, which relays orders to a mock.
 *
 * Prints its port. On standard input the line `memory` is answered with the bytes in use after a collection of garbage,
 * `resident` with those that are resident, `cpu` with the microseconds of processor time used so far, `connected` with the number of
 * attempts that have reached their terminals; the end of input ends the server.
 */
import "effect/schema/SchemaJITCompiler/enable"
import { createInterface } from "node:readline"
import { startGateway } from "@hipay-pos/gateway/node"
import type { ServerEvent } from "@hipay-pos/server"
import { exportTelemetry } from "@hipay-pos/server/bin"
import { startServer } from "@hipay-pos/server-mock/node"
import { getRequestListener, serve } from "@hono/node-server"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Scope from "effect/Scope"
import { Hono } from "hono"
import { bytesInUse } from "../measure/bytesInUse.ts"
import { makeBareRows } from "./bareRows.ts"
import { exchange } from "./exchange.ts"
import { type Ask, makeFloor } from "./floor.ts"
import { makeKeeping } from "./keeping.ts"
import { makeSimulated } from "./simulate.ts"

const [kind, place = "", file = ""] = process.argv.slice(2)

/** Long enough for every order to come in before the first one is answered. */
const slow = {
  woken: 600_000,
  cardPresented: 0,
  pin: 0,
  authorising: 0,
  printing: 0,
  inputTimeout: 60_000,
  walkAway: 0,
  jitter: 0
}

const processorTime = (): number => {
  const { user, system } = process.cpuUsage()
  return user + system
}

let connected = 0
const listener = (event: ServerEvent): void => {
  if (event._tag === "Terminal" && event.event._tag === "Connected") connected++
}

const answers: Readonly<Record<string, () => number>> = {
  memory: bytesInUse,
  resident: process.memoryUsage.rss,
  cpu: processorTime,
  connected: () => connected
}

createInterface(process.stdin)
  .on("line", (line) => console.log(answers[line]?.()))
  .on("close", () => process.exit())

// As in the programs: the echo and the servers answer with the same classes.
getRequestListener(() => new Response())

if (kind === "echo") {
  const app = new Hono().post("/v1/connector/order", async (c) => c.json(await c.req.json()))
  serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) => console.log(port))
} else if (kind === "floor") {
  const dial: Ask = async (asked, { port }) => (await exchange(port, Buffer.from(asked, "latin1"))).toString("latin1")
  const floor = makeFloor({
    ask: place === "dialled" ? dial : makeSimulated(),
    ...(place === "stored" ? { write: makeBareRows(file) } : {})
  })
  serve({ fetch: floor.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) => console.log(port))
} else if (kind === "keeping") {
  serve({ fetch: makeKeeping().fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) => console.log(port))
} else if (kind === "waiting") {
  const read: Array<unknown> = []
  const app = new Hono().post("/v1/connector/order", async (c) => {
    read.push(await c.req.json())
    connected++
    return new Promise<Response>(() => {})
  })
  serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) => console.log(port))
} else if (kind === "gateway") {
  const [host = "", terminal] = place.split(":")
  const { port } = await startGateway({
    port: 0,
    terminals: [{ host, port: Number(terminal) }],
    store: file,
    credentials: { username: "till", password: "of the bench" }
  })
  console.log(port)
} else if (kind === "relay") {
  const { port } = await startGateway({
    port: 0,
    terminals: [],
    store: file,
    credentials: { username: "till", password: "of the bench" },
    relay: { upstream: place, credentials: { username: "merchant", password: "secret" } }
  })
  console.log(port)
} else {
  if (kind === "otlp") process.env.OTEL_EXPORTER_OTLP_ENDPOINT = place
  const exported = {
    host: "127.0.0.1",
    metricsPort: Option.none(),
    version: "0.0.0",
    mode: "simulated",
    listener: () => {}
  }
  const { telemetry } =
    kind === "metrics" || kind === "otlp"
      ? await Effect.runPromise(Scope.provide(exportTelemetry("mock", exported), Scope.makeUnsafe()))
      : {}
  const { port } = await startServer({
    port: 0,
    telemetry,
    ...(kind === "slow" ? { pace: slow, listener } : {}),
    ...(kind === "dialled" ? { attach: place.split(",") } : {}),
    ...(kind === "stored" ? { store: place } : {})
  })
  console.log(port)
}
