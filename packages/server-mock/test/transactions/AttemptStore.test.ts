import { assert, describe, it } from "@effect/vitest"
import * as TerminalTarget from "@hipay-pos/core/TerminalTarget"
import * as Effect from "effect/Effect"
import type { Attempt, AttemptState } from "../../src/transactions/Attempt.ts"
import * as AttemptStore from "../../src/transactions/AttemptStore.ts"

const attempt = (id: string, state: AttemptState = "open", orderId = id, login = "merchant"): Attempt => ({
  id,
  key: { login, orderId, transactionType: "Debit" },
  order: {},
  target: TerminalTarget.nepting({ serialNumber: "1", manufacturer: "PAX" }),
  terminal: "simulated",
  findings: [],
  openedAt: 0,
  state,
  amount: { minorUnits: 1250, currency: "EUR" } as Attempt["amount"],
  moments: []
})

const ids = (attempts: ReadonlyArray<Attempt>) => attempts.map(({ id }) => id)

describe("AttemptStore.memory", () => {
  it.effect("gives the last attempt under a key, and each by its id", () =>
    Effect.gen(function* () {
      const store = AttemptStore.memory()
      yield* store.open(attempt("1", "declined", "A"))
      yield* store.open(attempt("2", "open", "A"))
      yield* store.open(attempt("3", "open", "B"))
      yield* store.open(attempt("4", "open", "A", "other"))
      assert.strictEqual((yield* store.latest(attempt("", "open", "A").key))?.id, "2")
      assert.strictEqual((yield* store.get("1"))?.id, "1")
      assert.deepStrictEqual(ids(yield* store.list({ login: "merchant", limit: 2 })), ["3", "2"])
      assert.deepStrictEqual(ids(yield* store.list({ login: "nobody", limit: 2 })), [])
    })
  )

  it.effect("forgets what ended first, and never what is open or unknown", () =>
    Effect.gen(function* () {
      const store = AttemptStore.memory(4)
      yield* store.open(attempt("open"))
      yield* store.open(attempt("unknown"))
      yield* store.update(attempt("unknown", "unknown"))
      for (const id of ["1", "2", "3"]) {
        yield* store.open(attempt(id))
        yield* store.update(attempt(id, "approved"))
      }
      yield* store.open(attempt("last"))
      assert.deepStrictEqual(ids(yield* store.list({ login: "merchant", limit: 10 })), ["last", "3", "unknown", "open"])
      assert.isUndefined(yield* store.latest(attempt("1").key))
    })
  )
})
