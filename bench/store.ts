/**
 * `pnpm bench store`: the time that a full store, searches and the clean-up add to an order at a gateway.
 *
 * A gateway in a process of its own, one terminal over TCP, orders one after the other. strace delays every flush to
 * imitate a slow disk; without strace that part is reported as left out.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import * as Money from "@hipay-pos/core/Money"
import * as TerminalTarget from "@hipay-pos/core/TerminalTarget"
import { KeptOrder } from "@hipay-pos/server"
import { type Attempt, type AttemptResult, close } from "@hipay-pos/server/Attempt"
import { SqliteStore } from "@hipay-pos/server/node"
import { startTerminal } from "@hipay-pos/terminal-simulator/node"
import * as Effect from "effect/Effect"
import type { Figure, LeftOut, Measure } from "./measure/Figure.ts"
import { median, quantile, rounded } from "./measure/statistics.ts"
import { smallOrder } from "./server/orders.ts"

const folder = mkdtempSync(join(tmpdir(), "hipay-pos-bench-store-"))
process.once("exit", () => rmSync(folder, { recursive: true, force: true }))
const main = fileURLToPath(new URL("../packages/gateway/src/bin/main.ts", import.meta.url))
const authorization = `Basic ${btoa("shop:of its own")}`
const month = 31 * 86_400_000

const amount = Money.of("12.45", "EUR")
const paid: ReadonlyArray<AttemptResult> = [
  { _tag: "Outcome", outcome: { _tag: "Approved", amount, card: {}, warnings: [] } }
]

/** An attempt when it was opened, and when it ended; paid by default. */
interface Row {
  readonly opened: Attempt
  readonly ended: Attempt
}

const row = (id: string, changes: { readonly order?: KeptOrder; readonly openedAt?: number }, ends = paid): Row => {
  const opened: Attempt = {
    id,
    key: { login: "shop", orderId: `OLD-${id}`, transactionType: "Debit" },
    order: new KeptOrder({}),
    amount,
    target: TerminalTarget.concert({ host: "192.0.2.10", port: 8888, version: "3.2", contracts: [] }),
    terminal: "dialled",
    findings: [],
    openedAt: Date.now() - 3_600_000,
    state: "open",
    events: [{ at: Date.now() - 3_600_000, kind: "connected", to: "192.0.2.10:8888" }],
    ...changes
  }
  let ended: Attempt = opened
  for (const end of ends) ended = close(ended, end, opened.openedAt + 1_000)
  return { opened, ended }
}

/** A store with those attempts. */
const fill = async (name: string, rows: ReadonlyArray<Row>): Promise<string> => {
  const path = join(folder, name)
  const frames = { withoutContact: (frame: string) => frame }
  await Effect.runPromise(
    Effect.scoped(
      Effect.gen(function* () {
        const store = yield* SqliteStore.open({ path, mode: "gateway", frames })
        const write = ({ opened, ended }: Row) => {
          const claim = store.claim({ attempt: opened, terminal: undefined, payAgain: false })
          return Effect.andThen(claim, store.change(opened, ended))
        }
        yield* Effect.all(rows.map(write), { concurrency: "unbounded", discard: true })
      })
    )
  )
  return path
}

interface Gateway {
  readonly url: string
  readonly stop: () => Promise<void>
}

const startGateway = async (store: string, port: number, delay?: number): Promise<Gateway> => {
  const args = ["--conditions=@hipay-pos/source", main, "--json", "--port", "0"]
  const gateway = [...args, "--dial", `127.0.0.1:${port}`, "--store", store]
  const strace = ["-f", "-o", "/dev/null", "-e", "trace=fsync,fdatasync"]
  const slow = ["-e", `inject=fsync,fdatasync:delay_exit=${(delay ?? 0) * 1_000}`, process.execPath]
  const child: ChildProcess = spawn(
    delay === undefined ? process.execPath : "strace",
    delay === undefined ? gateway : [...strace, ...slow, ...gateway],
    {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, HIPAY_POS_USERNAME: "shop", HIPAY_POS_PASSWORD: "of its own" }
    }
  )
  const ended = once(child, "close")
  const [line] = await once(createInterface({ input: child.stdout as NodeJS.ReadableStream }), "line")
  child.stdout?.resume()
  return {
    url: (JSON.parse(String(line)) as { readonly url: string }).url,
    stop: async () => {
      // strace does not kill its child when it is killed itself.
      const own = delay === undefined ? String(child.pid) : childOf(child.pid)
      process.kill(Number(own), "SIGTERM")
      await ended
    }
  }
}

