/**
 * `pnpm soak [--minutes N] [--terminals N] [--callers N] [--takes MS]`: a gateway under steady load, over TCP.
 *
 * The gateway is a process of its own; each terminal refuses connections while it is busy, and has several callers that
 * each send their next order as soon as the last is answered. Every answer must agree with the terminals' ledgers: no order
 * lost, charged twice, or refused although its turn would have come. Memory and open files are read from `/proc`, if there
 * is one. Prints a line of figures every minute, and ends with 1 on any fault.
 */
import { once } from "node:events"
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { Agent, request } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { Cardholder, Fault, Profile } from "@hipay-pos/terminal-simulator"
import { startTerminal } from "@hipay-pos/terminal-simulator/node"
import * as Result from "effect/Result"
import { orderFor } from "../../tests/order.ts"
import { median, quantile } from "../measure/statistics.ts"
import { startProcess } from "../server/startProcess.ts"

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    terminals: { type: "string", default: "4" },
    callers: { type: "string", default: "2" },
    takes: { type: "string", default: "100" }
  }
})
const [minutes, terminalCount, callers, takes] = [values.minutes, values.terminals, values.callers, values.takes].map(
  Number
) as [number, number, number, number]

/** The largest growth of memory since the first minute, in megabytes; more is a leak. */
const MAX_GROWTH = 150
/** The same for open files, with room for descriptors that are not collected yet. */
const MAX_FILES_GROWTH = 20

const folder = mkdtempSync(join(tmpdir(), "hipay-pos-soak-"))
process.once("exit", () => rmSync(folder, { recursive: true, force: true }))

/** The answer that a caller got to an order. */
type Told = "paid" | "declined" | "refused" | "unknown"

const told = new Map<string, Told>()
/** How often each order was charged. */
const charged = new Map<string, number>()
const wrong = new Map<string, number>()
const complain = (sentence: string): void => {
  // Lines that differ only in ids and ports are of one kind.
  const what = sentence.replace(/\/attempts\/\w+/g, "/attempts/ID").replace(/Port: "\d+"/g, 'Port: "N"')
  const count = (wrong.get(what) ?? 0) + 1
  wrong.set(what, count)
  if (count === 1) console.error(what)
}

const ways = Profile.all.filter(({ busy }) => busy !== "queue")
const terminals = await Promise.all(
  Array.from({ length: terminalCount }, (_, index) =>
    startTerminal({
      port: 0,
      profile: ways[index % ways.length] ?? Profile.payxpert,
      cardholder: Cardholder.amount,
      faults: [Result.getOrThrow(Fault.make("delay", { stage: "authorising", milliseconds: takes }))],
      memory: 1
    })
  )
)
for (const { simulator } of terminals) {
  let sequence = 0
  simulator.subscribe(() => {
    const entry = simulator.ledger.last()
    if (entry === undefined || entry.sequence === sequence) return
    if (entry.sequence !== sequence + 1) complain("a charge was missed by this script")
    sequence = entry.sequence
    const order = entry.privateData ?? ""
    charged.set(order, (charged.get(order) ?? 0) + 1)
  })
}

const gatewayMain = fileURLToPath(new URL("../../packages/gateway/src/bin/main.ts", import.meta.url))
using gateway = startProcess(
  process.execPath,
  [
    "--conditions=@hipay-pos/source",
    gatewayMain,
    ...["--port", "0", "--json", "--store", join(folder, "attempts.db")],
    ...terminals.flatMap(({ port }) => ["--dial", `127.0.0.1:${port}`])
  ],
  {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, HIPAY_POS_USERNAME: "soak", HIPAY_POS_PASSWORD: "of its own" }
  }
)
const { child } = gateway
if (child.stdout === null || child.stderr === null) throw new Error("the gateway has no output")
/** The end of the gateway's output on stderr. */
let said = ""
createInterface({ input: child.stderr }).on("line", (line) => {
  said = line.slice(0, 300)
  if (/"(alarm|defect|error)"/i.test(line)) complain(`the gateway logged ${line.slice(0, 300)}`)
})
const [ready] = await Promise.race([
  once(createInterface({ input: child.stdout }), "line"),
  once(child, "exit").then(([code]) => {
    throw new Error(`the gateway ended with ${code} before it was ready: ${said.trim()}`)
  })
])
const { url } = JSON.parse(String(ready)) as { readonly url: string }

const agent = new Agent({ keepAlive: true })
const authorization = `Basic ${btoa("soak:of its own")}`

interface Answer {
  readonly status: number
  readonly body: {
    readonly paymentStatus?: string
    readonly error?: { readonly code?: string; readonly description?: string; readonly details?: unknown }
    readonly attempts?: ReadonlyArray<unknown>
  }
}

