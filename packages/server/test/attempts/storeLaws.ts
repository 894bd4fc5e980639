/** What every store of attempts keeps to. */
import { assert, it } from "@effect/vitest"
import { NotStarted, OutcomeUnknown } from "@hipay-pos/core/Terminal"
import * as TerminalTarget from "@hipay-pos/core/TerminalTarget"
import type { Attempt, AttemptState } from "@hipay-pos/server/Attempt"
import type { AttemptStore } from "@hipay-pos/server/AttemptStore"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

/** An attempt as small as it gets. */
export const attempt = (
  id: string,
  changes: Partial<Attempt> & { readonly orderId?: string; readonly login?: string } = {}
): Attempt => {
  const { orderId = id, login = "merchant", ...rest } = changes
  return {
    id,
    key: { login, orderId, transactionType: "Debit" },
    order: { order: { order_id: orderId }, customer: { email: "a@example.org" } },
    target: TerminalTarget.nepting({ serialNumber: "1850320198", manufacturer: "PAX" }),
    terminal: "simulated",
    findings: [],
    openedAt: 0,
    state: "open" as AttemptState,
    amount: { minorUnits: 1250, currency: "EUR" } as Attempt["amount"],
    moments: [],
    ...rest
  }
}

export const ids = (attempts: ReadonlyArray<Attempt>) => attempts.map(({ id }) => id)

/** Tests a store; `make` gives an empty one. */
export const storeLaws = (make: () => Effect.Effect<AttemptStore, unknown, Scope.Scope>): void => {
  it.effect("gives the last attempt under a key, and each by its id", () =>
    Effect.gen(function* () {
      const store = yield* make()
      yield* store.open(attempt("1", { orderId: "A", state: "declined" }))
      yield* store.open(attempt("2", { orderId: "A" }))
      yield* store.open(attempt("3", { orderId: "B" }))
      yield* store.open(attempt("4", { orderId: "A", login: "other" }))
      assert.strictEqual((yield* store.latest(attempt("", { orderId: "A" }).key))?.id, "2")
      assert.strictEqual((yield* store.get("1"))?.id, "1")
      assert.isUndefined(yield* store.get("5"))
      assert.isUndefined(yield* store.latest(attempt("", { orderId: "C" }).key))
    })
  )

  it.effect("gives back what it was given, errors and all", () =>
    Effect.gen(function* () {
      const store = yield* make()
      const notStarted = new NotStarted({ kind: "Unreachable", detail: "no route" })
      const unknown = new OutcomeUnknown({ kind: "CutLine", detail: "cut", received: "AE" })
      yield* store.open(attempt("1"))
      yield* store.update(attempt("1", { state: "not-started", error: notStarted, endedAt: 5 }))
      yield* store.open(attempt("2"))
      yield* store.update(
        attempt("2", { state: "unknown", error: unknown, moments: [{ at: 1, kind: "connected", to: "x:1" }] })
      )
      assert.deepStrictEqual(
        yield* store.get("1"),
        attempt("1", { state: "not-started", error: notStarted, endedAt: 5 })
      )
      assert.strictEqual((yield* store.get("2"))?.error?.message, unknown.message)
      assert.deepStrictEqual((yield* store.get("2"))?.moments, [{ at: 1, kind: "connected", to: "x:1" }])
    })
  )

  it.effect("lists the newest first, by login, state, text and time", () =>
    Effect.gen(function* () {
      const store = yield* make()
      yield* store.open(attempt("1", { orderId: "Till-A 1", openedAt: 10 }))
      yield* store.open(attempt("2", { orderId: "till-B 2", openedAt: 20, login: "other", terminalName: "Bar" }))
      yield* store.open(attempt("3", { orderId: "TILL-A 3", openedAt: 30 }))
      yield* store.update(attempt("3", { orderId: "TILL-A 3", openedAt: 30, state: "approved" }))
      const list = (filter: Parameters<AttemptStore["list"]>[0]) => Effect.map(store.list(filter), ids)
      assert.deepStrictEqual(yield* list({}), ["3", "2", "1"])
      assert.deepStrictEqual(yield* list({ limit: 2 }), ["3", "2"])
      assert.deepStrictEqual(yield* list({ before: "3" }), ["2", "1"])
      assert.deepStrictEqual(yield* list({ login: "other" }), ["2"])
      assert.deepStrictEqual(yield* list({ login: "nobody" }), [])
      assert.deepStrictEqual(yield* list({ state: "approved" }), ["3"])
      assert.deepStrictEqual(yield* list({ text: "till-a" }), ["3", "1"])
      assert.deepStrictEqual(yield* list({ text: "1850320198", limit: 1 }), ["3"])
      assert.deepStrictEqual(yield* list({ text: "BAR" }), ["2"])
      assert.deepStrictEqual(yield* list({ from: 20, to: 30 }), ["2"])
    })
  )
}
