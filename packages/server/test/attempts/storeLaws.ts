/** The laws of every store of attempts. */
import { assert, it } from "@effect/vitest"
import { TruncatedPan } from "@hipay-pos/core/Card"
import * as Money from "@hipay-pos/core/Money"
import type { PaymentOutcome } from "@hipay-pos/core/Payment"
import { NotStarted, OutcomeUnknown } from "@hipay-pos/core/Terminal"
import { ofBytes } from "@hipay-pos/core/TerminalEvidence"
import * as TerminalTarget from "@hipay-pos/core/TerminalTarget"
import { KeptOrder } from "@hipay-pos/server"
import { type Attempt, type AttemptState, close, type PerformedResult } from "@hipay-pos/server/Attempt"
import type { Among, AttemptStore } from "@hipay-pos/server/AttemptStore"
import type { GuardedTerminal } from "@hipay-pos/server/Guards"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

/** An attempt's properties in any combination, even impossible ones. */
export type Changes = Partial<Pick<Attempt, Exclude<keyof Attempt, "order">>> & {
  readonly orderId?: string
  readonly login?: string
  readonly order?: unknown
}

/** A minimal attempt; if it has ended without more than its state, the terminal ended it. */
export const attempt = (id: string, changes: Changes = {}): Attempt => {
  const { orderId = id, login = "merchant", state = "open", order, ...rest } = changes
  const opened: Attempt = {
    id,
    key: { login, orderId, transactionType: "Debit" },
    order: order instanceof KeptOrder ? order : new KeptOrder(order === undefined ? orderOf(orderId) : order),
    target: TerminalTarget.nepting({ serialNumber: "1850320198", manufacturer: "PAX" }),
    terminal: "simulated",
    findings: [],
    openedAt: 0,
    state: "open",
    amount: rest.amount ?? Money.of("12.50", "EUR"),
    events: []
  }
  const isResolved = rest.resolutions !== undefined && state !== "not-started"
  const known = state === "open" || isResolved ? opened : ended(opened, state)
  return { ...known, ...(state !== "open" && { endedAt: 0 }), ...rest, state } as Attempt
}

const orderOf = (orderId: string) => ({ order: { order_id: orderId }, customer: { email: "a@example.org" } })

/** An attempt ended by its terminal in this state; if unknown, by a bug. */
export const ended = (seen: Attempt, state: Exclude<AttemptState, "open">): Attempt =>
  close(seen, ends[state](seen.amount), 0)

const common = { card: {}, warnings: [] }
const part = { paid: Money.of("10.00", "EUR"), remaining: Money.of("2.50", "EUR") }
const notStarted = new NotStarted({ kind: "Unreachable", detail: "no route" })

const ends: Readonly<Record<Exclude<AttemptState, "open">, (amount: Money.Money) => PerformedResult>> = {
  approved: (amount) => ({ _tag: "Outcome", outcome: { _tag: "Approved", amount, ...common } }),
  "approved-in-part": () => ({ _tag: "Outcome", outcome: { _tag: "ApprovedInPart", ...part, ...common } }),
  declined: () => ({ _tag: "Outcome", outcome: { _tag: "Declined", reason: "refused", label: "refused", ...common } }),
  "not-started": () => ({ _tag: "Error", reason: notStarted }),
  unknown: () => ({ _tag: "Defect" })
}

/** An attempt as it was claimed. */
export const opened = ({ endedAt: _, outcome: __, error: ___, ...known }: Attempt): Attempt => ({
  ...known,
  state: "open"
})

export const ids = (attempts: ReadonlyArray<{ readonly id: string }>) => attempts.map(({ id }) => id)

/** A terminal by its name alone, or by name and address. */
export const terminalAt = (name: string, address?: string): GuardedTerminal => ({ name, address })

/** Claims an attempt, then stores it as given. */
export const put = Effect.fnUntraced(function* (store: AttemptStore, given: Attempt, terminal?: GuardedTerminal) {
  const claimed = yield* store.claim({ attempt: opened(given), terminal, payAgain: false })
  assert.strictEqual(claimed._tag, "Written", `${given.id} is not written`)
  if (given.state !== "open") yield* set(store, given)
})

