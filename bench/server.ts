/**
 * The mock under load, over loopback, beside a bare Hono app that answers the same body: every order is validated,
 * written down, encoded, paid at a terminal made of software, decoded and answered.
 *
 * Servers run in processes of their own, the generator in this one; rounds alternate, so that noise meets all of them.
 * Then ten thousand orders at once on terminals that wait, and the published bin's start. Fails where a budget is missed.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { startTerminal } from "@hipay-pos/terminal-simulator/node"
import { startBundled } from "./server/bundled.ts"
import { type Loaded, load } from "./server/load.ts"
import * as Measured from "./server/Measured.ts"

const ROUNDS = 5
const ORDERS = 4_000
const WARM_UP = 12_000
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

const median = (numbers: ReadonlyArray<number>): number => [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? 0
const medianOf = (loads: ReadonlyArray<Loaded>) => Math.round(median(loads.map(({ perSecond }) => perSecond)))

const throughput = async () => {
  const folder = mkdtempSync(join(tmpdir(), "bench-"))
  using echo = await Measured.start("echo")
  using mock = await Measured.start("mock")
  using stored = await Measured.start("stored", join(folder, "attempts.db"))
  await load(echo.port, { count: WARM_UP, body: at(TERMINALS) })
  await load(mock.port, { count: WARM_UP, body: at(TERMINALS) })
  await load(stored.port, { count: WARM_UP, body: at(TERMINALS) })
  const rounds = []
  for (let round = 0; round < ROUNDS; round++) {
    rounds.push({
      echo: await load(echo.port, { count: ORDERS, body: at(TERMINALS) }),
      mock: await load(mock.port, { count: ORDERS, body: at(TERMINALS) }),
      stored: await load(stored.port, { count: ORDERS, body: at(TERMINALS) })
    })
  }
  const paid = rounds.reduce(
    (sum, { mock, stored }) => sum + (mock.statuses[200] ?? 0) + (stored.statuses[200] ?? 0),
    0
  )
  rmSync(folder, { recursive: true })
  return {
    echoPerSecond: medianOf(rounds.map(({ echo }) => echo)),
    mockPerSecond: medianOf(rounds.map(({ mock }) => mock)),
    ratio: Number(median(rounds.map(({ echo, mock }) => mock.perSecond / echo.perSecond)).toFixed(3)),
    leastRatio: budgets.mock,
    storedPerSecond: medianOf(rounds.map(({ stored }) => stored)),
    storedRatio: Number(median(rounds.map(({ echo, stored }) => stored.perSecond / echo.perSecond)).toFixed(3)),
    leastStoredRatio: budgets.stored,
    allPaid: paid === 2 * ROUNDS * ORDERS
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
    answered: statuses[200] ?? 0,
    kilobytesEach: Math.round((during - before) / PENDING / 1000),
    mostKilobytes: budgets.kilobytesPerPending
  }
}

const measured = { ...(await throughput()), ...(await dialled()), ...(await pending()) }
console.log(JSON.stringify(measured))
const started = await startBundled()
console.log(JSON.stringify(started === undefined ? { bundled: "not built: pnpm build" } : { ...started, ...budgets }))

const within =
  measured.allPaid &&
  measured.ratio >= budgets.mock &&
  measured.storedRatio >= budgets.stored &&
  measured.answered === PENDING &&
  measured.kilobytesEach <= budgets.kilobytesPerPending &&
  (started === undefined ||
    (started.milliseconds <= budgets.startMilliseconds && started.megabytes <= budgets.idleMegabytes))
if (!within) process.exitCode = 1
