/** Guards in a file outlive the process, their attempt's row, its customer data, and older formats. */
import { copyFileSync, mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import type { PaymentOutcome } from "@hipay-pos/core/Payment"
import { close } from "@hipay-pos/server/Attempt"
import type { AttemptStore, Filter } from "@hipay-pos/server/AttemptStore"
import { SqliteStore } from "@hipay-pos/server/node"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { KeptOrder } from "../../src/attempts/KeptOrder.ts"
import { attempt, put, set, setAside, terminalAt } from "../attempts/storeLaws.ts"
import { frames } from "../frames.ts"

const folder = mkdtempSync(join(tmpdir(), "guards-"))
let files = 0
const newPath = () => join(folder, `${++files}.db`)
const open = (path: string, warnings: Array<string> = []) =>
  SqliteStore.open({ path, mode: "gateway", frames, onWarning: (detail) => warnings.push(detail) })

/** Opens the store for a while, then closes it. */
const once = <A, E>(path: string, use: (store: AttemptStore) => Effect.Effect<A, E>) =>
  Effect.scoped(Effect.flatMap(open(path), use))

const change = (path: string, sql: string) => {
  const database = new DatabaseSync(path)
  database.exec(sql)
  database.close()
}

const bar = terminalAt("bar:8888", "10.0.0.7:8888")
const real = (id: string, changes: Parameters<typeof attempt>[1] = {}) =>
  attempt(id, { terminal: "dialled", ...changes })
const claim = (store: AttemptStore, id: string, terminal = bar, orderId = id) =>
  store.claim({ attempt: real(id, { orderId }), terminal, payAgain: false })

describe("guards in a file", () => {
  it.effect("stand after a restart: of the order, and of the terminal under both of its names", () =>
    Effect.gen(function* () {
      const path = newPath()
      yield* once(path, (store) =>
        Effect.gen(function* () {
          yield* put(store, real("paid", { orderId: "A", state: "approved" }), bar)
          yield* claim(store, "under way", bar, "B")
        })
      )
      const store = yield* open(path)
      assert.strictEqual((yield* claim(store, "1", bar, "A"))._tag, "OrderTaken")
      assert.strictEqual((yield* claim(store, "1", bar, "B"))._tag, "OrderTaken")
      for (const terminal of [bar, terminalAt("10.0.0.7:8888"), terminalAt("bar:8888")])
        assert.deepStrictEqual(yield* claim(store, "1", terminal), { _tag: "TerminalUndecided", attempt: "under way" })
    })
  )

  it.effect.each([
    ["can be read", false],
    ["cannot be read", true]
  ] as const)("after the process ended, its queue holds up no later order, where its attempt %s", ([_, isDamaged]) =>
    Effect.gen(function* () {
      const path = newPath()
      yield* once(path, (store) =>
        Effect.gen(function* () {
          yield* claim(store, "at the terminal")
          yield* claim(store, "in line")
          yield* set(store, real("at the terminal", { state: "approved" }))
        })
      )
      if (isDamaged) change(path, "UPDATE attempts SET json = '{' WHERE id = 'in line'")
      const store = yield* open(path)
      assert.deepInclude(yield* claim(store, "next"), { _tag: "Written", isQueued: false })
    })
  )

  it.effect("after the process ended, what never had its turn is not started, and its order is free", () =>
    Effect.gen(function* () {
      const path = newPath()
      yield* once(path, (store) =>
        Effect.gen(function* () {
          yield* claim(store, "at the terminal")
          yield* claim(store, "in line")
          yield* claim(store, "had its turn")
          yield* set(store, real("at the terminal", { state: "approved" }))
          assert.strictEqual((yield* store.turn("in line"))._tag, "Taken")
          yield* set(store, real("in line", { state: "declined" }))
          assert.strictEqual((yield* store.turn("had its turn"))._tag, "Taken")
          yield* claim(store, "still in line")
        })
      )
      const store = yield* open(path)
      assert.strictEqual((yield* store.get("had its turn"))?.state, "unknown")
      const unsent = yield* store.get("still in line")
      assert.deepStrictEqual(
        [unsent?.state, unsent?.error?.detail],
        ["not-started", "the server ended before the terminal was free"]
      )
      const elsewhere = terminalAt("till:8888")
      assert.strictEqual((yield* claim(store, "again", elsewhere, "still in line"))._tag, "Written")
      assert.deepStrictEqual(yield* claim(store, "next"), { _tag: "TerminalUndecided", attempt: "had its turn" })
    })
  )

  it.effect.each(["json = '{'", "json = '[]'", "json = json_set(json, '$.state', 'declined')"])(
    "stand where the row of their attempt cannot be read: %s",
    (spoil) =>
      Effect.gen(function* () {
        const path = newPath()
        yield* once(path, (store) =>
          Effect.gen(function* () {
            yield* put(store, real("sale", { state: "approved" }), bar)
            yield* put(store, real("lost", { orderId: "A", state: "unknown" }), bar)
          })
        )
        change(path, `UPDATE attempts SET ${spoil} WHERE id = 'lost'`)
        const store = yield* open(path)
        assert.deepStrictEqual(yield* claim(store, "next"), { _tag: "TerminalUndecided", attempt: "lost" })
        assert.deepStrictEqual((yield* Effect.flip(claim(store, "again", bar, "A"))).reason, {
          _tag: "Damaged",
          id: "lost"
        })
        // A cancellation must not skip it and find the sale before it.
        const last = yield* store.lastAt(bar)
        assert.strictEqual(last, "lost")
        assert.deepStrictEqual((yield* Effect.flip(store.get("lost"))).reason, { _tag: "Damaged", id: "lost" })
        // Nor must a complete list that it may belong to; what follows the list's last attempt does not matter.
        const ids = (filter: Filter) => Effect.map(store.list(filter), (list) => list.map(({ id }) => id))
        assert.deepStrictEqual(yield* ids({}), ["sale"])
        assert.deepStrictEqual((yield* Effect.flip(ids({ isComplete: true }))).reason, { _tag: "Damaged", id: "lost" })
        assert.deepStrictEqual(yield* ids({ isComplete: true, text: "sale" }), ["sale"])
        assert.deepStrictEqual(yield* ids({ isComplete: true, before: "lost" }), ["sale"])
      })
  )

  it.effect.each([
    ["approved", "approved", "taken"],
    ["declined", "declined", "free"],
    ["set-aside", "unknown", "taken"]
  ] as const)(
    "of an attempt that cannot be read are released by a person's word, %s, which is kept beside the row as it was",
    ([outcome, state, order]) =>
      Effect.gen(function* () {
        const path = newPath()
        yield* once(path, (store) => put(store, real("lost", { orderId: "A", state: "unknown" }), bar))
        change(path, "UPDATE attempts SET json = '{' WHERE id = 'lost'")
        const resolution = { ...setAside, outcome }
        yield* once(path, (store) =>
          Effect.gen(function* () {
            assert.isUndefined(yield* store.resolveDamaged("lost", resolution, "another login"))
            const resolved = yield* store.resolveDamaged("lost", resolution, undefined)
            assert.deepStrictEqual(resolved, { id: "lost", key: real("lost", { orderId: "A" }).key, state })
          })
        )
        const database = new DatabaseSync(path)
        const rows = database.prepare("SELECT state, json FROM attempts WHERE id = 'lost'").all()
        const said = database.prepare("SELECT state, json FROM history ORDER BY number DESC LIMIT 1").get()
        database.close()
        assert.deepStrictEqual({ ...rows[0] }, { state, json: "{" })
        assert.deepStrictEqual([said?.state, JSON.parse(String(said?.json))], [state, { resolution }])
        const store = yield* open(path)
        const isUnknown = state === "unknown"
        assert.strictEqual((yield* store.resolveDamaged("lost", resolution, undefined)) !== undefined, isUnknown)
        assert.strictEqual((yield* claim(store, "next"))._tag, "Written")
        const again = yield* Effect.result(claim(store, "again", terminalAt("till:8888"), "A"))
        assert.strictEqual(again._tag, order === "free" ? "Success" : "Failure")
      })
  )

  it.effect("resolves no readable attempt that way", () =>
    Effect.gen(function* () {
      const store = yield* open(newPath())
      yield* put(store, real("readable", { state: "unknown" }), bar)
      assert.isUndefined(yield* store.resolveDamaged("readable", { ...setAside, outcome: "approved" }, undefined))
      assert.strictEqual((yield* store.get("readable"))?.state, "unknown")
    })
  )

  it.effect("stand where the row of an attempt that was open cannot be read, and name it", () =>
    Effect.gen(function* () {
      const path = newPath()
      yield* once(path, (store) => claim(store, "lost"))
      change(path, "UPDATE attempts SET json = '{' WHERE id = 'lost'")
      const store = yield* open(path)
      assert.deepStrictEqual(yield* claim(store, "next"), { _tag: "TerminalUndecided", attempt: "lost" })
      const database = new DatabaseSync(path, { readOnly: true })
      const history = database.prepare("SELECT state, json FROM history WHERE attempt = 'lost' ORDER BY number").all()
      database.close()
      assert.deepInclude(history.at(-1), { state: "unknown", json: "{}" })
    })
  )

  it.effect("keep an approved order for good: key, outcome, amount and guard, when customer data is removed", () =>
    Effect.gen(function* () {
      const path = newPath()
      const outcome: PaymentOutcome = {
        _tag: "Approved",
        amount: attempt("").amount,
        card: {},
        warnings: []
      }
      const paid = real("paid", { orderId: "A", state: "approved", outcome })
      yield* once(path, (store) => put(store, paid, bar))
      yield* TestClock.setTime(SqliteStore.CUSTOMER_DATA + 1)
      const store = yield* open(path)
      yield* TestClock.adjust("11 seconds")
      const kept = yield* store.get("paid")
      assert.deepStrictEqual(kept, { ...paid, order: new KeptOrder({ order: { order_id: "A" } }) })
      assert.deepStrictEqual<unknown>(yield* claim(store, "again", bar, "A"), { _tag: "OrderTaken", attempt: kept })
    })
  )
})

describe("a store of format 3", () => {
  const copy = () => {
    const path = newPath()
    copyFileSync(fileURLToPath(new URL("fixtures/store-format-3.db", import.meta.url)), path)
    return path
  }
  const terminal = terminalAt("192.0.2.10:8888")
  const keyOf = (orderId: string) => ({ login: "merchant", orderId, transactionType: "Debit" }) as const

  it.effect("brings its guards: each order that may have been paid is taken, and the others are free", () =>
    Effect.gen(function* () {
      const store = yield* open(copy())
      for (const { key, state, id } of yield* store.list({})) {
        const again = { ...real(`again-${id}`), key }
        const claimed = yield* store.claim({ attempt: again, terminal: undefined, payAgain: false })
        const isFree = state === "declined" || state === "not-started"
        assert.strictEqual(claimed._tag, isFree ? "Written" : "OrderTaken", `${key.orderId} ${state}`)
      }
    })
  )

  it.effect("keeps its terminal until the last of its unknown attempts is resolved", () =>
    Effect.gen(function* () {
      const store = yield* open(copy())
      const unknown = (yield* store.list({ state: "unknown" })).filter(({ resolutions }) => resolutions === undefined)
      assert.isAbove(unknown.length, 3)
      for (const seen of unknown) {
        const claimed = yield* claim(store, "next", terminal)
        assert.strictEqual(claimed._tag, "TerminalUndecided")
        assert.strictEqual(
          (yield* store.change(seen, close(seen, { _tag: "Resolved", resolution: setAside }, 1)))._tag,
          "Written"
        )
      }
      assert.strictEqual((yield* claim(store, "next", terminal))._tag, "Written")
    })
  )

  it.effect("brings the guard of a terminal whose attempt could not be read even then", () =>
    Effect.gen(function* () {
      const path = copy()
      change(
        path,
        "UPDATE attempts SET state = 'declined' WHERE state IN ('unknown', 'open') AND key NOT LIKE '%SILENT'"
      )
      change(path, "UPDATE attempts SET json = '{', terminal = NULL, connected = NULL WHERE key LIKE '%SILENT'")
      const store = yield* open(path)
      const { key } = { key: keyOf("SILENT") }
      const claimed = yield* claim(store, "next", terminal)
      assert.strictEqual(claimed._tag, "TerminalUndecided")
      const again = store.claim({ attempt: { ...real("again"), key }, terminal: undefined, payAgain: false })
      assert.propertyVal((yield* Effect.flip(again)).reason, "_tag", "Damaged")
    })
  )
})
