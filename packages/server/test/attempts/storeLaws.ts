/** What every store of attempts keeps to. */
import { assert, it } from "@effect/vitest"
import { NotStarted, OutcomeUnknown } from "@hipay-pos/core/Terminal"
import { ofBytes } from "@hipay-pos/core/TerminalEvidence"
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
    events: [],
    ...rest
  }
}

export const ids = (attempts: ReadonlyArray<{ readonly id: string }>) => attempts.map(({ id }) => id)

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
      const unknown = new OutcomeUnknown({ kind: "CutLine", detail: "cut", evidence: ofBytes("AE") })
      yield* store.open(attempt("1"))
      yield* store.update(attempt("1", { state: "not-started", error: notStarted, endedAt: 5 }))
      yield* store.open(attempt("2"))
      yield* store.update(
        attempt("2", { state: "unknown", error: unknown, events: [{ at: 1, kind: "connected", to: "x:1" }] })
      )
      assert.deepStrictEqual(
        yield* store.get("1"),
        attempt("1", { state: "not-started", error: notStarted, endedAt: 5 })
      )
      assert.strictEqual((yield* store.get("2"))?.error?.message, unknown.message)
      assert.deepStrictEqual((yield* store.get("2"))?.events, [{ at: 1, kind: "connected", to: "x:1" }])
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
      assert.deepStrictEqual(yield* list({ from: 10, to: 31, before: "3", text: "till", limit: 1 }), ["2"])
      assert.deepStrictEqual(yield* list({ before: "none" }), [])
      assert.deepStrictEqual(yield* list({ from: 40 }), [])
    })
  )

  it.effect("gives brief attempts without order, answer and events", () =>
    Effect.gen(function* () {
      const store = yield* make()
      const recorded = { status: 200, body: { paymentStatus: "Success" } }
      const whole = attempt("1", { state: "approved", recorded, events: [{ at: 1, kind: "connected", to: "x:1" }] })
      yield* store.open(attempt("1"))
      yield* store.update(whole)
      const [listed] = yield* store.list({ isBrief: true })
      assert.deepInclude(listed, { id: "1", state: "approved", amount: whole.amount, events: [] })
      assert.isUndefined(listed?.order)
      assert.notProperty(listed, "recorded")
      assert.deepStrictEqual(yield* store.list({}), [whole])
    })
  )

  it.effect("finds what may have been at a terminal: by name, by where it connected, or never seen to connect", () =>
    Effect.gen(function* () {
      const store = yield* make()
      const put = Effect.fnUntraced(function* (id: string, host: string, to?: string, changes: Partial<Attempt> = {}) {
        const target = TerminalTarget.concert({ host, port: 8888, version: "3.2", contracts: [] })
        const events = to === undefined ? [] : [{ at: 0, kind: "connected" as const, to }]
        const opened = attempt(id, { target, terminal: "dialled", state: "unknown", ...changes })
        yield* store.open({ ...opened, state: "open" })
        yield* store.update({ ...opened, events })
      })
      const aside = { at: 1, outcome: "set-aside", by: "Ada", evidence: "none", login: "shop" } as const
      yield* put("named", "Till-1", "10.0.0.7:8888")
      yield* put("elsewhere", "till-2", "10.0.0.8:8888")
      yield* put("moved", "till-3", "10.0.0.7:8888")
      yield* put("unseen", "till-4")
      yield* put("aside", "till-1", "10.0.0.7:8888", { resolutions: [aside] })
      yield* put("paid", "till-1", "10.0.0.7:8888", { state: "approved" })
      yield* put("refused", "till-1", "10.0.0.7:8888", { state: "declined" })
      yield* put("simulated", "till-1", "10.0.0.7:8888", { terminal: "simulated" })
      const near = (which: "unresolved" | "moved", resolved?: string, except: ReadonlyArray<string> = []) =>
        Effect.map(
          store.near({ which, named: "till-1:8888", except, ...(resolved === undefined ? {} : { resolved }) }),
          (found) => new Set(ids(found))
        )
      const has = (found: ReadonlySet<string>, ...wanted: ReadonlyArray<string>) => wanted.every((id) => found.has(id))
      assert.isTrue(has(yield* near("unresolved"), "named"))
      assert.isTrue(has(yield* near("unresolved", "10.0.0.7:8888"), "named", "moved", "unseen"))
      assert.isTrue(has(yield* near("unresolved", "10.0.0.8:8888"), "named", "unseen"))
      for (const which of ["unresolved", "moved"] as const) {
        const found = yield* near(which, "10.0.0.7:8888")
        assert.isFalse(found.has("refused") || found.has("simulated"), which)
      }
      assert.isFalse((yield* near("unresolved", "10.0.0.7:8888")).has("aside"))
      assert.strictEqual(ids(yield* store.near({ which: "moved", named: "till-1:8888" }))[0], "paid")
      assert.isFalse((yield* near("moved", undefined, ["paid"])).has("paid"))
      assert.strictEqual(ids(yield* store.near({ which: "moved", named: "till-1:8888", except: ["paid"] }))[0], "aside")
    })
  )
}
