/**
 * The mock under load, over loopback, beside a bare Hono app that answers the same body: every order is validated,
 * written down, encoded, paid at a terminal made of software, decoded and answered.
 *
 * Servers run in processes of their own, the generator in this one; rounds alternate, so that noise meets all of them.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { readFileSync } from "node:fs"
import { createInterface } from "node:readline"
import { load } from "./server/load.ts"

const ROUNDS = 5
const ORDERS = 4_000
const TERMINALS = 64

const full = JSON.parse(
  readFileSync(new URL("../packages/core/test/fixtures/orders/full.json", import.meta.url), "utf8")
)
const run = Date.now().toString(36)
let orders = 0

/** The full order, at one of the terminals, under an id of its own. */
const body = (): string => {
  const number = ++orders
  full.order.order_id = `${run}-${number}`
  full.pos_technical_info.host_information.host = `till-${number % TERMINALS}.test`
  return JSON.stringify(full)
}

const children: Array<ChildProcess> = []

const start = async (...args: ReadonlyArray<string>): Promise<number> => {
  const child = spawn(
    process.execPath,
    ["--conditions=@hipay-pos/source", new URL("server/serve.ts", import.meta.url).pathname, ...args],
    { stdio: ["ignore", "pipe", "inherit"] }
  )
  children.push(child)
  const [line] = await once(createInterface(child.stdout), "line")
  return Number(line)
}

const median = (numbers: ReadonlyArray<number>): number => [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? 0

try {
  const echo = await start("echo")
  const mock = await start("mock")
  await load(echo, { count: ORDERS, body })
  await load(mock, { count: ORDERS * 2, body })
  const rounds = []
  for (let round = 0; round < ROUNDS; round++) {
    rounds.push({ echo: await load(echo, { count: ORDERS, body }), mock: await load(mock, { count: ORDERS, body }) })
  }
  console.log(
    JSON.stringify({
      echoPerSecond: Math.round(median(rounds.map(({ echo }) => echo.perSecond))),
      mockPerSecond: Math.round(median(rounds.map(({ mock }) => mock.perSecond))),
      ratio: Number(median(rounds.map(({ echo, mock }) => mock.perSecond / echo.perSecond)).toFixed(3)),
      statuses: rounds.at(-1)?.mock.statuses
    })
  )
} finally {
  for (const child of children) child.kill()
}
