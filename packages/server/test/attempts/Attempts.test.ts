import { assert, describe, it } from "@effect/vitest"
import { OrderId } from "@hipay-pos/core/Order"
import type { PaymentOutcome } from "@hipay-pos/core/Payment"
import { OutcomeUnknown, TerminalError } from "@hipay-pos/core/Terminal"
import { AttemptStore, MemoryStore } from "@hipay-pos/server"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Result from "effect/Result"
import * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import type { Attempt } from "../../src/attempts/Attempt.ts"
import { answerOf, approved, declined, notStarted, setUp, submission, unknown } from "./attempts.ts"
import { attempt, ended, put, set } from "./storeLaws.ts"

const failing = Effect.fail(AttemptStore.unavailable("disk full"))

describe("an attempt", () => {
  it.effect("is on record before the terminal is asked", () =>
    Effect.gen(function* () {
      const asked = yield* Deferred.make<void>()
      const answer = yield* Deferred.make<PaymentOutcome>()
      const { attempts, states } = yield* setUp([
        Effect.andThen(Deferred.succeed(asked, undefined), Deferred.await(answer))
      ])
      const paying = yield* Effect.forkChild(attempts.pay(submission()))
      yield* Deferred.await(asked)
      assert.deepStrictEqual(yield* states, ["open"])
      yield* Deferred.succeed(answer, approved())
      assert.strictEqual(answerOf(yield* Fiber.join(paying)).status, 200)
      assert.deepStrictEqual(yield* states, ["approved"])
    })
  )

  it.effect("that cannot be recorded is not made", () =>
    Effect.gen(function* () {
      const { attempts, performed } = yield* setUp([Effect.succeed(approved())], { claim: () => failing })
      const error = yield* Effect.flip(attempts.pay(submission()))
      assert.strictEqual(error._tag, "AttemptStoreFailed")
      assert.strictEqual(performed(), 0)
    })
  )

  it.effect("is not started if the store fails while it waits for its turn, and says that the store failed", () =>
    Effect.gen(function* () {
      const memory = MemoryStore.make()
      const { attempts, performed } = yield* setUp([Effect.succeed(approved())], {
        ...memory,
        claim: (claim) =>
          Effect.map(memory.claim(claim), (claimed) => ({
            ...claimed,
            ...(claimed._tag === "Written" && { isQueued: true })
          })),
        freed: () => Effect.void,
        turn: () => failing
      })
      const ended = yield* attempts.pay(submission())
      assert.deepInclude(ended.error, { _tag: "TerminalNotStarted", kind: "StoreFailed" })
      assert.match(
        JSON.stringify(answerOf(ended).body),
        /not sent to the terminal, because the store failed \(.*disk full\)/
      )
      assert.strictEqual(performed(), 0)
    })
  )

  it.effect("prepares its terminal while it is written, and undoes that if nothing is performed", () =>
    Effect.gen(function* () {
      let steps: Array<string> = []
      let isWritable = true
      const memory = MemoryStore.make()
      const prepare = () => {
        steps.push("made ready")
        return () => void steps.push("undone")
      }
      const performed = Effect.suspend(() => {
        steps.push("performed")
        return Effect.succeed(approved())
      })
      const claim: AttemptStore.AttemptStore["claim"] = (each) => {
        steps.push("written")
        return isWritable ? memory.claim(each) : failing
      }
      const { attempts } = yield* setUp([performed], { ...memory, claim }, undefined, {}, { prepare })
      yield* attempts.pay(submission())
      assert.deepStrictEqual(steps.slice(0, 3), ["made ready", "written", "performed"])
      steps = []
      assert.strictEqual((yield* Effect.flip(attempts.pay(submission())))._tag, "RepeatRefused")
      assert.deepStrictEqual(steps.slice(0, 3), ["made ready", "written", "undone"])
      assert.notInclude(steps, "performed")
      steps = []
      isWritable = false
      yield* Effect.flip(attempts.pay(submission()))
      assert.deepStrictEqual(steps, ["made ready", "written", "undone"])
    })
  )

  it.effect("ended by a bug is unknown, and the answer shows nothing of the bug", () =>
    Effect.gen(function* () {
      const { attempts, states, told } = yield* setUp([Effect.die(new Error("secret detail"))])
      const { status, body } = answerOf(yield* attempts.pay(submission()))
      assert.strictEqual(status, 500)
      assert.notInclude(JSON.stringify(body), "secret")
      assert.include(JSON.stringify(body), "/attempts/")
      assert.deepStrictEqual(yield* states, ["unknown"])
      assert.deepStrictEqual(told, ["defect: Error: secret detail"])
    })
  )

  it.effect("ended by a bug after it was sent is answered as unknown, and the bug is reported", () =>
    Effect.gen(function* () {
      const reason = new OutcomeUnknown({ kind: "CutLine", detail: "an internal error ended the exchange" })
      const performed: Effect.Effect<never, TerminalError> = Effect.suspend(() => {
        say({ _tag: "Defect", orderId: "ORDER_1", error: new Error("secret detail") })
        return Effect.fail(new TerminalError({ reason }))
      })
      const { attempts, states, told, say } = yield* setUp([performed])
      const { status, body } = answerOf(yield* attempts.pay(submission()))
      assert.strictEqual(status, 504)
      assert.notInclude(JSON.stringify(body), "secret")
      assert.deepStrictEqual(yield* states, ["unknown"])
      assert.deepStrictEqual(told, ["defect: Error: secret detail"])
    })
  )

  it.effect("goes on when its caller hangs up", () =>
    Effect.gen(function* () {
      const answer = yield* Deferred.make<PaymentOutcome>()
      const { attempts, states } = yield* setUp([Deferred.await(answer)])
      const caller = yield* Effect.forkChild(attempts.pay(submission()), { startImmediately: true })
      yield* Fiber.interrupt(caller)
      assert.deepStrictEqual(yield* states, ["open"])
      yield* Deferred.succeed(answer, approved())
      yield* TestClock.adjust(0)
      assert.deepStrictEqual(yield* states, ["approved"])
    })
  )

  const guarded = { name: "127.0.0.1:8888", address: undefined }
  const orderOf = (orderId: string) => {
    const { request, ...rest } = submission()
    return { ...rest, request: { ...request, order: { ...request.order, orderId: OrderId.make(orderId) } } }
  }

  /** A store that delays the write of a claim. */
  const slowly = (): AttemptStore.AttemptStore => {
    const store = MemoryStore.make()
    return { ...store, claim: (claim) => Effect.andThen(Effect.yieldNow, store.claim(claim)) }
  }

  /** A terminal with a customer who pays in the end, and another order queued for it. */
  const setUpQueue = Effect.fnUntraced(function* () {
    const answer = yield* Deferred.make<PaymentOutcome>()
    const endings = [Deferred.await(answer), Effect.succeed(approved())]
    const { attempts, states, ...rest } = yield* setUp(endings, slowly(), undefined, {}, { guarded })
    const first = attempts.begin(orderOf("FIRST"))
    yield* Deferred.await(first.opened)
    const behind = attempts.begin(orderOf("BEHIND"))
    yield* Deferred.await(behind.opened)
    const goOn = Effect.gen(function* () {
      yield* Deferred.succeed(answer, approved())
      yield* Effect.promise(() => first.ended)
      yield* TestClock.adjust(0)
    })
    return { attempts, states, behind, goOn, ...rest }
  })

  it.effect("queued for its terminal is not started once its caller has gone, and may be sent again", () =>
    Effect.gen(function* () {
      const { attempts, states, behind, goOn, performed } = yield* setUpQueue()
      behind.leave()
      const again = attempts.begin(orderOf("BEHIND"))
      const left = yield* Effect.flatten(Effect.promise(() => behind.ended))
      assert.strictEqual(left.state, "not-started")
      assert.include(JSON.stringify(answerOf(left).body), "the caller disconnected before the terminal was free")
      assert.strictEqual(performed(), 1)
      yield* goOn
      const paid = yield* Effect.flatten(Effect.promise(() => again.ended))
      assert.strictEqual(paid.state, "approved")
      assert.notStrictEqual(paid.id, left.id)
      assert.deepStrictEqual(yield* states, ["approved", "not-started", "approved"])
    })
  )

  it.effect("queued for its terminal is paid while a joined caller still waits", () =>
    Effect.gen(function* () {
      const { attempts, behind, goOn, performed } = yield* setUpQueue()
      const [joined, gone] = [attempts.begin(orderOf("BEHIND")), attempts.begin(orderOf("BEHIND"))]
      yield* Effect.all([Deferred.await(joined.opened), Deferred.await(gone.opened)])
      gone.leave()
      gone.leave()
      behind.leave()
      yield* goOn
      const ends = [behind, joined, gone].map(({ ended }) => Effect.flatten(Effect.promise(() => ended)))
      const ids = (yield* Effect.all(ends)).map(({ id, state }) => `${state} ${id}`)
      assert.match(ids[0] ?? "", /^approved /)
      assert.lengthOf(new Set(ids), 1)
      assert.strictEqual(performed(), 2)
    })
  )

  it.effect("queued for its terminal is not started once all callers have gone, in any order", () =>
    Effect.gen(function* () {
      const { attempts, behind, goOn, performed } = yield* setUpQueue()
      const joined = attempts.begin(orderOf("BEHIND"))
      yield* Deferred.await(joined.opened)
      behind.leave()
      joined.leave()
      for (const { ended } of [behind, joined]) {
        assert.strictEqual((yield* Effect.flatten(Effect.promise(() => ended))).state, "not-started")
      }
      yield* goOn
      assert.strictEqual(performed(), 1)
    })
  )

  it.effect("whose caller goes while it is written is not started if it is queued", () =>
    Effect.gen(function* () {
      const { attempts, goOn, performed } = yield* setUpQueue()
      const late = attempts.begin(orderOf("LATE"))
      late.leave()
      assert.strictEqual((yield* Effect.flatten(Effect.promise(() => late.ended))).state, "not-started")
      yield* goOn
      assert.strictEqual(performed(), 2)
    })
  )

  it.effect(
    "whose caller goes while it is written is paid where its terminal is free: they may only have closed their sending side",
    () =>
      Effect.gen(function* () {
        const { attempts } = yield* setUp([Effect.succeed(approved())], slowly(), undefined, {}, { guarded })
        const payment = attempts.begin(orderOf("FIRST"))
        payment.leave()
        assert.strictEqual((yield* Effect.flatten(Effect.promise(() => payment.ended))).state, "approved")
      })
  )

  it.effect("is not given up at a terminal that does not report when it begins to send", () =>
    Effect.gen(function* () {
      const answer = yield* Deferred.make<PaymentOutcome>()
      const { attempts } = yield* setUp([Deferred.await(answer)], {}, undefined, {}, { guarded })
      const payment = attempts.begin(orderOf("FIRST"))
      yield* Deferred.await(payment.opened)
      yield* TestClock.adjust(0)
      payment.leave()
      yield* Deferred.succeed(answer, approved())
      assert.strictEqual((yield* Effect.flatten(Effect.promise(() => payment.ended))).state, "approved")
    })
  )

  it.effect("goes on at its terminal although all callers have gone, and is joined there", () =>
    Effect.gen(function* () {
      const answer = yield* Deferred.make<PaymentOutcome>()
      const { attempts, say, performed } = yield* setUp([Deferred.await(answer)], {}, undefined, {}, { guarded })
      const payment = attempts.begin(orderOf("FIRST"))
      yield* Deferred.await(payment.opened)
      yield* TestClock.adjust(0)
      say({ _tag: "Connecting", orderId: "FIRST", address: { host: "127.0.0.1", port: 8888 } })
      payment.leave()
      const joined = attempts.begin(orderOf("FIRST"))
      yield* Deferred.await(joined.opened)
      joined.leave()
      yield* Deferred.succeed(answer, approved())
      for (const { ended } of [payment, joined]) {
        assert.strictEqual((yield* Effect.flatten(Effect.promise(() => ended))).state, "approved")
      }
      assert.strictEqual(performed(), 1)
    })
  )

  it.effect("is waited for when the server ends", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const slow = Effect.delay(Effect.succeed(approved()), "180 seconds")
      const { attempts, states } = yield* Scope.provide(setUp([slow]), scope)
      const caller = yield* Effect.forkChild(attempts.pay(submission()), { startImmediately: true })
      const closing = yield* Effect.forkChild(Scope.close(scope, Exit.void), { startImmediately: true })
      yield* TestClock.adjust("179 seconds")
      assert.isUndefined(closing.pollUnsafe())
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(closing)
      assert.strictEqual(answerOf(yield* Fiber.join(caller)).status, 200)
      assert.deepStrictEqual(yield* states, ["approved"])
    })
  )

  it.effect("with an unknown outcome ends by a late answer, which repeats get from then on", () =>
    Effect.gen(function* () {
      const { attempts, states, say } = yield* setUp([Effect.fail(unknown)])
      const paying = submission({ idempotencyKey: "key" })
      assert.strictEqual(answerOf(yield* attempts.pay(paying)).status, 504)
      assert.deepStrictEqual(yield* states, ["unknown"])
      say({ _tag: "LateAnswer", orderId: "ORDER_1", frame: "late", result: Result.succeed(approved()) })
      yield* TestClock.adjust(0)
      assert.deepStrictEqual(yield* states, ["approved"])
      const again = answerOf(yield* attempts.pay(paying))
      assert.strictEqual(again.status, 200)
      assert.propertyVal(again.body, "paymentStatus", "Success")
    })
  )

  it.effect("stays unknown if no late answer comes either", () =>
    Effect.gen(function* () {
      const { attempts, states, say } = yield* setUp([Effect.fail(unknown)])
      yield* attempts.pay(submission())
      say({ _tag: "LateAnswer", orderId: "ORDER_1", result: Result.fail(unknown.reason as OutcomeUnknown) })
      yield* TestClock.adjust(0)
      assert.deepStrictEqual(yield* states, ["unknown"])
    })
  )
})

