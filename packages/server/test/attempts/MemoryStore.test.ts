import { assert, describe, it } from "@effect/vitest"
import { MemoryStore } from "@hipay-pos/server"
import type { Attempt } from "@hipay-pos/server/Attempt"
import * as Effect from "effect/Effect"
import { claimLaws } from "./claimLaws.ts"
import { attempt, ids, put, set, storeLaws } from "./storeLaws.ts"

describe("MemoryStore", () => {
  storeLaws(() => Effect.sync(() => MemoryStore.make()))
  claimLaws(() =>
    Effect.sync(() => {
      const store = MemoryStore.make(100_000)
      return [store, store] as const
    })
  )

  it.effect("evicts what ended first, and never what is open or unknown", () =>
    Effect.gen(function* () {
      const store = MemoryStore.make(4)
      yield* put(store, attempt("open"))
      yield* put(store, attempt("unknown"))
      yield* set(store, attempt("unknown", { state: "declined" }))
      yield* set(store, attempt("unknown", { state: "unknown" }))
      for (const id of ["1", "2", "3"]) {
        yield* put(store, attempt(id))
        yield* set(store, attempt(id, { state: "approved" }))
      }
      yield* put(store, attempt("last"))
      assert.deepStrictEqual(ids(yield* store.list({ login: "merchant", limit: 10 })), ["last", "3", "unknown", "open"])
      assert.isUndefined(yield* store.latest(attempt("1").key))
    })
  )

  it.effect("keeps the guard of an order, whichever of its attempts are evicted", () =>
    Effect.gen(function* () {
      const store = MemoryStore.make(2)
      const sale = (id: string, state: Attempt["state"] = "open") => attempt(id, { orderId: "SALE", state })
      yield* put(store, sale("A", "declined"))
      yield* put(store, sale("B", "unknown"))
      // A late approval of the first one, withdrawn afterwards.
      yield* set(store, sale("A", "unknown"))
      yield* set(store, sale("B", "declined"))
      yield* set(store, sale("A", "declined"))
      yield* put(store, attempt("other", { state: "declined" }))
      yield* put(store, sale("C", "approved"))
      assert.deepStrictEqual(ids(yield* store.list({})), ["C", "other"])
      assert.strictEqual((yield* store.standing(sale("C").key))?.id, "C")
      const again = yield* store.claim({ attempt: sale("D"), terminal: undefined, payAgain: false })
      assert.strictEqual(again._tag, "OrderTaken")
    })
  )

  it.effect("keeps fewer attempts if their orders are large", () =>
    Effect.gen(function* () {
      const store = MemoryStore.make(10_000, 50_000)
      const order = () => ({ custom_data: "x".repeat(10_000) })
      for (let id = 100; id < 300; id++) {
        yield* put(store, attempt(String(id), { order: order() }))
        yield* set(store, attempt(String(id), { order: order(), state: "approved" }))
      }
      assert.isAtMost((yield* store.list({})).length, 4)
      assert.strictEqual((yield* store.latest(attempt("299").key))?.id, "299")
    })
  )
})
