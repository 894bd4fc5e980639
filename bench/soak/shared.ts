/**
 * `pnpm soak:shared [--minutes N] [--terminals N] [--rate N] [--instances N] [--takes MS]`: several gateways on one PostgreSQL
 * under a steady rate of orders, over TCP.
 *
 * Each terminal has an address of its own on this machine, and listens while an order for it is under way; orders come to the
 * gateways in turn, `--rate` a second, however long they take. The terminals' ledgers are the judge. Prints what the gateways
 * add to the terminals' time, their memory, and what an order takes in the database and its log; ends with 1 on anything wrong.
 * Needs PostgreSQL and Linux, where all of 127/8 is this machine.
 */
import { once } from "node:events"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { Agent, request } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { setTimeout as sleep } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import * as ErrorText from "@hipay-pos/core/ErrorText"
import { Address, Database, migrate } from "@hipay-pos/gateway/postgres"
import { startTerminal } from "@hipay-pos/terminal-simulator/node"
import { skipped, startPostgres } from "../../tests/scale/postgresServer.ts"
import { quantile } from "../measure/statistics.ts"
import { smallOrder } from "../server/orders.ts"
import { startProcess } from "../server/startProcess.ts"

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "4" },
    terminals: { type: "string", default: "20000" },
    rate: { type: "string", default: "50" },
    instances: { type: "string", default: "3" },
    takes: { type: "string", default: "2000" }
  }
})
const [minutes, count, rate, instances, takes] = [
  values.minutes,
  values.terminals,
  values.rate,
  values.instances,
  values.takes
].map(Number) as [number, number, number, number, number]

/** The largest growth of memory since a quarter of the time, in megabytes; more is a leak. */
const MAX_GROWTH = 100

if (skipped !== "") throw new Error(`not run${skipped}`)
const folder = mkdtempSync(join(tmpdir(), "hipay-pos-soak-"))
process.once("exit", () => rmSync(folder, { recursive: true, force: true }))

const PORT = 8888
const hostOf = (terminal: number) => `127.1.${terminal >> 8}.${terminal & 255}`
const terminalsFile = join(folder, "terminals.json")
writeFileSync(
  terminalsFile,
  JSON.stringify({
    terminals: Array.from({ length: count }, (_, i) => ({ name: `t${i}`, host: hostOf(i), port: PORT }))
  })
)

const server = await startPostgres()
process.once("exit", server.remove)
const store = server.database()
const database = await Database.connect(Address.read(store, {}))
await migrate(database)

const main = fileURLToPath(new URL("../../packages/gateway/src/bin/main.ts", import.meta.url))
const startGateway = async (name: string) => {
  const { child } = startProcess(
    process.execPath,
    [
      ...["--conditions=@hipay-pos/source", main, "--port", "0", "--json", "--terminals", terminalsFile],
      ...["--store", store, "--instance", name]
    ],
    {
      stdio: ["ignore", "pipe", "ignore"],
      env: { ...process.env, HIPAY_POS_USERNAME: "soak", HIPAY_POS_PASSWORD: "of its own" }
    }
  )
  if (child.stdout === null) throw new Error("the gateway has no output")
  const began = performance.now()
  const [line] = await Promise.race([
    once(createInterface({ input: child.stdout }), "line"),
    once(child, "exit").then(([code]) => {
      throw new Error(`the gateway ${name} ended with ${code} before it was ready`)
    })
  ])
  const { url } = JSON.parse(String(line)) as { readonly url: string }
  const megabytes = () =>
    Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1]) / 1024)
  return { child, url, megabytes, startedIn: Math.round(performance.now() - began) }
}
const gateways = await Promise.all(Array.from({ length: instances }, (_, i) => startGateway(`soak-${i + 1}`)))

const agent = new Agent({ keepAlive: true })
const authorization = `Basic ${btoa("soak:of its own")}`
const send = (url: string, body: unknown): Promise<{ readonly status: number; readonly text: string }> =>
  new Promise((resolve, reject) => {
    const sent = request(
      `${url}/v1/connector/order`,
      { method: "POST", agent, headers: { authorization, "content-type": "application/json" } },
      (response) => {
        let text = ""
        response.setEncoding("utf8")
        response.on("data", (chunk: string) => {
          text += chunk
        })
        response.on("end", () => resolve({ status: response.statusCode ?? 0, text }))
        response.on("error", reject)
      }
    )
    sent.on("error", reject)
    sent.end(JSON.stringify(body))
  })