const call = (method: string, path: string, body?: unknown): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const sent = request(
      `${url}${path}`,
      { method, agent, headers: { authorization, "content-type": "application/json" } },
      (response) => {
        let text = ""
        response.setEncoding("utf8")
        response.on("data", (chunk: string) => {
          text += chunk
        })
        response.on("end", () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) }))
        response.on("error", reject)
      }
    )
    sent.on("error", reject)
    sent.end(body === undefined ? undefined : JSON.stringify(body))
  })

const toldOf = ({ status, body: { paymentStatus } }: Answer): Told => {
  if (status === 200) return paymentStatus === "Success" ? "paid" : "declined"
  return status === 504 || status >= 500 ? "unknown" : "refused"
}

const began = Date.now()
const until = began + minutes * 60_000
const waits: Array<number> = []

/** Sends orders to one terminal, one after the other; the issuer refuses every tenth. */
const keepOrdering = async (port: number, name: string) => {
  for (let count = 1; Date.now() < until; count++) {
    const orderId = `${name}-${count}`
    const at = Date.now()
    const answer = await call(
      "POST",
      "/v1/connector/order",
      orderFor(orderId, { host: "127.0.0.1", port }, { price: { amount: count % 10 === 0 ? 1204 : 1250 } })
    )
    waits.push(Date.now() - at)
    const what = toldOf(answer)
    told.set(orderId, what)
    if (what === "refused" || what === "unknown") {
      const { code, description, details } = answer.body.error ?? {}
      complain(`${what}: ${answer.status} ${code}: ${description} ${JSON.stringify(details)}`)
    }
  }
}

const countOf = (what: Told): number => [...told.values()].filter((each) => each === what).length

/** Orders that were charged but not answered as paid, or answered as paid but not charged. */
const lost = (): number =>
  [...charged.keys()].filter((order) => told.get(order) !== "paid").length +
  [...told].filter(([order, what]) => what === "paid" && !charged.has(order)).length

const twice = (): number => [...charged.values()].filter((count) => count > 1).length

const proc = `/proc/${child.pid}`
/** Figures of the gateway's process; undefined if the system does not tell. */
const measure = () => {
  if (!existsSync(proc)) return undefined
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`${proc}/status`, "utf8"))?.[1]
  return { megabytes: Math.round(Number(kilobytes) / 1024), files: readdirSync(`${proc}/fd`).length }
}

const figures = () => ({
  seconds: Math.round((Date.now() - began) / 1000),
  orders: told.size,
  paid: countOf("paid"),
  declined: countOf("declined"),
  refused: countOf("refused"),
  unknown: countOf("unknown"),
  twice: twice(),
  milliseconds: { p50: median(waits), p99: quantile(waits, 0.99), most: quantile(waits, 1) },
  ...measure()
})

let warm: ReturnType<typeof measure>
const reports = setInterval(
  () => {
    warm ??= measure()
    console.log(JSON.stringify(figures()))
  },
  Math.min(60_000, minutes * 6_000)
)
await Promise.all(
  terminals.flatMap(({ port }, terminal) =>
    Array.from({ length: callers }, (_, caller) => keepOrdering(port, `T${terminal}C${caller}`))
  )
)
clearInterval(reports)

const last = measure()
if (warm !== undefined && last !== undefined) {
  if (last.megabytes > warm.megabytes + MAX_GROWTH)
    complain(`memory grew from ${warm.megabytes} to ${last.megabytes} MB`)
  if (last.files > warm.files + MAX_FILES_GROWTH) complain(`open files grew from ${warm.files} to ${last.files}`)
}
for (const state of ["open", "unknown"]) {
  const { attempts = [] } = (await call("GET", `/attempts?state=${state}`)).body
  if (attempts.length > 0) complain(`${attempts.length} attempts are ${state}`)
}
if (lost() > 0) complain(`${lost()} orders were told as something else than what the terminals did`)
if (twice() > 0) complain(`${twice()} orders were charged twice`)
if (told.size === 0) complain("nothing was ordered")

const end = { ...figures(), lost: lost(), charged: [...charged.values()].reduce((sum, count) => sum + count, 0) }
agent.destroy()
const exited = once(child, "exit")
child.kill("SIGTERM")
const [code] = await exited
if (code !== 0) complain(`the gateway ended with ${code}`)
await Promise.all(terminals.map(({ close }) => close()))

console.log(JSON.stringify({ soak: { minutes, terminals: terminalCount, callers, takes }, ...end, wrong: wrong.size }))
for (const [what, count] of wrong) console.error(`${count} times: ${what}`)
process.exitCode = wrong.size === 0 ? 0 : 1
