/** What others learn of attempts: the terminal, listeners, and queries. */
import { assert, describe, it } from "@effect/vitest"
import { NotStarted, OutcomeUnknown } from "@hipay-pos/core/Terminal"
import { close, paidOf, resultOf } from "@hipay-pos/server/Attempt"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Result from "effect/Result"
import * as TestClock from "effect/testing/TestClock"
import { answerOf, approved, declined, setUp, submission, unknown } from "./attempts.ts"
import { eur } from "./day.ts"
import { attempt, setAside } from "./storeLaws.ts"

const word = { by: "Ada", evidence: "the receipt", login: "merchant" } as const
const connecting = { _tag: "Connecting", orderId: "ORDER_1", address: { host: "192.0.2.10", port: 8888 } } as const
const connected = { ...connecting, _tag: "Connected" } as const

describe("the terminal", () => {
  it.effect("receives the order's customer data, and nothing else", () =>
    Effect.gen(function* () {
      const { attempts, payments } = yield* setUp([Effect.succeed(approved()), Effect.succeed(declined)])
      const { request } = submission()
      yield* attempts.pay(submission({ customer: { email: "ada@example.org", phone: "+33612345678" } }))
      yield* attempts.pay(submission({ login: "other" }))
      const { orderId, transactionType, amount } = request.order
      const { target, forceAuthorization } = request
      const bare = { orderId, transactionType, amount, target, forceAuthorization }
      assert.deepInclude(payments[0], { customerEmail: "ada@example.org", customerPhone: "+33612345678" })
      assert.deepStrictEqual(payments[1], bare)
    })
  )
})

describe("a listener", () => {
  it.effect("receives each change, and what happens at the terminal in between", () =>
    Effect.gen(function* () {
      const { attempts, changes, say } = yield* setUp([Effect.delay(Effect.succeed(approved()), "1 second")])
      const paying = yield* Effect.forkChild(attempts.pay(submission()), { startImmediately: true })
      say(connecting)
      say(connected)
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(paying)
      assert.deepStrictEqual(changes, ["open", "connected", "approved"])
    })
  )

  it.effect("receives a late answer, and a person's resolution", () =>
    Effect.gen(function* () {
      const { attempts, changes, say, store } = yield* setUp([Effect.fail(unknown)])
      yield* attempts.pay(submission())
      const [lost] = yield* store.list({})
      yield* attempts.resolve(lost?.id ?? "", { ...word, outcome: "set-aside" })
      say({ _tag: "LateAnswer", orderId: "ORDER_1", frame: "late", result: Result.succeed(declined) })
      yield* TestClock.adjust(0)
      assert.deepStrictEqual(changes, ["open", "unknown", "unknown", "late-response", "declined"])
    })
  )

  it.effect("is warned of a repeated order that may be charged twice, with the attempt if there is one", () =>
    Effect.gen(function* () {
      const { attempts, repeats, store } = yield* setUp([Effect.delay(Effect.fail(unknown), "1 second")])
      const first = yield* Effect.forkChild(attempts.pay(submission()), { startImmediately: true })
      const second = yield* Effect.forkChild(attempts.pay(submission()), { startImmediately: true })
      assert.deepStrictEqual(repeats, [undefined])
      yield* TestClock.adjust("1 second")
      yield* Fiber.joinAll([first, second])
      const [lost] = yield* store.list({})
      yield* Effect.flip(attempts.pay(submission()))
      assert.deepStrictEqual(repeats, [undefined, lost?.id])
    })
  )

  it.effect("is not warned of a repeat after a refusal", () =>
    Effect.gen(function* () {
      const { attempts, repeats } = yield* setUp([Effect.succeed(declined), Effect.succeed(approved())])
      yield* attempts.pay(submission())
      yield* attempts.pay(submission())
      assert.deepStrictEqual(repeats, [])
    })
  )
})

describe("a query", () => {
  it.effect("shows an attempt under way so far, and how many there are", () =>
    Effect.gen(function* () {
      const { attempts, say, store } = yield* setUp([Effect.delay(Effect.succeed(approved()), "1 second")])
      assert.strictEqual(attempts.underWay(), 0)
      const paying = yield* Effect.forkChild(attempts.pay(submission()), { startImmediately: true })
      const [open] = yield* store.list({})
      say(connected)
      const seen = yield* attempts.get(open?.id ?? "")
      assert.deepStrictEqual(
        seen?.events.map(({ kind }) => kind),
        ["connected"]
      )
      assert.strictEqual(attempts.underWay(), 1)
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(paying)
      assert.strictEqual(attempts.underWay(), 0)
      assert.strictEqual((yield* attempts.get(open?.id ?? ""))?.state, "approved")
    })
  )

  it.effect("shows the terminal's name, the request and its key, if there were any", () =>
    Effect.gen(function* () {
      const named = yield* setUp([Effect.succeed(approved())], {}, "bar")
      yield* named.attempts.pay(submission({ requestId: "r-1", idempotencyKey: "k" }))
      const [attempt] = yield* named.store.list({})
      assert.deepInclude(attempt, { terminalName: "bar", requestId: "r-1", idempotencyKey: "k" })
      const bare = yield* setUp([Effect.succeed(approved())])
      yield* bare.attempts.pay(submission())
      const [plain] = yield* bare.store.list({})
      assert.doesNotHaveAnyKeys(plain, ["terminalName", "requestId", "idempotencyKey"])
    })
  )
})

