/**
 * `pnpm power-loss`: traces a gateway with its store and a till with its journal under load. For many moments of the
 * trace, it rebuilds the disk as if the power had failed then, and opens that image with the product. An order is lost if
 * a connection to its terminal or server had begun, but the image lacks it or says that it was never paid.
 *
 * `--moments N` and `--payments N` set the size; `--ignore-flushes` shows what a loss looks like, on a disk that ignores
 * flushes. Exits with 1 if something was lost, with 2 if nothing can be traced.
 */
import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { FileJournal } from "@hipay-pos/client/node"
import { SqliteStore } from "@hipay-pos/server/node"
import { startTerminal } from "@hipay-pos/terminal-simulator/node"
import * as Effect from "effect/Effect"
import { listenHttp } from "../../tests/listen.ts"
import { orderFor } from "../../tests/order.ts"
import { MODES, writeImage } from "./disk.ts"
import { STRACE, type Step, stepsOf } from "./trace.ts"

const { values } = parseArgs({
  options: {
    moments: { type: "string", default: "200" },
    payments: { type: "string", default: "30" },
    seed: { type: "string", default: "1" },
    "ignore-flushes": { type: "boolean", default: false }
  }
})
const MOMENTS = Number(values.moments)
const PAYMENTS = Number(values.payments)
const ORDER = /CUT-\d+-\d+(?!\d)/

if (spawnSync("strace", ["-qq", "-e", "trace=none", "true"]).status !== 0) {
  console.error("power-loss: strace is missing or may not trace: install it (apt-get install strace) on Linux")
  process.exit(2)
}

const folder = mkdtempSync(join(tmpdir(), "power-loss-"))

/** A program and its trace. */
interface Traced {
  readonly name: string
  readonly origin: string
  readonly steps: ReadonlyArray<Step>
  /** The state of each order that an image knows. */
  readonly read: (image: string) => Promise<ReadonlyMap<string, string>>
}

const trace = (name: string, origin: string, args: ReadonlyArray<string>, stderr: "inherit" | "ignore" = "inherit") => {
  const file = join(folder, `${name}.trace`)
  const node = [process.execPath, "--conditions=@hipay-pos/source", ...args]
  const child = spawn("strace", [...STRACE, "-o", file, ...node], {
    cwd: fileURLToPath(new URL("..", import.meta.url)),
    stdio: ["ignore", "pipe", stderr],
    env: { ...process.env, HIPAY_POS_USERNAME: "shop", HIPAY_POS_PASSWORD: "secret" }
  })
  const ended = once(child, "close")
  return {
    child,
    ended,
    steps: (ports: ReadonlyArray<number>) => stepsOf(readFileSync(file, "utf8"), origin, new Set(ports), ORDER)
  }
}

const traceGateway = async (): Promise<Traced> => {
  const origin = join(folder, "gateway")
  mkdirSync(origin)
  const pace = {
    woken: 1,
    cardPresented: 1,
    pin: 1,
    authorising: 1,
    printing: 1,
    inputTimeout: 60_000,
    walkAway: 0,
    jitter: 0
  }
  const terminals = await Promise.all([1, 2, 3].map(() => startTerminal({ port: 0, closesAfterAnswer: true, pace })))
  const ports = terminals.map(({ port }) => port)
  const main = fileURLToPath(new URL("../../packages/gateway/src/bin/main.ts", import.meta.url))
  const dial = ports.flatMap((port) => ["--dial", `127.0.0.1:${port}`])
  const store = join(origin, "attempts.db")
  const { child, ended, steps } = trace(
    "gateway",
    origin,
    [main, "--port", "0", "--json", ...dial, "--store", store],
    "ignore"
  )
  const [line] = (await once(createInterface(child.stdout), "line")) as [string]
  const { url } = JSON.parse(line) as { readonly url: string }
  const headers = { authorization: `Basic ${btoa("shop:secret")}`, "content-type": "application/json" }
  await Promise.all(
    ports.map(async (port, terminal) => {
      for (let i = 0; i < PAYMENTS; i++) {
        const response = await fetch(`${url}/v1/connector/order`, {
          method: "POST",
          headers,
          body: JSON.stringify(orderFor(`CUT-${terminal}-${i}`, { host: "127.0.0.1", port }))
        })
        if (response.status !== 200)
          throw new Error(`the gateway answered ${response.status}: ${await response.text()}`)
      }
    })
  )
  // Not a clean end: its final writes would not be there after a cut either.
  const traced = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "utf8")
  for (const pid of traced.trim().split(" ")) process.kill(Number(pid), "SIGKILL")
  await ended
  await Promise.all(terminals.map(({ close }) => close()))
  return {
    name: "a gateway's store",
    origin,
    steps: steps(ports),
    read: (image) =>
      Effect.runPromise(
        Effect.scoped(
          Effect.gen(function* () {
            const path = join(image, "attempts.db")
            // No attempt is old enough for its frames to be cleaned.
            const frames = { withoutContact: (frame: string) => frame }
            const opened = yield* SqliteStore.open({ path, mode: "gateway", frames })
            const attempts = yield* opened.list({ limit: 100_000 })
            return new Map(attempts.map(({ key, state }) => [key.orderId, state]))
          })
        )
      )
  }
}

