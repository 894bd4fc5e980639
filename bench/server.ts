/**
 * The mock under load, over loopback, beside a bare Hono app that answers the same body: every order is validated,
 * written down, encoded, paid at a terminal made of software, decoded and answered.
 *
 * Servers run in processes of their own, the generator in this one; rounds alternate, so that noise meets all of them.
 * Prism and Mockoon take part, fed with the mock's own OpenAPI document, where `prism` and `mockoon-cli` are on the PATH;
 * they only make up an answer of the right shape. Then ten thousand orders at once on terminals that wait, and the
 * published bin's start. Fails where a budget is missed, and says which.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { startTerminal } from "@hipay-pos/terminal-simulator/node"
import { startBundled } from "./server/bundled.ts"
import { contend, contender, figures } from "./server/Contender.ts"
import { load } from "./server/load.ts"
import * as Measured from "./server/Measured.ts"
import * as Peer from "./server/Peer.ts"

const ROUNDS = 5
/** The mock is steady once its code is compiled and its stores, of ten thousand attempts, are full. */
const OURS = { warmUp: 20_000, orders: 4_000 }
/** The others keep nothing, and are steady sooner. */
const OTHERS = { warmUp: 4_000, orders: 500 }
const TERMINALS = 64
const PENDING = 10_000

const budgets = { mock: 0.3, stored: 0.15, kilobytesPerPending: 60, startMilliseconds: 250, idleMegabytes: 90 }

const full = JSON.parse(
  readFileSync(new URL("../packages/core/test/fixtures/orders/full.json", import.meta.url), "utf8")
)
const run = Date.now().toString(36)
let orders = 0

/** The full order, at one of so many terminals, under an id of its own. */
const at = (terminals: number) => (): string => {
  const number = ++orders
  full.order.order_id = `${run}-${number}`
  full.pos_technical_info.host_information = { host: `till-${number % terminals}.test`, port: 8888 }
  return JSON.stringify(full)
}

/** All servers in alternating rounds, each against the bare echo. */
const throughput = async () => {
  const folder = mkdtempSync(join(tmpdir(), "bench-"))
  process.once("exit", () => rmSync(folder, { recursive: true }))
  using echoing = await Measured.start("echo")
  using mocking = await Measured.start("mock")
  using storing = await Measured.start("stored", join(folder, "attempts.db"))
  const document = join(folder, "openapi.json")
  writeFileSync(document, await (await fetch(`http://127.0.0.1:${mocking.port}/openapi.json`)).text())
  using prism = await Peer.start("prism", document)
  using mockoon = await Peer.start("mockoon", document)

  const body = at(TERMINALS)
  const echo = contender({ ...echoing, ...OURS, body })
  const mock = contender({ ...mocking, ...OURS, body })
  const stored = contender({ ...storing, ...OURS, body })
  const others = [prism, mockoon].map(({ name, state, port }) => ({
    name,
    state,
    contender: port === undefined ? undefined : contender({ port, ...OTHERS, body })
  }))
  await contend([echo, mock, stored, ...others.flatMap(({ contender }) => contender ?? [])], ROUNDS)
  return {
    echo: figures(echo, echo),
    mock: figures(mock, echo),
    stored: figures(stored, echo),
    others: others.map(({ name, state, contender }) => ({
      [name]: contender === undefined ? state : { version: state, ...figures(contender, echo) }
    }))
  }
}

/** One terminal, dialled over TCP; it closes after its answer. */
const dialled = async () => {
  await using terminal = await startTerminal({ port: 0, seed: "bench" })
  const address = `127.0.0.1:${terminal.port}`
  using mock = await Measured.start("dialled", address)
  const body = () => {
    at(1)()
    full.pos_technical_info.host_information = { host: "127.0.0.1", port: terminal.port }
    return JSON.stringify(full)
  }
  await load(mock.port, { count: 2_000, connections: 1, body })
  const { perSecond, p99 } = await load(mock.port, { count: 4_000, connections: 1, body })
  return { dialledPerSecond: Math.round(perSecond), p99Milliseconds: Number(p99.toFixed(2)) }
}

/** Many orders that all wait for their terminals. */
const pending = async () => {
  using mock = await Measured.start("slow")
  await load(mock.port, { count: 1, connections: 1, body: at(1) })
  const before = await mock.memory()
  const loading = load(mock.port, { count: PENDING, connections: PENDING, body: at(PENDING) })
  await new Promise((resolve) => setTimeout(resolve, 20_000))
  const during = await mock.memory()
  const { statuses } = await loading
  return {
    pending: PENDING,
    statuses,
    kilobytesEach: Math.round((during - before) / PENDING / 1000)
  }
}

const print = (measured: object): void => {
  for (const [name, figures] of Object.entries(measured)) console.log(`${name}: ${JSON.stringify(figures)}`)
}

const { others, ...ours } = await throughput()
for (const measured of [ours, ...others]) print(measured)
const waiting = { dialled: await dialled(), pending: await pending() }
print(waiting)
const bundled = await startBundled()
print({ bundled: bundled ?? "not built: pnpm build" })

/** Says which figure is out of its budget. */
const expect = (what: string, figure: number, { least, most }: { least?: number; most?: number }): void => {
  if (figure >= (least ?? 0) && figure <= (most ?? Number.POSITIVE_INFINITY)) return
  console.error(`budget missed: ${what}: ${figure}, ${least === undefined ? `at most ${most}` : `at least ${least}`}`)
  process.exitCode = 1
}

expect("orders paid by the mock", ours.mock.statuses[200] ?? 0, { least: ROUNDS * OURS.orders })
expect("orders paid with a store", ours.stored.statuses[200] ?? 0, { least: ROUNDS * OURS.orders })
expect("mock over echo", ours.mock.ratio, { least: budgets.mock })
expect("mock with a store over echo", ours.stored.ratio, { least: budgets.stored })
expect("waiting orders paid", waiting.pending.statuses[200] ?? 0, { least: PENDING })
expect("kilobytes of a waiting order", waiting.pending.kilobytesEach, { most: budgets.kilobytesPerPending })
if (bundled !== undefined) {
  expect("milliseconds until the bin answers", bundled.milliseconds, { most: budgets.startMilliseconds })
  expect("megabytes of the idle bin", bundled.megabytes, { most: budgets.idleMegabytes })
}