describe("an order that is paid again, as the service might", () => {
  it.effect("is another payment every time, and a warning where the first may have been made", () =>
    Effect.gen(function* () {
      const ending = Effect.delay(Effect.succeed(approved()), "1 second")
      const { attempts, store, performed } = yield* setUp([ending, ending, Effect.succeed(declined), ending])
      const again = submission({ payAgain: true })
      const both = yield* Effect.forkChild(Effect.all([attempts.pay(again), attempts.pay(again)], { concurrency: 2 }))
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(both)
      yield* attempts.pay(again)
      const last = yield* Effect.forkChild(attempts.pay(again))
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(last)
      assert.strictEqual(performed(), 4)
      assert.deepStrictEqual(
        (yield* store.list({})).map(({ findings }) => findings.map(({ code, path }) => `${code} ${path}`)),
        [[], ["paid-again order.order_id"], ["paid-again order.order_id"], []]
      )
    })
  )
})

describe("an attempt that a person resolves", () => {
  it.effect("keeps the answer that was given when it is set aside, and has another one when it is ended", () =>
    Effect.gen(function* () {
      const { attempts, store } = yield* setUp([Effect.fail(unknown)])
      const given = yield* attempts.pay(submission())
      const [lost] = yield* store.list({})
      const aside = yield* attempts.resolve(lost?.id ?? "", { ...word, outcome: "set-aside" })
      assert.strictEqual(aside.state, "unknown")
      assert.deepStrictEqual(answerOf(aside), answerOf(given))
      const ended = yield* attempts.resolve(lost?.id ?? "", { ...word, outcome: "approved" })
      assert.strictEqual(answerOf(ended).status, 200)
      assert.propertyVal(answerOf(ended).body, "paymentStatus", "Success")
    })
  )

  it.effect("has to exist and be unknown", () =>
    Effect.gen(function* () {
      const { attempts, store } = yield* setUp([Effect.succeed(declined)])
      yield* attempts.pay(submission())
      const [ended] = yield* store.list({})
      const because = (id: string) =>
        Effect.map(Effect.flip(attempts.resolve(id, { ...word, outcome: "approved" })), (error) =>
          error._tag === "NotUnknown" ? error.attempt?.state : error._tag
        )
      assert.strictEqual(yield* because(ended?.id ?? ""), "declined")
      assert.isUndefined(yield* because("none"))
    })
  )
})

describe("the end of an attempt", () => {
  const reason = new OutcomeUnknown({ kind: "SilentAfterSend", detail: "silence" })
  const refused = new NotStarted({ kind: "Unreachable", detail: "no route" })
  const lost = close(attempt("1"), { _tag: "Error", reason }, 5)

  it("says why it is unknown, until it is known", () => {
    assert.deepInclude(lost, { state: "unknown", error: reason, endedAt: 5 })
    assert.notProperty(close(lost, { _tag: "Outcome", outcome: approved() }, 6), "error")
    assert.notProperty(close(lost, { _tag: "Defect" }, 6), "error")
    assert.propertyVal(
      close(lost, { _tag: "Resolved", resolution: { ...word, at: 6, outcome: "declined" } }, 6),
      "error",
      reason
    )
  })

  it("is that nothing was started, although a person had set it aside until that was known", () => {
    const ended = close(
      attempt("1", { state: "unknown", resolutions: [setAside] }),
      { _tag: "Error", reason: refused },
      6
    )
    assert.deepStrictEqual(resultOf(ended), { _tag: "Error", reason: refused })
    assert.strictEqual(answerOf(ended).status, 400)
  })

  const said = { ...word, at: 6, outcome: "approved" } as const

  it.each([
    ["by the terminal", { state: "approved", outcome: { ...approved(), amount: eur(1300) } }, 1300],
    ["by the terminal in part", { state: "approved-in-part" }, 1000],
    ["by a person", { state: "approved", resolutions: [said] }, 1250],
    ["by a person in part", { state: "approved-in-part", resolutions: [{ ...said, paid: 500 }] }, 500],
    ["nothing", { state: "declined" }, undefined],
    ["what is not known", { state: "unknown" }, undefined]
  ] as const)("says what was paid: %s", (_, end, paid) => {
    assert.strictEqual<number | undefined>(paidOf(attempt("1", end))?.minorUnits, paid)
  })
})