const traceTill = async (): Promise<Traced> => {
  const origin = join(folder, "till")
  mkdirSync(origin)
  await using server = await listenHttp((request, response) => {
    let body = ""
    request.on("data", (text) => {
      body += text
    })
    request.on("end", () => {
      const { order } = JSON.parse(body) as { readonly order: unknown }
      response.setHeader("content-type", "application/json")
      response.end(JSON.stringify({ paymentStatus: "Success", order }))
    })
  })
  const { port } = server
  const program = fileURLToPath(new URL("journalProgram.ts", import.meta.url))
  const path = join(origin, "state", "attempts.db")
  const { ended, steps } = trace("till", origin, [program, `http://127.0.0.1:${port}`, path, String(PAYMENTS)])
  const [code] = await ended
  if (code !== 0) throw new Error(`the till ended with ${code}`)
  return {
    name: "a till's journal",
    origin,
    steps: steps([port]),
    read: async (image) => {
      const attempts = await Effect.runPromise(FileJournal.make(join(image, "state", "attempts.db")).attempts)
      return new Map(attempts.map(({ orderId, state }) => [orderId, state]))
    }
  }
}

/** The same numbers for the same seed. */
const randomOf = (seed: number) => () => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
  return seed / 2 ** 32
}

/** The states that are right with a terminal that approves everything. */
const TRUE = new Set(["open", "unknown", "approved"])

const tryImages = async ({ name, origin, read, ...traced }: Traced) => {
  const steps = values["ignore-flushes"] ? traced.steps.filter(({ _tag }) => _tag !== "Flush") : traced.steps
  const random = randomOf(Number(values.seed))
  const dials = steps.flatMap(({ _tag }, i) => (_tag === "Dialled" ? [i + 1] : []))
  if (dials.length !== 3 * PAYMENTS) throw new Error(`${name}: ${dials.length} of ${3 * PAYMENTS} dials were seen`)
  // Half of them just after a dial, when the least data has been flushed.
  const moments = Array.from({ length: MOMENTS }, (_, i) =>
    i % 2 === 0 ? (dials[Math.floor(random() * dials.length)] ?? 0) : Math.ceil(random() * steps.length)
  )
  const rows = []
  for (const mode of MODES) {
    const row = { what: name, disk: mode, images: 0, orders: 0, lost: 0, wrong: 0, unreadable: 0 }
    for (const [i, moment] of moments.entries()) {
      const image = join(folder, `image-${name.replaceAll(/\W/g, "")}-${MODES.indexOf(mode)}-${i}`)
      mkdirSync(image)
      const before = steps.slice(0, moment)
      writeImage({ steps: before, mode, random }, { origin, into: image })
      const dialled = before.flatMap((step) => (step._tag === "Dialled" ? [step.orderId] : []))
      row.images++
      row.orders += dialled.length
      try {
        const known = dialled.length === 0 ? new Map<string, string>() : await read(image)
        for (const orderId of dialled) {
          const state = known.get(orderId)
          if (state === undefined) row.lost++
          else if (!TRUE.has(state)) row.wrong++
        }
      } catch (error) {
        row.unreadable++
        console.error(`${name}, ${mode}, step ${moment}: ${error}`)
      }
      rmSync(image, { recursive: true })
    }
    rows.push(row)
  }
  return rows
}

try {
  const rows = [...(await tryImages(await traceTill())), ...(await tryImages(await traceGateway()))]
  console.table(rows)
  if (rows.some(({ lost, wrong, unreadable }) => lost + wrong + unreadable > 0)) process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
