import { assert, describe, it } from "@effect/vitest"
import * as JsonText from "@hipay-pos/core/JsonText"
import type { AttemptState } from "@hipay-pos/server/Attempt"
import * as Effect from "effect/Effect"
import { digest } from "../../src/attempts/digest.ts"
import { forgetCustomer } from "../../src/attempts/forgetCustomer.ts"
import { KeptOrder } from "../../src/attempts/KeptOrder.ts"
import * as MemoryStore from "../../src/attempts/MemoryStore.ts"
import * as Repeat from "../../src/attempts/Repeat.ts"
import { attempt, type Changes, put } from "./storeLaws.ts"

const body = { order: { order_id: "A", basket: [{ name: "tea", note: null }] } }
const another = { order: { order_id: "A", basket: [] } }

/** What an attempt in a state allows a repeated order: its own answer, a new attempt, or why not. */
const after = (
  state: AttemptState,
  given: { readonly body?: unknown; readonly key?: string; readonly changes?: Changes; readonly now?: number } = {}
) => {
  const repeated = { order: new KeptOrder(given.body ?? body), idempotencyKey: given.key }
  const neverCancelled = () => Effect.undefined
  const earlier = attempt("1", { order: body, state, ...given.changes })
  return Effect.match(Repeat.allows(earlier, repeated, neverCancelled, given.now ?? 0), {
    onSuccess: (earlier) => earlier?.id ?? "a new attempt",
    onFailure: ({ reason, earlier, state: before }) => {
      assert.deepStrictEqual([before, earlier?.id], [state, "1"])
      return reason
    }
  })
}

describe("an order that comes again", () => {
  it.effect.each(["declined", "not-started"] as const)(
    "is paid anew after one that was %s, whatever it says",
    (state) =>
      Effect.gen(function* () {
        assert.strictEqual(yield* after(state), "a new attempt")
        assert.strictEqual(yield* after(state, { body: another }), "a new attempt")
      })
  )

  it.effect.each(["open", "unknown"] as const)("waits for a person after one that is %s", (state) =>
    Effect.gen(function* () {
      assert.strictEqual(yield* after(state), "unresolved")
      assert.strictEqual(yield* after(state, { body: another }), "different")
    })
  )

  it.effect.each(["approved", "approved-in-part"] as const)("is refused after one that was %s", (state) =>
    Effect.gen(function* () {
      assert.strictEqual(yield* after(state), "already-approved")
      assert.strictEqual(yield* after(state, { body: another }), "different")
    })
  )

  it.effect("is reversed by a later cancellation and by no earlier one, whatever the time of day said", () =>
    Effect.gen(function* () {
      for (const [isAfter, reason] of [
        [true, "reversed"],
        [false, "already-approved"]
      ] as const) {
        const store = MemoryStore.make()
        const sale = attempt("sale", { order: body, state: "approved", openedAt: isAfter ? 1 : 0 })
        const key = { ...sale.key, transactionType: "Cancel" } as const
        const cancel = attempt("cancel", { key, state: "approved", openedAt: isAfter ? 0 : 1 })
        for (const each of isAfter ? [sale, cancel] : [cancel, sale]) yield* put(store, each)
        const refused = yield* Effect.flip(Repeat.allows(sale, { order: new KeptOrder(body) }, store.standing, 1))
        assert.propertyVal(refused, "reason", reason)
      }
    })
  )

  it.effect("counts as approved if only its terminal differs, and says so", () =>
    Effect.gen(function* () {
      const price = { amount: 1250, currency: "EUR" }
      const kept = { order: { ...body.order, price, description: "tea" }, pos_technical_info: { notify_url: "a" } }
      const changed = (order: object, rest: object = {}) => ({ ...kept, order: { ...kept.order, ...order }, ...rest })
      const told = (again: unknown, changes: Changes = {}) => {
        const earlier = attempt("1", { order: kept, state: "approved", idempotencyKey: "k", ...changes })
        const allowed = Repeat.allows(
          earlier,
          { order: new KeptOrder(again), idempotencyKey: "k" },
          () => Effect.undefined,
          0
        )
        return Effect.map(Effect.flip(allowed), ({ reason, differs }) => [reason, differs])
      }
      for (const [again, ...expected] of [
        [changed({ description: "coffee" }), "different", ["order.description"]],
        [
          changed({}, { pos_technical_info: { notify_url: "b" }, customer: { email: "a@b.c" } }),
          "already-approved",
          ["pos_technical_info.notify_url"]
        ],
        [changed({ price: { ...price, amount: 500 } }), "different", ["order.price"]],
        [changed({ price: { ...price, currency: "USD" } }), "different", ["order.price"]],
        [changed({}, { language: "fr" }), "different", ["language"]]
      ] as const) {
        assert.deepStrictEqual(yield* told(again), expected)
      }
      const pruned = { order: null, prunedAt: 1, orderDigest: "of another" }
      assert.deepStrictEqual(yield* told(kept, pruned), ["different", undefined])
      assert.deepStrictEqual(yield* told(another, pruned), ["different", undefined])
      const elsewhere = changed({}, { pos_technical_info: { notify_url: "b" } })
      const unknown = yield* told(elsewhere, { state: "unknown" })
      assert.deepStrictEqual(unknown, ["unresolved", ["pos_technical_info.notify_url"]])
      const long = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`${index}`.repeat(200), 1]))
      const [, differs] = yield* told(changed(long))
      assert.isAtMost(JSON.stringify(differs).length, 600)
    })
  )

  it.effect("gets the earlier attempt's answer for an hour if it has the same key", () =>
    Effect.gen(function* () {
      const changes = { idempotencyKey: "k" }
      assert.strictEqual(yield* after("approved", { key: "k", changes }), "1")
      assert.strictEqual(yield* after("approved", { key: "k", changes, now: 3_600_000 }), "1")
      assert.strictEqual(yield* after("approved", { key: "k", changes, now: 3_600_001 }), "already-approved")
      assert.strictEqual(yield* after("approved", { key: "other", changes }), "already-approved")
      assert.strictEqual(yield* after("approved", { changes }), "already-approved")
      assert.strictEqual(yield* after("approved", { key: "k" }), "already-approved")
      assert.strictEqual(yield* after("approved", { key: "k", body: another, changes }), "different")
    })
  )

  it.effect("gets it also if an older store kept the key as it came", () =>
    Effect.gen(function* () {
      const withKey = (key: string) =>
        Effect.flatMap(
          Effect.promise(() => digest(key)),
          (digested) => after("approved", { key: digested, changes: { idempotencyKey: "till-1-42" } })
        )
      assert.strictEqual(yield* withKey("till-1-42"), "1")
      assert.strictEqual(yield* withKey("till-1-43"), "already-approved")
    })
  )

  it.effect("gets it for no longer if the clock was ahead when the earlier attempt ended", () =>
    Effect.gen(function* () {
      const ended = (endedAt: number) => after("approved", { key: "k", changes: { idempotencyKey: "k", endedAt } })
      assert.strictEqual(yield* ended(3_600_000), "1")
      assert.strictEqual(yield* ended(3_600_001), "already-approved")
    })
  )
})