/** Stores a claimed attempt as given. */
export const set = Effect.fnUntraced(function* (store: AttemptStore, next: Attempt) {
  const seen = yield* store.get(next.id)
  assert.isDefined(seen)
  if (seen !== undefined) assert.strictEqual((yield* store.change(seen, next))._tag, "Written")
})

/** Tests a store; `make` returns an empty one. */
export const storeLaws = (make: () => Effect.Effect<AttemptStore, unknown, Scope.Scope>): void => {
  it.effect("gives the last attempt under a key, and each by its id", () =>
    Effect.gen(function* () {
      const store = yield* make()
      yield* put(store, attempt("1", { orderId: "A", state: "declined" }))
      yield* put(store, attempt("2", { orderId: "A" }))
      yield* put(store, attempt("3", { orderId: "B" }))
      yield* put(store, attempt("4", { orderId: "A", login: "other" }))
      assert.strictEqual((yield* store.latest(attempt("", { orderId: "A" }).key))?.id, "2")
      assert.strictEqual((yield* store.get("1"))?.id, "1")
      assert.isUndefined(yield* store.get("5"))
      assert.isUndefined(yield* store.latest(attempt("", { orderId: "C" }).key))
    })
  )

  it.effect("finds the attempt that keeps an order from being paid again, which may not be the last one", () =>
    Effect.gen(function* () {
      const store = yield* make()
      const { key } = attempt("", { orderId: "A" })
      const standing = Effect.map(store.standing(key), (found) => found?.id)
      yield* put(store, attempt("1", { orderId: "A", state: "declined" }))
      yield* put(store, attempt("2", { orderId: "A", state: "declined" }))
      assert.isUndefined(yield* standing)
      yield* set(store, attempt("1", { orderId: "A", state: "approved" }))
      assert.strictEqual(yield* standing, "1")
      assert.strictEqual((yield* store.latest(key))?.id, "2")
    })
  )

  it.effect(
    "returns the attempt that keeps an order if it was claimed after another one, whatever the time of day said",
    () =>
      Effect.gen(function* () {
        const store = yield* make()
        const cancelOf = (orderId: string) => ({ ...attempt("", { orderId }).key, transactionType: "Cancel" }) as const
        const cancel = (id: string, openedAt: number) =>
          put(store, attempt(`cancel ${id}`, { key: cancelOf(id), state: "approved", openedAt }))
        const after = (id: string, other = id) => Effect.map(store.standing(cancelOf(id), other), (found) => found?.id)
        assert.isUndefined(yield* after("A"))
        yield* put(store, attempt("A", { state: "approved", openedAt: 100 }))
        yield* cancel("A", 50)
        yield* cancel("B", 50)
        yield* put(store, attempt("B", { state: "approved", openedAt: 0 }))
        assert.deepStrictEqual([yield* after("A"), yield* after("B")], ["cancel A", undefined])
        // That attempt may have been lost.
        assert.strictEqual(yield* after("B", "none"), "cancel B")
      })
  )

  it.effect("returns what was stored, errors and all", () =>
    Effect.gen(function* () {
      const store = yield* make()
      const notStarted = new NotStarted({ kind: "Unreachable", detail: "no route" })
      const unknown = new OutcomeUnknown({ kind: "CutLine", detail: "cut", evidence: ofBytes("AE") })
      const order = { description: "a NUL \0, halves of characters \ud800 \udc00\ud83d, a whole one \u{1f600}" }
      yield* put(store, attempt("1", { order }))
      yield* set(store, attempt("1", { order, state: "not-started", error: notStarted, endedAt: 5 }))
      yield* put(store, attempt("2"))
      yield* set(
        store,
        attempt("2", { state: "unknown", error: unknown, events: [{ at: 1, kind: "connected", to: "x:1" }] })
      )
      assert.deepStrictEqual(
        yield* store.get("1"),
        attempt("1", { order, state: "not-started", error: notStarted, endedAt: 5 })
      )
      assert.strictEqual((yield* store.get("2"))?.error?.message, unknown.message)
      assert.deepStrictEqual((yield* store.get("2"))?.events, [{ at: 1, kind: "connected", to: "x:1" }])
    })
  )

  it.effect(
    "writes an end whatever texts a terminal, a service, a notification or a person said, and finds it by them",
    () =>
      Effect.gen(function* () {
        const store = yield* make()
        const odd = "A\0B\ud800C\udc00\ud83d"
        const card = { authorizationNumber: odd, merchantContract: odd, pan: TruncatedPan.make("497010######4242") }
        const receipt = { format: "text", customer: odd, merchant: odd } as const
        const warnings = [{ code: odd, message: odd }]
        const said = {
          findings: [
            { path: odd, code: odd, severity: "warning", rule: "order", message: odd, expected: odd, actual: odd }
          ],
          idempotencyKey: odd,
          requestId: odd,
          events: [{ at: 1, kind: "terminal-response", frame: odd }],
          received: { status: 200, headers: { "X-Hipay-Pos-Remaining": odd }, body: odd },
          resolutions: [{ ...setAside, by: odd, evidence: odd, login: odd }],
          alarms: [{ at: 1, code: "attempt.resolution.contradicted", message: odd, details: { odd } }],
          notifications: [{ at: 1, reference: odd, status: 118, test: false, message: odd, authorizationNumber: odd }]
        } as const satisfies Changes
        const common = { card, receipt, warnings }
        const evidence = { ...ofBytes(odd), card }
        const ends = {
          approved: { outcome: { _tag: "Approved", amount: Money.of("12.50", "EUR"), ...common } },
          declined: { outcome: { _tag: "Declined", reason: "refused", complement: odd, label: odd, ...common } },
          unknown: { error: new OutcomeUnknown({ kind: "Contradictory", detail: odd, evidence }) },
          "not-started": { error: new NotStarted({ kind: "Unreachable", detail: odd }) }
        } as const
        const attempts = Object.entries(ends).map(([state, end]) =>
          attempt(state, { ...said, ...end, state: state as AttemptState })
        )
        // Simultaneous ends, which are written together, and a single one.
        yield* Effect.all(
          attempts.slice(1).map((each) => put(store, each)),
          { concurrency: "unbounded" }
        )
        for (const each of attempts.slice(0, 1)) yield* put(store, each)
        for (const each of attempts) assert.deepStrictEqual(yield* store.get(each.id), each)
        const found = yield* store.list({ text: "a\0b" })
        assert.sameMembers(ids(found), ["approved", "declined", "unknown"])
        assert.deepStrictEqual(yield* store.list({ text: "a\0c" }), [])
      })
  )

  it.effect("has no attempt with an impossible id", () =>
    Effect.gen(function* () {
      const store = yield* make()
      yield* put(store, attempt("1"))
      for (const id of ["\0", "1\0", "\ud800", "x".repeat(10_000)]) {
        assert.isUndefined(yield* store.get(id))
        assert.deepStrictEqual((yield* Effect.flip(store.list({ before: id }))).reason, { _tag: "BeforeGone", id })
        assert.isUndefined(yield* store.resolveDamaged(id, setAside, undefined))
      }
    })
  )

  it.effect("lists the newest first, by login, state, text and time", () =>
    Effect.gen(function* () {
      const store = yield* make()
      yield* put(store, attempt("1", { orderId: "Till-A 1", openedAt: 10 }))
      yield* put(store, attempt("2", { orderId: "till-B 2", openedAt: 20, login: "other", terminalName: "Bar" }))
      yield* put(store, attempt("3", { orderId: "TILL-A 3", openedAt: 30 }))
      yield* set(store, attempt("3", { orderId: "TILL-A 3", openedAt: 30, state: "approved" }))
      const list = (filter: Parameters<AttemptStore["list"]>[0]) => Effect.map(store.list(filter), ids)
      assert.deepStrictEqual(yield* list({}), ["3", "2", "1"])
      assert.deepStrictEqual(yield* list({ limit: 2 }), ["3", "2"])
      assert.deepStrictEqual(yield* list({ before: "3" }), ["2", "1"])
      assert.deepStrictEqual(yield* list({ login: "other" }), ["2"])
      assert.deepStrictEqual(yield* list({ login: "nobody" }), [])
      assert.deepStrictEqual(yield* list({ state: "approved" }), ["3"])
      assert.deepStrictEqual(yield* list({ text: "till-a" }), ["3", "1"])
      assert.deepStrictEqual(yield* list({ orderId: "TILL-A 3" }), ["3"])
      assert.deepStrictEqual(yield* list({ orderId: "TILL-A 3", text: "till", state: "open" }), [])
      for (const orderId of ["till-a 3", "TILL-A", "3", "", "Till-A 1\nmerchant"]) {
        assert.deepStrictEqual(yield* list({ orderId }), [], orderId)
      }
      assert.deepStrictEqual(yield* list({ text: "1850320198", limit: 1 }), ["3"])
      assert.deepStrictEqual(yield* list({ text: "BAR" }), ["2"])
      assert.deepStrictEqual(yield* list({ from: 20, to: 30 }), ["2"])
      assert.deepStrictEqual(yield* list({ from: 10, to: 31, before: "3", text: "till", limit: 1 }), ["2"])
      assert.deepStrictEqual((yield* Effect.flip(list({ before: "none" }))).reason, { _tag: "BeforeGone", id: "none" })
      assert.deepStrictEqual(yield* list({ from: 40 }), [])
    })
  )

  it.effect("lists those of an order's login, and those that a key opened", () =>
    Effect.gen(function* () {
      const store = yield* make()
      const [key, other] = [`sha256:${"a".repeat(64)}`, `sha256:${"b".repeat(64)}`]
      yield* put(store, attempt("1", { orderId: "A", state: "declined", idempotencyKey: key }))
      yield* put(store, attempt("2", { orderId: "A", login: "other", idempotencyKey: key }))
      const refund = { login: "merchant", orderId: "A", transactionType: "Credit" } as const
      yield* put(store, attempt("3", { key: refund, idempotencyKey: other }))
      yield* put(store, attempt("4", { orderId: "A", state: "declined" }))
      yield* put(store, attempt("5", { orderId: "B", idempotencyKey: key }))
      const list = (filter: Parameters<AttemptStore["list"]>[0]) => Effect.map(store.list(filter), ids)
      assert.deepStrictEqual(yield* list({ orderId: "A", login: "merchant" }), ["4", "3", "1"])
      assert.deepStrictEqual(yield* list({ orderId: "a", login: "merchant" }), [])
      assert.deepStrictEqual(yield* list({ idempotencyKey: key }), ["5", "2", "1"])
      assert.deepStrictEqual(yield* list({ idempotencyKey: key, login: "merchant", orderId: "A" }), ["1"])
      assert.deepStrictEqual(yield* list({ idempotencyKey: "sha256:" }), [])
    })
  )

  it.effect("lists those at a terminal, under any of its names and whatever became of them", () =>
    Effect.gen(function* () {
      const store = yield* make()
      const bar = terminalAt("bar:8888", "10.0.0.7:8888")
      yield* put(store, attempt("by name", { state: "declined" }), terminalAt("bar:8888", "10.0.0.6:8888"))
      yield* put(store, attempt("by address", { state: "approved" }), terminalAt("till:8888", "10.0.0.7:8888"))
      yield* put(store, attempt("similar", { state: "approved" }), terminalAt("bar:88888", "110.0.0.7:8888"))
      yield* put(store, attempt("none", { state: "approved" }))
      yield* put(store, attempt("address", { login: "other" }), terminalAt("10.0.0.7:8888"))
      const list = (filter: Parameters<AttemptStore["list"]>[0]) => Effect.map(store.list(filter), ids)
      assert.deepStrictEqual(yield* list({ terminal: bar }), ["address", "by address", "by name"])
      assert.deepStrictEqual(yield* list({ terminal: bar, login: "merchant", limit: 1 }), ["by address"])
      assert.deepStrictEqual(yield* list({ terminal: terminalAt("till:8888") }), ["by address"])
      assert.deepStrictEqual(yield* list({ terminal: terminalAt("hall:8888") }), [])
    })
  )

  it.effect("finds an attempt by what its terminal said of the card", () =>
    Effect.gen(function* () {
      const store = yield* make()
      const card = { authorizationNumber: "A70019", pan: TruncatedPan.make("497010######4242") }
      const outcome: PaymentOutcome = {
        _tag: "Approved",
        amount: Money.of("12.50", "EUR"),
        card,
        warnings: []
      }
      // Simultaneous ends, a single one, and what a terminal said about an unknown attempt.
      yield* Effect.all(
        ["1", "2"].map((id) => put(store, attempt(id, { state: "approved", outcome }))),
        { concurrency: "unbounded" }
      )
      yield* put(store, attempt("3", { state: "unknown" }))
      yield* set(store, attempt("3", { state: "approved", outcome }))
      yield* put(store, attempt("4", { state: "approved", outcome: { ...outcome, card: {} } }))
      const list = (text: string) => Effect.map(store.list({ text }), (found) => ids(found).toSorted())
      assert.deepStrictEqual(yield* list("a70019"), ["1", "2", "3"])
      assert.deepStrictEqual(yield* list("4242"), ["1", "2", "3"])
    })
  )

  it.effect("finds an attempt by what was charged, if that is not what was asked for", () =>
    Effect.gen(function* () {
      const store = yield* make()
      yield* put(store, attempt("part"))
      yield* set(store, attempt("part", { state: "approved-in-part" }))
      const tipped = { _tag: "Approved", amount: Money.of("15.35", "EUR"), card: {}, warnings: [] } as const
      yield* put(store, attempt("tip", { state: "approved", outcome: tipped }))
      const list = (text: string) => Effect.map(store.list({ text }), (found) => ids(found).toSorted())
      assert.deepStrictEqual(yield* list("10.00"), ["part"])
      assert.deepStrictEqual(yield* list("15.35"), ["tip"])
      assert.deepStrictEqual(yield* list("12.50"), ["part", "tip"])
    })
  )

  it.effect(
    "takes what comes late of an attempt that is unknown, or that a person has ended, and finds it by that",
    () =>
      Effect.gen(function* () {
        const store = yield* make()
        const silent = new OutcomeUnknown({ kind: "SilentAfterSend", detail: "silence" })
        const evidence = { ...ofBytes("AE00210"), card: { authorizationNumber: "A98765" } }
        const late = new OutcomeUnknown({ kind: "Contradictory", detail: "15.00 EUR", evidence })
        const events = [{ at: 9, kind: "late-response", frame: "AE00210", detail: late.message }] as const
        const said = { outcome: "declined", by: "Ada", evidence: "none", login: "merchant", at: 8 } as const
        const terminal = terminalAt("a:1")
        for (const [id, known] of [
          ["1", { state: "unknown" }],
          ["2", { state: "declined", resolutions: [said] }]
        ] as const) {
          yield* put(store, attempt(id, { ...known, error: silent, endedAt: 5 }), terminal)
          yield* set(store, attempt(id, { ...known, state: "unknown", error: late, endedAt: 9, events }))
          const found = yield* store.get(id)
          assert.deepStrictEqual(found?.error, late)
          assert.deepStrictEqual(found?.events, events)
          assert.deepStrictEqual(ids(yield* store.list({ text: "a98765" })), [id])
          assert.strictEqual((yield* store.standing(attempt(id).key))?.id, id)
          yield* set(store, attempt(id, { ...known, state: "declined", endedAt: 10 }))
        }
      })
  )

  it.effect("lists only those with alarms, and none whose order mentions alarms", () =>
    Effect.gen(function* () {
      const store = yield* make()
      const alarm = { at: 5, code: "attempt.end.lost", message: "It is lost.", details: {} } as const
      const order = { order_id: "2", alarms: [{ code: "of the till" }] }
      yield* put(store, attempt("1", { alarms: [alarm], openedAt: 10 }))
      yield* put(store, attempt("2", { order, openedAt: 11 }))
      yield* put(store, attempt("3", { openedAt: 12 }))
      yield* put(store, attempt("4", { alarms: [alarm], openedAt: 13 }))
      assert.deepStrictEqual(ids(yield* store.list({ hasAlarms: true })), ["4", "1"])
      assert.deepStrictEqual(ids(yield* store.list({ hasAlarms: true, from: 10, to: 13 })), ["1"])
      assert.deepStrictEqual(ids(yield* store.list({ hasAlarms: true, before: "4", limit: 1 })), ["1"])
    })
  )

  it.effect("gives brief attempts without order, answer and events", () =>
    Effect.gen(function* () {
      const store = yield* make()
      const recorded = { status: 200, body: { paymentStatus: "Success" } }
      const whole = attempt("1", { state: "approved", recorded, events: [{ at: 1, kind: "connected", to: "x:1" }] })
      yield* put(store, attempt("1"))
      yield* set(store, whole)
      const [listed] = yield* store.list({ isBrief: true })
      assert.deepInclude(listed, { id: "1", state: "approved", amount: whole.amount, events: [] })
      assert.isNull(listed?.order.body)
      assert.notProperty(listed, "recorded")
      assert.deepStrictEqual(yield* store.list({}), [whole])
    })
  )

  it.effect("changes nothing by a write that shows whether it can be written", () =>
    Effect.gen(function* () {
      const store = yield* make()
      yield* put(store, attempt("1", { state: "approved" }))
      yield* store.tryWrite()
      assert.deepStrictEqual(yield* store.list({}), [attempt("1", { state: "approved" })])
    })
  )

  it.effect(
    "finds the last attempt at a terminal that may have moved money, or of which a person spoke, by name and address",
    () =>
      Effect.gen(function* () {
        const store = yield* make()
        const bar = terminalAt("bar:8888", "10.0.0.7:8888")
        const last = (terminal: GuardedTerminal, among?: Among) => store.lastAt(terminal, among)
        assert.isUndefined(yield* last(bar))
        yield* put(store, attempt("sale", { state: "approved" }), bar)
        yield* put(store, attempt("elsewhere", { state: "approved" }), terminalAt("till-9:8888", "10.0.0.9:8888"))
        yield* put(store, attempt("refused", { state: "declined" }), bar)
        yield* put(store, attempt("unsent", { state: "not-started" }), bar)
        yield* put(store, attempt("nowhere", { state: "approved" }))
        for (const terminal of [bar, terminalAt("bar:8888"), terminalAt("other:8888", "10.0.0.7:8888")])
          assert.strictEqual(yield* last(terminal), "sale")
        assert.isUndefined(yield* last(bar, { except: "sale" }))
        assert.isUndefined(yield* last(bar, { before: "sale" }))
        yield* put(store, attempt("aside", { state: "unknown", resolutions: [setAside] }), terminalAt("10.0.0.7:8888"))
        assert.strictEqual(yield* last(bar), "aside")
        assert.strictEqual(yield* last(bar, { except: "aside" }), "sale")
        yield* set(
          store,
          attempt("aside", { state: "declined", resolutions: [setAside, { ...setAside, outcome: "declined" }] })
        )
        assert.strictEqual(yield* last(bar), "aside")
        assert.strictEqual(yield* last(bar, { before: "aside" }), "sale")
        yield* put(store, attempt("under way"), bar)
        assert.strictEqual(yield* last(bar), "under way")
        assert.strictEqual(yield* last(bar, { except: "under way" }), "aside")
        assert.strictEqual(yield* last(bar, { except: "under way", before: "aside" }), "sale")
        assert.isUndefined(yield* last(bar, { before: "none" }))
      })
  )
}

/** A resolution that releases the terminal. */
export const setAside = { at: 1, outcome: "set-aside", by: "Ada", evidence: "none", login: "shop" } as const
