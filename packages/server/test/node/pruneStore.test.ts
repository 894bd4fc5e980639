/** Pruning of a store, open or closed. */
import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { assert, describe, it } from "@effect/vitest"
import type { Approved } from "@hipay-pos/core/Payment"
import { NotStarted, OutcomeUnknown } from "@hipay-pos/core/Terminal"
import { type PruneOptions, pruneStore } from "@hipay-pos/server/node"
import * as Effect from "effect/Effect"
import { dayTotals } from "../../src/attempts/dayTotals.ts"
import { KeptOrder } from "../../src/attempts/KeptOrder.ts"
import { applyNotifications } from "../../src/attempts/notificationProof.ts"
import * as Repeat from "../../src/attempts/Repeat.ts"
import * as SqliteStore from "../../src/node/SqliteStore.ts"
import type { KeptNotification } from "../../src/notifications/KeptNotification.ts"
import { detail } from "../../src/render/attemptView.ts"
import { answerTo } from "../../src/render/Dialect.ts"
import { attempt, type Changes, ids, put, terminalAt } from "../attempts/storeLaws.ts"
import { frames } from "../frames.ts"

const folder = mkdtempSync(join(tmpdir(), "store-prune-"))
let files = 0
const newPath = () => join(folder, `${++files}.db`)

const open = (path: string) => SqliteStore.open({ path, mode: "gateway", frames })
const day = (text: string) => Date.parse(`${text}T12:00:00Z`)
const NOW = day("2026-11-28")
const run = (store: string, options: Partial<PruneOptions> = {}) =>
  Effect.promise(() => pruneStore({ store, before: "2026-10-01", now: NOW, ...options }))
const problem = (store: string, options: Partial<PruneOptions> = {}) =>
  Effect.promise(() =>
    pruneStore({ store, before: "2026-10-01", now: NOW, ...options }).then(
      () => "none",
      (error: Error) => error.message
    )
  )

const approved = {
  state: "approved",
  outcome: {
    _tag: "Approved",
    amount: { minorUnits: 1350, currency: "EUR" },
    tip: { minorUnits: 100, currency: "EUR" },
    card: { authorizationNumber: "A1B2C3" },
    receipt: { customer: "a receipt", format: "text" },
    warnings: []
  } as unknown as Approved
} as const
const notStarted = { state: "not-started", error: new NotStarted({ kind: "Unreachable", detail: "refused" }) } as const
const unknown = { state: "unknown", error: new OutcomeUnknown({ kind: "SilentAfterSend", detail: "silence" }) } as const

const old = (id: string, changes: Changes = {}) => {
  const at = day("2026-09-15")
  const events = [{ at, kind: "connected", to: "10.0.0.7:8888" }] as const
  return attempt(id, { terminal: "dialled", openedAt: at, endedAt: at + 9, events, ...changes })
}
const resolution = { at: day("2026-09-16"), outcome: "approved", by: "Ada", login: "till", evidence: "slip" } as const
const alarm = { at: 1, code: "attempt.resolution.contradicted", message: "look", details: {} } as const

/** One attempt of each kind, all from September except for the last ones. */
const fill = Effect.fnUntraced(function* (store: SqliteStore.SqliteStore) {
  yield* put(store, old("paid", approved), terminalAt("10.0.0.7:8888"))
  yield* put(store, old("part", { state: "approved-in-part", order: { ...notify, customer: 1 } }))
  yield* put(store, old("declined", { state: "declined" }))
  yield* put(store, old("not-started", notStarted))
  yield* put(store, old("unknown", unknown), terminalAt("10.0.0.8:8888"))
  yield* put(store, old("set-aside", { ...unknown, resolutions: [{ ...resolution, outcome: "set-aside" }] }))
  yield* put(store, old("resolved", { state: "approved", resolutions: [resolution] }))
  yield* put(store, old("contradicted", { ...approved, alarms: [alarm] }))
  yield* put(store, old("ended-later", { ...approved, endedAt: day("2026-10-02") }))
  yield* put(store, old("open"))
  yield* put(store, old("new", { ...notStarted, openedAt: day("2026-10-01") }))
})
const notify = { pos_technical_info: { notify_url: "https://shop.example/notify", host: "10.0.0.7" } }