describe("an order whose customer was forgotten", () => {
  const withCustomer = { ...body, customer: { email: "ada@example.org" }, shipping: { city: "Paris" } }
  const forgotten = forgetCustomer(attempt("1", { order: withCustomer }), { withoutContact: (frame) => frame })
  const changes = { order: forgotten.order.body, idempotencyKey: "k" }

  it.effect("is recognised by everything else", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(forgotten.order.body, body)
      for (const again of [withCustomer, body]) {
        assert.strictEqual(yield* after("approved", { body: again, changes }), "already-approved")
        assert.strictEqual(yield* after("approved", { body: again, key: "k", changes }), "1")
        assert.strictEqual(yield* after("unknown", { body: again, changes }), "unresolved")
      }
      const other = { ...another, customer: withCustomer.customer }
      assert.strictEqual(yield* after("approved", { body: other, changes }), "different")
    })
  )

  it.effect("is recognised by its digest, whenever that was made", () =>
    Effect.gen(function* () {
      for (const kept of [withCustomer, body]) {
        const orderDigest = yield* Effect.promise(() => digest(JsonText.canonical(kept)))
        const pruned = { order: null, prunedAt: 1, orderDigest }
        assert.strictEqual(yield* after("approved", { body: withCustomer, changes: pruned }), "already-approved")
        assert.strictEqual(yield* after("approved", { body: another, changes: pruned }), "different")
      }
    })
  )

  it.effect("is not taken for another customer's while one is kept", () =>
    Effect.gen(function* () {
      const other = { ...withCustomer, customer: { email: "bob@example.org" } }
      assert.strictEqual(yield* after("approved", { body: other, changes: { order: withCustomer } }), "different")
      assert.strictEqual(yield* after("approved", { changes: { order: withCustomer } }), "different")
    })
  )
})