const childOf = (pid: number | undefined): string =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ")[0] ?? ""

/** Pays one order; returns the milliseconds that it took. */
const pay = async (url: string, port: number): Promise<number> => {
  const began = performance.now()
  const response = await fetch(`${url}/v1/connector/order`, {
    method: "POST",
    headers: { authorization, "content-type": "application/json" },
    body: JSON.stringify(smallOrder("127.0.0.1", port))
  })
  await response.text()
  if (response.status !== 200) throw new Error(`the gateway answered ${response.status}`)
  return performance.now() - began
}

const payFor = async (url: string, port: number, milliseconds: number) => {
  const times: Array<number> = []
  const until = performance.now() + milliseconds
  while (performance.now() < until) times.push(await pay(url, port))
  return times
}

const seen = (times: ReadonlyArray<number>) => ({
  orders: times.length,
  median: rounded(median(times)),
  p95: rounded(quantile(times, 0.95)),
  most: rounded(quantile(times, 1))
})

/** Repeats a request until it is stopped; returns how often. */
const keepAsking = (url: string, path: () => string) => {
  let goesOn = true
  let asked = 0
  const done = (async () => {
    while (goesOn) {
      await (await fetch(`${url}${path()}`, { headers: { authorization } })).text()
      asked++
    }
  })()
  return async () => {
    goesOn = false
    await done
    return asked
  }
}

/** A full store with eight searches at once while long lists are read, compared with an empty one. */
const busy = async (port: number): Promise<Figure> => {
  const empty = await startGateway(await fill("empty.db", []), port)
  await payFor(empty.url, port, 3_000)
  const base = await payFor(empty.url, port, 15_000)
  await empty.stop()

  const resolution = { at: 1, outcome: "set-aside", by: "Ada", evidence: "none", login: "shop" } as const
  const aside: ReadonlyArray<AttemptResult> = [{ _tag: "Defect" }, { _tag: "Resolved", resolution }]
  const large = { order: new KeptOrder({ note: "x".repeat(200_000) }) }
  const full = await fill("full.db", [
    ...Array.from({ length: 40_000 }, (_, i) => row(`small-${i}`, {})),
    ...Array.from({ length: 3_000 }, (_, i) => row(`aside-${i}`, {}, aside)),
    ...Array.from({ length: 1_000 }, (_, i) => row(`large-${i}`, large))
  ])
  const gateway = await startGateway(full, port)
  await payFor(gateway.url, port, 3_000)
  const quiet = await payFor(gateway.url, port, 10_000)
  const lists = keepAsking(gateway.url, () => "/attempts?limit=1000")
  const searches = Array.from({ length: 8 }, (_, i) => keepAsking(gateway.url, () => `/attempts?q=NOTHING-${i}`))
  const under = await payFor(gateway.url, port, 20_000)
  const listed = await lists()
  const searched = (await Promise.all(searches.map((stop) => stop()))).reduce((sum, each) => sum + each, 0)
  await gateway.stop()
  return {
    name: "store.busy",
    value: rounded(median(under) / median(base)),
    beside: { empty: seen(base), full: seen(quiet), searched: seen(under), lists: listed, searches: searched }
  }
}

/** Every flush takes 20 ms, while the customer data of 700 old attempts is due for removal. */
const cleaning = async (port: number): Promise<Figure | LeftOut> => {
  if (spawnSync("strace", ["-V"]).error !== undefined) {
    return { name: "store.cleaning", leftOut: "strace is not installed" }
  }
  const slow = await startGateway(await fill("slow.db", []), port, 20)
  await payFor(slow.url, port, 3_000)
  const quiet = await payFor(slow.url, port, 15_000)
  await slow.stop()
  const customer = { order: new KeptOrder({ customer: { email: "a@example.org" } }), openedAt: Date.now() - month }
  const due = await fill(
    "due.db",
    Array.from({ length: 700 }, (_, i) => row(`due-${i}`, customer))
  )
  const gateway = await startGateway(due, port, 20)
  const times = await payFor(gateway.url, port, 25_000)
  await gateway.stop()
  return {
    name: "store.cleaning",
    value: Math.round(quantile(times, 1) - quantile(quiet, 1)),
    beside: { slow: seen(quiet), cleaned: seen(times) }
  }
}

export const measure: Measure = async () => {
  await using terminal = await startTerminal({ port: 0, pace: "instant", closesAfterAnswer: false })
  return [await busy(terminal.port), await cleaning(terminal.port)]
}