const KEPT = ["unknown", "set-aside", "resolved", "contradicted", "ended-later", "open", "new"]

describe("pruning a store", () => {
  it.effect("removes what moved no money, and leaves key, outcome and amount of what was approved", () =>
    Effect.gen(function* () {
      const path = newPath()
      const store = yield* open(path)
      yield* fill(store)
      const whole = yield* Effect.forEach(KEPT, store.get)
      const totals = dayTotals(yield* store.list({}))
      const pruned = yield* run(path)
      assert.deepInclude(pruned, { removed: 2, reduced: 2, kept: 6, earlier: 0 })
      assert.deepStrictEqual(ids(yield* store.list({})), [...KEPT.toReversed(), "part", "paid"])
      assert.deepStrictEqual(yield* Effect.forEach(KEPT, store.get), whole)
      assert.deepStrictEqual(dayTotals(yield* store.list({})), totals)
      const paid = yield* store.get("paid")
      const { receipt: _, ...outcome } = approved.outcome as typeof approved.outcome & { readonly receipt: unknown }
      const left = { order: null, events: [], prunedAt: NOW } as const
      assert.deepInclude(paid, old("paid", { ...left, state: "approved", outcome }))
      assert.strictEqual(yield* store.lastAt(terminalAt("10.0.0.7:8888")), "paid")
      assert.deepStrictEqual((yield* store.get("part"))?.order.body, {
        pos_technical_info: { notify_url: "https://shop.example/notify" }
      })
      // Reduced attempts are not considered again.
      assert.deepInclude(yield* run(path), { removed: 0, reduced: 0, kept: 6, earlier: 2, bytes: 0 })
    })
  )

  it.effect("prunes an order, too, whose own data mentions pruning", () =>
    Effect.gen(function* () {
      const path = newPath()
      const store = yield* open(path)
      yield* put(store, old("paid", { ...approved, order: { custom_data: { prunedAt: 1 } } }))
      assert.deepInclude(yield* run(path), { reduced: 1, earlier: 0 })
      assert.deepInclude(yield* run(path), { reduced: 0, earlier: 1 })
    })
  )

  it.effect("lets no approved order be paid again, and takes no other order under its id for it", () =>
    Effect.gen(function* () {
      const path = newPath()
      const store = yield* open(path)
      const whole = { note: "table 12", customer: { email: "ada@example.org" } }
      const order = old("paid", { ...approved, order: whole, idempotencyKey: "key" })
      yield* put(store, order)
      yield* run(path)
      const claimed = yield* store.claim({
        attempt: attempt("2", { orderId: "paid" }),
        terminal: undefined,
        payAgain: false
      })
      assert.strictEqual(claimed._tag, "OrderTaken")
      if (claimed._tag !== "OrderTaken") return
      for (const [body, reason] of [
        [whole, "already-approved"],
        [{ note: whole.note }, "already-approved"],
        [{ other: true }, "different"]
      ] as const) {
        const refused = yield* Effect.flip(
          Repeat.allows(claimed.attempt, { order: new KeptOrder(body), idempotencyKey: "key" }, store.standing, 0)
        )
        assert.propertyVal(refused, "reason", reason)
      }
      const { key } = claimed.attempt
      yield* put(store, old("cancel", { ...approved, key: { ...key, transactionType: "Cancel" } }))
      yield* run(path)
      const refused = yield* Effect.flip(
        Repeat.allows(claimed.attempt, { order: new KeptOrder(whole) }, store.standing, 0)
      )
      assert.deepInclude(refused, { reason: "reversed", state: "approved" })
    })
  )

  it.effect("leaves an approved attempt as it was, whatever is notified of it afterwards", () =>
    Effect.gen(function* () {
      const path = newPath()
      const store = yield* open(path)
      yield* put(store, old("paid", { ...approved, provedBy: "notification" }))
      yield* run(path)
      const paid = yield* store.get("paid")
      assert.isDefined(paid)
      if (paid === undefined) return
      const refusal = { at: NOW, status: 113, reference: "T", test: false, currency: "EUR" } as KeptNotification
      const told = applyNotifications(paid, [refusal], NOW, false)
      assert.strictEqual(told?.attempt.state, "approved")
      assert.isDefined(told?.alarm)
    })
  )

  it.effect("shows when an attempt was pruned, and no answer, order or receipt", () =>
    Effect.gen(function* () {
      const path = newPath()
      const store = yield* open(path)
      yield* fill(store)
      yield* run(path)
      const paid = yield* store.get("paid")
      assert.isDefined(paid)
      const shown = detail(paid, { frames, answerTo: answerTo["pos-api"] })
      assert.deepInclude(shown, { prunedAt: "2026-11-28T12:00:00.000Z", order: null, paid: 1350, tip: 100 })
      assert.notProperty(shown, "answer")
      assert.notInclude(JSON.stringify(shown), "a receipt")
    })
  )

  it.effect("says with --dry-run what it would prune, and changes nothing", () =>
    Effect.gen(function* () {
      const path = newPath()
      const store = yield* open(path)
      yield* fill(store)
      const before = yield* store.list({})
      const planned = yield* run(path, { dryRun: true })
      assert.deepStrictEqual(yield* store.list({}), before)
      assert.isAbove(planned.bytes, 1_000)
      assert.deepStrictEqual(yield* run(path), planned)
    })
  )

  it.effect("leaves no history of what it pruned, and the history of the rest as it was, guarded as before", () =>
    Effect.gen(function* () {
      const path = newPath()
      yield* Effect.scoped(Effect.flatMap(open(path), fill))
      yield* run(path)
      const database = new DatabaseSync(path)
      const attempts = database.prepare("SELECT DISTINCT attempt FROM history ORDER BY number").all()
      assert.sameMembers(
        attempts.map(({ attempt }) => attempt),
        KEPT
      )
      assert.throws(() => database.exec("DELETE FROM history"), /history is never changed/)
      database.close()
    })
  )

  it.effect("leaves a payment alone while a notification of it is on its way", () =>
    Effect.gen(function* () {
      const path = newPath()
      const { notifications, ...store } = yield* open(path)
      for (const id of ["done", "waiting"]) yield* put(store, old(id, { ...approved, terminal: "relayed" }))
      yield* put(store, old("gone", { ...notStarted, terminal: "relayed" }))
      for (const id of ["done", "waiting", "gone"]) {
        const notification = { at: day("2026-09-15"), reference: `of ${id}`, status: 116, test: false } as const
        yield* notifications.receive({ owner: "own", key: "k", notification, attempt: id, forward: undefined })
      }
      for (const id of ["done", "gone"]) yield* notifications.consider(id, Effect.succeed(9))
      assert.deepInclude(yield* run(path), { removed: 1, reduced: 1, kept: 1 })
      assert.strictEqual((yield* store.get("waiting"))?.prunedAt, undefined)
      assert.lengthOf((yield* notifications.of("waiting")).notifications, 1)
      assert.lengthOf((yield* notifications.of("done")).notifications, 0)
      assert.deepEqual(yield* notifications.bindingsOf("of done"), [{ owner: "own", attempt: "done" }])
      assert.deepEqual(yield* notifications.bindingsOf("of gone"), [{ owner: "own", attempt: "gone" }])
    })
  )

  it.effect("prunes all, in as many batches as it takes", () =>
    Effect.gen(function* () {
      const path = newPath()
      const store = yield* open(path)
      yield* Effect.forEach(
        Array.from({ length: 120 }, (_, n) => n),
        (n) => put(store, old(`${n}`, n % 3 === 0 ? notStarted : approved)),
        { concurrency: "unbounded" }
      )
      assert.deepInclude(yield* run(path), { removed: 40, reduced: 80, kept: 0 })
    })
  )

  it.effect("refuses days that are none or too young, and files that are no store of this version", () =>
    Effect.gen(function* () {
      const path = newPath()
      yield* Effect.scoped(open(path))
      assert.match(yield* problem(path, { before: "last year" }), /--before: expected a day as YYYY-MM-DD/)
      assert.match(yield* problem(path, { before: "2026-10-30" }), /at least 30 days ago, got 2026-10-30/)
      assert.match(yield* problem(newPath()), /there is no store at/)
      const database = new DatabaseSync(path)
      database.exec("PRAGMA user_version = 4")
      database.close()
      assert.match(yield* problem(path), /older format; start its gateway/)
    })
  )
})