const wrong = new Map<string, number>()
const complain = (what: string): void => {
  if (!wrong.has(what)) console.error(what)
  wrong.set(what, (wrong.get(what) ?? 0) + 1)
}

const pace = { woken: takes, cardPresented: 0, pin: 0, authorising: 0, printing: 0, inputTimeout: 60_000 }
const busy = new Set<number>()
const added: Array<number> = []
let orders = 0

/** Sends one order to an idle terminal, and checks the answer against its ledger. */
const pay = async (gateway: string) => {
  let at = Math.floor(Math.random() * count)
  while (busy.has(at)) at = (at + 1) % count
  busy.add(at)
  const host = hostOf(at)
  const terminal = await startTerminal({
    ...{ host, port: PORT, closesAfterAnswer: true, memory: 1 },
    pace: { ...pace, walkAway: 0, jitter: 0 }
  })
  const body = smallOrder(host, PORT)
  const began = performance.now()
  try {
    const { status, text } = await send(gateway, body)
    added.push(performance.now() - began - takes)
    if (status !== 200) complain(`${status}: ${text.slice(0, 200).replace(/"id":"[^"]*"/g, "")}`)
    const charges = terminal.simulator.ledger.entries().length
    if (charges !== 1) complain(`an order was charged ${charges} times and answered ${status}`)
  } catch (error) {
    complain(ErrorText.of(error))
  }
  orders++
  await terminal.close()
  busy.delete(at)
}

const numbers = async () => {
  const [row] = await database.query(
    "SELECT pg_database_size(current_database())::float8 AS size, (pg_current_wal_lsn() - '0/0')::float8 AS log"
  )
  return { size: Number(row?.size), log: Number(row?.log) }
}
const memory = () => gateways.map(({ megabytes }) => megabytes())
/** A quantile of the time that the gateways have added so far, in whole milliseconds. */
const addedAt = (share: number): number => Math.round(quantile(added, share))

const atFirst = { ...(await numbers()), megabytes: memory() }
const began = performance.now()
const length = minutes * 60_000
let warm: ReadonlyArray<number> | undefined
const reports = setInterval(() => {
  warm ??= memory()
  console.log(
    JSON.stringify({ orders, p50: addedAt(0.5), p99: addedAt(0.99), underWay: busy.size, megabytes: memory() })
  )
}, length / 4)
const underWay = new Set<Promise<void>>()
for (let order = 0; ; order++) {
  const due = (order * 1000) / rate
  if (due >= length) break
  await sleep(Math.max(0, began + due - performance.now()))
  const one = pay(gateways[order % gateways.length]?.url ?? "")
  underWay.add(one)
  void one.then(() => underWay.delete(one))
}
await Promise.all(underWay)
clearInterval(reports)
const seconds = (performance.now() - began) / 1000

const atLast = { ...(await numbers()), megabytes: memory() }
for (const [i, megabytes] of atLast.megabytes.entries())
  if (megabytes > (warm?.[i] ?? megabytes) + MAX_GROWTH)
    complain(`memory of gateway ${i + 1} grew from ${warm?.[i]} to ${megabytes} MB`)
const [left] = await database.query(
  "SELECT count(*)::integer AS undecided FROM hipay_pos.attempts WHERE state IN ('open', 'unknown')"
)
if (left?.undecided !== 0) complain(`${left?.undecided} attempts are undecided`)

agent.destroy()
for (const { child } of gateways) child.kill("SIGTERM")
await Promise.all(gateways.map(({ child }) => (child.exitCode === null ? once(child, "exit") : undefined)))
await database.close()

console.log(
  JSON.stringify({
    soak: { minutes, terminals: count, rate, instances, takes },
    orders,
    perSecond: Math.round((orders / seconds) * 10) / 10,
    addedMilliseconds: { p50: addedAt(0.5), p99: addedAt(0.99), most: addedAt(1) },
    startedInMilliseconds: gateways.map(({ startedIn }) => startedIn),
    megabytes: { first: atFirst.megabytes, warm, last: atLast.megabytes },
    bytesPerOrder: {
      database: Math.round((atLast.size - atFirst.size) / orders),
      log: Math.round((atLast.log - atFirst.log) / orders)
    },
    wrong: Object.fromEntries(wrong)
  })
)
process.exit(wrong.size === 0 ? 0 : 1)
