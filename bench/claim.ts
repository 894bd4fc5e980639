/**
 * `pnpm bench claim`: what 2 000 unresolved attempts at other terminals add to an order, on SQLite and in memory, and what
 * 20 000 logins add to a request, beside what they may add.
 *
 * Orders go one after the other through a gateway's terminals to one that answers at once, in this process. The stores
 * take turns, so that a slow minute of the machine slows all of them.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Frames from "@hipay-pos/concert-codec/Frames"
import * as TerminalTarget from "@hipay-pos/core/TerminalTarget"
import { DialledTerminals } from "@hipay-pos/gateway"
import { AttemptStore, Attempts, OwedEnds, validate } from "@hipay-pos/server"
import type { Attempt } from "@hipay-pos/server/Attempt"
import * as Credentials from "@hipay-pos/server/Credentials"
import { SqliteStore } from "@hipay-pos/server/node"
import { TerminalSimulator } from "@hipay-pos/terminal-simulator"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"

const UNRESOLVED = 2_000
const ROUNDS = 20
const ORDERS = 100
const LOGINS = 20_000

const median = (times: ReadonlyArray<number>): number =>
  [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN

const body = (orderId: string) => ({
  order: { order_id: orderId, price: { amount: 1245 } },
  pos_technical_info: {
    host_information: { host: "192.0.2.10" },
    terminal_transaction_display: {
      protocol: "ConcertV3.2",
      contract_array: [{ merchant_contract: "1234567", rank: "001", payment_application: "001" }]
    }
  }
})

/** Leaves so many attempts at other terminals without an outcome. */
const leave = Effect.fnUntraced(function* (store: AttemptStore.AttemptStore, count: number) {
  for (let i = 0; i < count; i++) {
    const host = `till-${i}`
    const attempt: Attempt = {
      id: `left-${i}`,
      key: { login: "shop", orderId: `LEFT-${i}`, transactionType: "Debit" },
      order: {},
      amount: { minorUnits: 1245, currency: "EUR" } as Attempt["amount"],
      target: TerminalTarget.concert({ host, port: 8888, version: "3.2", contracts: [] }),
      terminal: "dialled",
      findings: [],
      openedAt: Date.now(),
      state: "open",
      events: []
    }
    const terminal = { name: `${host}:8888`, address: undefined }
    yield* store.claim({ attempt, terminal, payAgain: false })
    yield* store.change(attempt, { ...attempt, state: "unknown", endedAt: Date.now() })
  }
})

let orders = 0

/** Pays orders over a store; gives the time of each, in milliseconds. */
const over = Effect.fnUntraced(function* (kept: AttemptStore.AttemptStore, unresolved: number) {
  yield* leave(kept, unresolved)
  const store = OwedEnds.over(kept)
  const { connector } = yield* TerminalSimulator.make()
  const terminals = DialledTerminals.make({ terminals: [{ host: "192.0.2.10" }], connector, store })
  const attempts = yield* Attempts.make({ store, terminals })
  return Effect.gen(function* () {
    const times: Array<number> = []
    for (let i = 0; i < ORDERS; i++) {
      const read = validate(body(`ORDER-${++orders}`), "strict")
      if (read._tag !== "Accepted") return yield* Effect.die("the order is not valid")
      const { request, body: sent, findings } = read
      const began = performance.now()
      const { state } = yield* attempts.pay({ login: "shop", request, body: sent, findings })
      times.push(performance.now() - began)
      if (state !== "approved") return yield* Effect.die(`the order is ${state}`)
    }
    return times
  })
})

const compare = Effect.fnUntraced(function* (
  name: string,
  make: () => Effect.Effect<AttemptStore.AttemptStore, unknown, Scope.Scope>
) {
  const without = yield* over(yield* make(), 0)
  const beside = yield* over(yield* make(), UNRESOLVED)
  const times = { without: [] as Array<number>, beside: [] as Array<number> }
  yield* without
  yield* beside
  for (let round = 0; round < ROUNDS; round++) {
    // Each goes first as often as the other, so that neither pays for what the other leaves to be collected.
    if (round % 2 === 0) times.without.push(...(yield* without))
    times.beside.push(...(yield* beside))
    if (round % 2 === 1) times.without.push(...(yield* without))
  }
  const [a, b] = [median(times.without), median(times.beside)]
  console.log(
    `${name.padEnd(8)} an order ${a.toFixed(3)} ms, beside ${UNRESOLVED} unresolved elsewhere ${b.toFixed(3)} ms: ratio ${(b / a).toFixed(3)} (budget 1.10)`
  )
})

const folder = mkdtempSync(join(tmpdir(), "hipay-pos-bench-claim-"))
let files = 0
try {
  await Effect.runPromise(Effect.scoped(compare("memory", () => Effect.sync(() => AttemptStore.memory(100_000)))))
  await Effect.runPromise(
    Effect.scoped(
      compare("SQLite", () =>
        SqliteStore.open({ path: join(folder, `${++files}.db`), mode: "gateway", frames: Frames })
      )
    )
  )
} finally {
  rmSync(folder, { recursive: true })
}

const logins = (count: number) =>
  Credentials.makeCheck(
    Array.from({ length: count }, (_, i) => ({ username: `shop-${i}`, password: Redacted.make(`password of ${i}`) }))
  )
const headers = Array.from({ length: LOGINS }, (_, i) => `Basic ${btoa(`shop-${i}:password of ${i}`)}`)
for (const count of [1, LOGINS]) {
  const check = logins(count)
  const times = Array.from({ length: 5 }, () => {
    const began = performance.now()
    for (const header of headers) check.header(header)
    return ((performance.now() - began) / LOGINS) * 1_000
  })
  console.log(`${String(count).padStart(6)} logins: a request ${median(times).toFixed(2)} µs (budget 20 µs)`)
}