describe("the same order id again", () => {
  it.effect("joins while the first is open: one payment, one answer", () =>
    Effect.gen(function* () {
      const slow = Effect.delay(Effect.succeed(approved()), "10 seconds")
      const { attempts, performed } = yield* setUp([slow])
      const callers = yield* Effect.forkChild(
        Effect.all([attempts.pay(submission()), attempts.pay(submission())], { concurrency: 2 })
      )
      yield* TestClock.adjust("10 seconds")
      const [one, two] = yield* Fiber.join(callers)
      assert.strictEqual(one, two)
      assert.strictEqual(performed(), 1)
    })
  )

  for (const [state, told] of [
    ["not-started", "first not-started"],
    ["declined", "first declined"],
    ["unknown", "unresolved"],
    ["gone", "Damaged"],
    ["unreadable", "EarlierUnknown"]
  ] as const) {
    it.effect(`is not sent anew behind another process's attempt that it was told of, which is ${state} then`, () =>
      Effect.gen(function* () {
        const end = yield* Deferred.make<Attempt | undefined, AttemptStore.StoreFailed>()
        const memory = MemoryStore.make()
        const { attempts, performed } = yield* setUp([Effect.succeed(approved())], {
          ...memory,
          ended: () => Deferred.await(end)
        })
        const { order, request } = submission()
        const first = attempt("first", { orderId: request.order.orderId, order, amount: request.order.amount })
        yield* put(memory, first)
        const payments = [attempts.begin(submission()), attempts.begin(submission())]
        for (const { opened } of payments) assert.deepStrictEqual(yield* Deferred.await(opened), { id: "first" })
        if (state === "unreadable") yield* Deferred.done(end, yield* Effect.exit(failing))
        else if (state === "gone") yield* Deferred.succeed(end, undefined)
        else {
          yield* set(memory, ended(first, state))
          yield* Deferred.succeed(end, ended(first, state))
        }
        for (const payment of payments) {
          const result = yield* Effect.result(Effect.flatten(Effect.promise(() => payment.ended)))
          assert.strictEqual(
            Result.match(result, {
              onSuccess: ({ id, state }) => `${id} ${state}`,
              onFailure: (failure) =>
                failure._tag === "AttemptStoreFailed" ? failure.reason._tag : "reason" in failure && failure.reason
            }),
            told
          )
        }
        assert.strictEqual(performed(), 0)
      })
    )
  }

  it.effect("is under way here while another process pays it, until the server has stopped", () =>
    Effect.gen(function* () {
      const memory = MemoryStore.make()
      const scope = yield* Scope.make()
      const { attempts } = yield* Scope.provide(setUp([], memory), scope)
      const { order, request } = submission()
      yield* put(memory, attempt("first", { orderId: request.order.orderId, order, amount: request.order.amount }))
      const payment = attempts.begin(submission())
      yield* Deferred.await(payment.opened)
      assert.strictEqual(attempts.underWay(), 1)
      yield* Scope.close(scope, Exit.void)
      const failed = yield* Effect.flip(Effect.flatten(Effect.promise(() => payment.ended)))
      assert.deepInclude(failed, { detail: "the server stopped", reason: { _tag: "EarlierUnknown" } })
    })
  )

  it.effect("with another body is refused while the first is open, unknown or approved", () =>
    Effect.gen(function* () {
      const { attempts, performed } = yield* setUp([Effect.delay(Effect.fail(unknown), "1 second")])
      yield* Effect.forkChild(attempts.pay(submission()), { startImmediately: true })
      const other = submission({ amount: 1 })
      for (let i = 0; i < 2; i++) {
        const error = yield* Effect.flip(attempts.pay(other))
        assert.propertyVal(error, "reason", "different")
        yield* TestClock.adjust("1 second")
      }
      assert.strictEqual(performed(), 1)
    })
  )

  it.effect("is never sent while the outcome is unknown", () =>
    Effect.gen(function* () {
      const { attempts, performed } = yield* setUp([Effect.fail(unknown)])
      yield* attempts.pay(submission())
      assert.propertyVal(yield* Effect.flip(attempts.pay(submission())), "reason", "unresolved")
      assert.strictEqual(performed(), 1)
    })
  )

  it.effect("is refused with the recorded answer once approved, or given it for the same idempotency key", () =>
    Effect.gen(function* () {
      const { attempts, performed } = yield* setUp([Effect.succeed(approved())])
      const first = yield* attempts.pay(submission({ idempotencyKey: "key" }))
      for (const repeat of [submission(), submission({ idempotencyKey: "other" })]) {
        const error = yield* Effect.flip(attempts.pay(repeat))
        assert.propertyVal(error, "reason", "already-approved")
        assert.deepPropertyVal(error, "earlier", first)
      }
      assert.deepStrictEqual(yield* attempts.pay(submission({ idempotencyKey: "key" })), first)
      assert.strictEqual(performed(), 1)
    })
  )

  it.effect("is a new attempt after a refusal, or when nothing was started", () =>
    Effect.gen(function* () {
      const endings = [Effect.succeed(declined), Effect.fail(notStarted), Effect.succeed(approved())]
      const { attempts, states } = yield* setUp(endings)
      const statuses: Array<number> = []
      for (const _ of endings) statuses.push(answerOf(yield* attempts.pay(submission())).status)
      assert.deepStrictEqual(statuses, [200, 400, 200])
      assert.deepStrictEqual(yield* states, ["approved", "not-started", "declined"])
    })
  )

  it.effect(
    "gets the answer of the attempt that was paid, even if a later one was declined before that was known",
    () =>
      Effect.gen(function* () {
        const { attempts, store } = yield* setUp([])
        const of = (id: string) => attempt(id, { orderId: "A", state: "declined" })
        yield* put(store, of("1"))
        yield* put(store, of("2"))
        const earlier = attempts.earlier(of("1").key, { order: of("1").order })
        assert.isUndefined(yield* earlier)
        yield* set(store, attempt("1", { orderId: "A", state: "approved" }))
        assert.propertyVal(yield* Effect.flip(earlier), "reason", "already-approved")
      })
  )

  it.effect("of a sale that was reversed, or may have been, is refused with its cancellation", () =>
    Effect.gen(function* () {
      const { attempts, store, performed } = yield* setUp([Effect.succeed(approved())])
      const first = yield* attempts.pay(submission({ idempotencyKey: "key" }))
      const cancel = (login: string, state: AttemptStore.Filter["state"] = "open") =>
        attempt(`cancel by ${login}`, { key: { ...first.key, login, transactionType: "Cancel" }, state })
      const repeats = [submission(), submission({ idempotencyKey: "key" }), submission({ amount: 1 })]
      const reasons = () =>
        Effect.forEach(repeats, (repeat) =>
          Effect.match(attempts.pay(repeat), {
            onSuccess: ({ state }) => state,
            onFailure: (error) =>
              error._tag === "RepeatRefused" ? [error.reason, error.state, error.earlier.id] : error._tag
          })
        )
      const paid = [["already-approved", "approved", first.id], "approved", ["different", "approved", first.id]]
      // Another login's order of this id is another sale.
      yield* put(store, cancel("other", "approved"))
      assert.deepStrictEqual(yield* reasons(), paid)
      yield* put(store, cancel("merchant"))
      for (const [state, reason] of [
        ["open", "perhaps-reversed"],
        ["unknown", "perhaps-reversed"],
        ["approved", "reversed"],
        ["approved-in-part", "reversed"]
      ] as const) {
        yield* set(store, cancel("merchant", state))
        assert.deepStrictEqual(
          yield* reasons(),
          repeats.map(() => [reason, state, "cancel by merchant"])
        )
      }
      for (const state of ["declined", "not-started"] as const) {
        yield* set(store, cancel("merchant", state))
        assert.deepStrictEqual(yield* reasons(), paid)
      }
      assert.strictEqual(performed(), 1)
    })
  )

  it.effect("of a sale is not answered if the store cannot say whether it was reversed", () =>
    Effect.gen(function* () {
      const memory = MemoryStore.make()
      const standing: AttemptStore.AttemptStore["standing"] = (key) =>
        key.transactionType === "Cancel" ? failing : memory.standing(key)
      const { attempts } = yield* setUp([Effect.succeed(approved())], { ...memory, standing })
      yield* attempts.pay(submission({ idempotencyKey: "key" }))
      for (const repeat of [submission(), submission({ idempotencyKey: "key" })]) {
        assert.deepInclude(yield* Effect.flip(attempts.pay(repeat)), {
          _tag: "AttemptStoreFailed",
          reason: { _tag: "EarlierUnknown" }
        })
      }
    })
  )

  it.effect("of a refund is not looked up among cancellations", () =>
    Effect.gen(function* () {
      const { attempts, store } = yield* setUp([])
      const key = { login: "merchant", orderId: "A", transactionType: "Credit" } as const
      const refund = attempt("1", { key, state: "approved" })
      yield* put(store, refund)
      yield* put(store, attempt("2", { key: { ...key, transactionType: "Cancel" }, state: "approved" }))
      const again = yield* Effect.flip(attempts.earlier(key, { order: refund.order }))
      assert.propertyVal(again, "reason", "already-approved")
    })
  )

  it.effect("of another login is another payment", () =>
    Effect.gen(function* () {
      const { attempts, performed } = yield* setUp([Effect.fail(unknown), Effect.succeed(approved())])
      yield* attempts.pay(submission())
      assert.strictEqual(answerOf(yield* attempts.pay(submission({ login: "other" }))).status, 200)
      assert.strictEqual(performed(), 2)
    })
  )

  it.effect("is the same body whatever the order of its fields", () =>
    Effect.gen(function* () {
      const { attempts } = yield* setUp([Effect.fail(unknown)])
      yield* attempts.pay(submission())
      const { order, ...rest } = submission()
      const turned = order.map((body) => Object.fromEntries(Object.entries(body as object).reverse()))
      assert.propertyVal(yield* Effect.flip(attempts.pay({ ...rest, order: turned })), "reason", "unresolved")
    })
  )
})
