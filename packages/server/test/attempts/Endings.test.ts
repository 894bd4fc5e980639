import { assert, describe, it } from "@effect/vitest"
import * as Finding from "@hipay-pos/core/Finding"
import * as Money from "@hipay-pos/core/Money"
import type { ApprovedInPart, PaymentOutcome } from "@hipay-pos/core/Payment"
import { OutcomeUnknown, TerminalError } from "@hipay-pos/core/Terminal"
import { ofBytes, type TerminalEvidence } from "@hipay-pos/core/TerminalEvidence"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Result from "effect/Result"
import * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import * as Alarm from "../../src/attempts/Alarm.ts"
import { type Attempt, answeredAs, close } from "../../src/attempts/Attempt.ts"
import * as AttemptStore from "../../src/attempts/AttemptStore.ts"
import * as Endings from "../../src/attempts/Endings.ts"
import * as MemoryStore from "../../src/attempts/MemoryStore.ts"
import * as OwedEnds from "../../src/attempts/OwedEnds.ts"
import { LEAVING } from "../../src/attempts/owedWrites.ts"
import { fromJson, toJson } from "../../src/node/attemptJson.ts"
import type { KeptNotification } from "../../src/notifications/KeptNotification.ts"
import type { PaymentEvent } from "../../src/terminals/PaymentEvent.ts"
import { answerOf, approved, declined, LATE_ANSWER, notStarted, setUp, submission, unknown } from "./attempts.ts"
import { eur } from "./day.ts"
import { ended, put, attempt as storeAttempt } from "./storeLaws.ts"

const word = { by: "Ada", evidence: "the receipt", login: "merchant" } as const
const usd = (minorUnits: number) => Result.getOrThrow(Money.make(minorUnits, "USD"))
const inPart: ApprovedInPart = {
  _tag: "ApprovedInPart",
  paid: eur(500),
  remaining: eur(750),
  card: {},
  warnings: []
}
const silence = unknown.reason as OutcomeUnknown
const garbled = new OutcomeUnknown({ kind: "Garbled", detail: "the action status 7 is not known" })
const late = (result: Result.Result<PaymentOutcome, OutcomeUnknown>) =>
  ({ _tag: "LateAnswer", orderId: "ORDER_1", result }) as const

/** An unknown attempt that the terminal may still answer. */
const unanswered = Effect.fnUntraced(function* (
  endings: Parameters<typeof setUp>[0] = [Effect.fail(unknown)],
  ...rest: Parameters<typeof setUp> extends readonly [unknown, ...infer Rest] ? Rest : never
) {
  const all = yield* setUp(
    [
      Effect.suspend(() => {
        all.say({ _tag: "Unknown", orderId: "ORDER_1", reason: silence })
        return endings[0] ?? Effect.fail(unknown)
      }),
      ...endings.slice(1)
    ],
    ...rest
  )
  yield* all.attempts.pay(submission())
  const [{ id } = { id: "" }] = yield* all.store.list({})
  return { ...all, id, now: Effect.map(all.store.get(id), (attempt) => attempt as Attempt) }
})

/** The test's clock, with a settable time of day. */
const settable = Effect.map(Clock.Clock, (clock) => {
  let ahead = 0
  const now = () => clock.currentTimeMillisUnsafe() + ahead
  return {
    clock: { ...clock, currentTimeMillisUnsafe: now, currentTimeMillis: Effect.sync(now) },
    set: (by: number) => {
      ahead += by
    }
  }
})

const withTip: PaymentOutcome = { ...approved(), amount: eur(1500), tip: eur(250) }

const truths = [
  ["approved", Result.succeed(approved())],
  ["approved-in-part", Result.succeed(inPart)],
  ["approved, 15.00", Result.succeed(withTip)],
  ["declined", Result.succeed(declined)],
  ["unknown", Result.fail(silence)]
] as const

/** What a person says, and the state that this gives. */
const words = [
  ["approved", { outcome: "approved" }, "approved"],
  ["approved, 5.00", { outcome: "approved", paid: 500 }, "approved-in-part"],
  ["approved, 10.00", { outcome: "approved", paid: 1000 }, "approved-in-part"],
  ["approved, 15.00", { outcome: "approved", paid: 1500 }, "approved"],
  ["declined", { outcome: "declined" }, "declined"],
  ["set-aside", { outcome: "set-aside" }, "unknown"]
] as const

const begin = {
  approved: "Ada resolved this attempt as approved, but the terminal's late answer says",
  "approved, 5.00": "Ada resolved this attempt as approved with 5.00 EUR, but the terminal's late answer says",
  "approved, 10.00": "Ada resolved this attempt as approved with 10.00 EUR, but the terminal's late answer says",
  "approved, 15.00": "Ada resolved this attempt as approved with 15.00 EUR, but the terminal's late answer says",
  declined: "Ada resolved this attempt as declined, but the terminal's late answer says"
} as const

const told = {
  approved: "approved: 12.50 EUR was charged.",
  "approved-in-part": "approved-in-part: 5.00 EUR of 12.50 EUR was charged.",
  "approved, 15.00": "approved: 15.00 EUR instead of 12.50 EUR was charged.",
  declined: "declined: nothing was charged."
} as const

const refund = (amount: string) => `If the order was paid again or another way, refund ${amount} EUR to the customer.`
const collect = (amount: string) => `Collect ${amount} EUR from the customer.`

/** What a person has to do, by what they said and what the terminal says; nothing if these agree. */
const actions: {
  readonly [Said in keyof typeof begin]: { readonly [Truth in keyof typeof told]?: string }
} = {
  approved: {
    "approved-in-part": collect("7.50"),
    "approved, 15.00": refund("2.50"),
    declined: collect("12.50")
  },
  "approved, 5.00": { approved: refund("7.50"), "approved, 15.00": refund("10.00"), declined: collect("5.00") },
  "approved, 10.00": {
    approved: refund("2.50"),
    "approved-in-part": collect("5.00"),
    "approved, 15.00": refund("5.00"),
    declined: collect("10.00")
  },
  "approved, 15.00": {
    approved: collect("2.50"),
    "approved-in-part": collect("10.00"),
    declined: collect("15.00")
  },
  declined: {
    approved: refund("12.50"),
    "approved-in-part": refund("5.00"),
    "approved, 15.00": refund("15.00")
  }
}

const actionFor = (said: string, truth: string): string | undefined =>
  actions[said as keyof typeof begin]?.[truth as keyof typeof told]

const pairs = words.flatMap(([said, spoken, byPerson]) =>
  truths.map(([truth, result]) => ({
    said,
    spoken,
    byPerson,
    truth,
    state: truth.split(",")[0] as Attempt["state"],
    result,
    pair: `${said} / ${truth}`
  }))
)

describe("a person's resolution and the terminal's answer", () => {
  it.effect.each(pairs)(
    "first the person's, then the terminal's: $pair",
    ({ said, spoken, byPerson, truth, state, result }) =>
      Effect.gen(function* () {
        const { attempts, alarms, say, id, now } = yield* unanswered()
        yield* attempts.resolve(id, { ...word, ...spoken, override: true })
        say(late(result))
        yield* TestClock.adjust(0)
        const attempt = yield* now
        assert.strictEqual(attempt.state, state === "unknown" ? byPerson : state)
        assert.lengthOf(attempt.resolutions ?? [], 1)
        const action = actionFor(said, truth)
        const message = `${begin[said as keyof typeof begin]} ${told[truth as keyof typeof told]} ${action}`
        assert.deepStrictEqual(
          alarms.map(({ code, message }) => ({ code, message })),
          action === undefined ? [] : [{ code: "attempt.resolution.contradicted", message }]
        )
        assert.deepStrictEqual(attempt.alarms ?? [], alarms)
      })
  )

  it.effect.each(pairs)(
    "first the terminal's, then the person's: $pair",
    ({ said, spoken, byPerson, truth, state, result }) =>
      Effect.gen(function* () {
        const { attempts, alarms, say, id, now } = yield* unanswered()
        say(late(result))
        say({ _tag: "Closed", orderId: "ORDER_1" })
        yield* TestClock.adjust(0)
        const resolved = yield* Effect.result(attempts.resolve(id, { ...word, ...spoken }))
        const attempt = yield* now
        if (state === "unknown") {
          assert.strictEqual(attempt.state, byPerson)
        } else {
          assert.strictEqual(Alarm.actionAfter(attempt, spoken), actionFor(said, truth)?.replace(/\.$/, ""))
          assert.deepInclude(Result.isFailure(resolved) ? resolved.failure : {}, { _tag: "NotUnknown", attempt })
          assert.strictEqual(attempt.state, state)
          assert.isUndefined(attempt.resolutions)
        }
        assert.lengthOf(alarms, 0)
      })
  )

  it.effect.each(pairs)("both in one turn of the loop, whichever way: $pair", ({ spoken, byPerson, state, result }) =>
    Effect.gen(function* () {
      // Writes at the end of the turn, as the store on disk does.
      const memory = MemoryStore.make()
      const change: AttemptStore.AttemptStore["change"] = (seen, next) =>
        Effect.andThen(Effect.yieldNow, memory.change(seen, next))
      for (const first of ["person", "terminal"]) {
        const { attempts, say, id, now } = yield* unanswered([Effect.fail(unknown)], { ...memory, change })
        const speak = Effect.forkChild(Effect.result(attempts.resolve(id, { ...word, ...spoken, override: true })), {
          startImmediately: true
        })
        if (first === "terminal") say(late(result))
        yield* speak
        if (first === "person") say(late(result))
        yield* Effect.repeat(Effect.yieldNow, { times: 20 })
        assert.strictEqual((yield* now).state, state === "unknown" ? byPerson : state)
        if (first === "person") assert.lengthOf((yield* now).resolutions ?? [], 1)
        // The next round is another attempt.
        yield* memory.change(yield* now, ended(yield* now, "declined"))
      }
    })
  )

  it.effect("alarms when the order was paid again meanwhile", () =>
    Effect.gen(function* () {
      const { attempts, alarms, say, id, states } = yield* unanswered([
        Effect.fail(unknown),
        Effect.succeed(approved())
      ])
      yield* attempts.resolve(id, { ...word, outcome: "declined", override: true })
      assert.strictEqual(answerOf(yield* attempts.pay(submission())).status, 200)
      say(late(Result.succeed(approved())), 0)
      yield* TestClock.adjust(0)
      assert.deepStrictEqual(yield* states, ["approved", "approved"])
      assert.deepStrictEqual(
        alarms.map(({ details }) => details),
        [
          {
            said: "declined",
            by: "Ada",
            state: "approved",
            transactionType: "Debit",
            asked: 1250,
            believed: 0,
            paid: 1250,
            currency: "EUR"
          }
        ]
      )
    })
  )
})

describe("a late answer whose write the store does not confirm", () => {
  const signs = new OutcomeUnknown({
    kind: "Contradictory",
    detail: "15.00 EUR",
    evidence: { ...ofBytes("AE00210"), status: "done", amount: eur(1500) }
  })
  it.effect.each([
    ["an approval over an unpaid attempt", "declined", Result.succeed(approved()), "approved"],
    ["signs of a payment over an unpaid attempt", "declined", Result.fail(signs), "unknown"],
    ["signs of another amount over a paid attempt", "approved", Result.fail(signs), "approved"]
  ] as const)("raises one alarm, and keeps when it came: %s", ([, outcome, result, state]) =>
    Effect.gen(function* () {
      const memory = MemoryStore.make()
      let isSilent = false
      const { attempts, alarms, say, store, id, now } = yield* unanswered([Effect.fail(unknown)], {
        ...memory,
        change: Effect.fnUntraced(function* (seen, next) {
          const changed = yield* memory.change(seen, fromJson(toJson(next)) ?? next)
          return isSilent ? yield* AttemptStore.unanswered("the database does not answer") : changed
        })
      })
      yield* attempts.resolve(id, { ...word, outcome, override: true })
      yield* TestClock.adjust("2 seconds")
      isSilent = true
      say(late(result))
      yield* TestClock.adjust(0)
      const { endedAt } = yield* now
      isSilent = false
      yield* TestClock.adjust("1 second")
      assert.isEmpty(store.owed())
      assert.deepStrictEqual([(yield* now).state, (yield* now).endedAt], [state, endedAt])
      assert.deepStrictEqual(
        (yield* memory.get(id))?.alarms?.map(({ code }) => code).filter((code) => !code.startsWith("attempt.end.")),
        ["attempt.resolution.contradicted"]
      )
      assert.lengthOf(
        alarms.filter(({ code }) => code === "attempt.resolution.contradicted"),
        1
      )
    })
  )
})

describe("two people at once", () => {
  it.effect.each(
    (["at one server", "at two on one store"] as const).flatMap((where) =>
      words.flatMap(([said, first]) => words.map(([then, second]) => ({ where, said, then, first, second })))
    )
  )("$where: $said, then $then: the first one counts, and the second is told what stands", ({ where, first, second }) =>
    Effect.gen(function* () {
      // Both have read the attempt before one of them writes.
      const memory = MemoryStore.make()
      const change: AttemptStore.AttemptStore["change"] = (seen, next) =>
        Effect.andThen(Effect.yieldNow, memory.change(seen, next))
      const { attempts, say, id, now } = yield* unanswered([Effect.fail(unknown)], { ...memory, change })
      say({ _tag: "Closed", orderId: "ORDER_1" })
      const other = where === "at one server" ? attempts : (yield* setUp([], { ...memory, change })).attempts
      const [ada, bob] = yield* Effect.all(
        [
          Effect.result(attempts.resolve(id, { ...word, ...first })),
          Effect.result(other.resolve(id, { ...word, by: "Bob", ...second }))
        ],
        { concurrency: "unbounded" }
      )
      const attempt = yield* now
      const stands = Result.getOrThrow(ada)
      if (first.outcome === "set-aside") {
        // Whether it was paid is still open, so the second person may say so.
        assert.deepStrictEqual(Result.getOrThrow(bob), attempt)
        assert.lengthOf(attempt.resolutions ?? [], 2)
        return
      }
      assert.deepStrictEqual(attempt, stands)
      assert.deepInclude(Result.isFailure(bob) ? bob.failure : {}, { _tag: "NotUnknown", attempt })
      assert.deepStrictEqual(
        attempt.resolutions?.map(({ by }) => by),
        ["Ada"]
      )
    })
  )
})

describe("a late answer that proves no outcome", () => {
  const evidenceOf = (said: Partial<TerminalEvidence>) => ({ ...ofBytes("CB0041500AE00210"), ...said })
  const contradictory = (said: Partial<TerminalEvidence>) =>
    new OutcomeUnknown({
      kind: "Contradictory",
      detail: "the terminal said 15.00 EUR, asked for 12.50 EUR",
      evidence: evidenceOf(said)
    })
  const done = contradictory({ status: "done", amount: eur(1500), card: { authorizationNumber: "123456" } })
  const notDone = contradictory({ status: "not-done", card: { authorizationNumber: "000000" } })
  const sayLate = (reason: OutcomeUnknown): PaymentEvent =>
    ({ ...late(Result.fail(reason)), frame: reason.evidence?.received }) as const

  /** A store that keeps texts, as those on disk do, so that later additions to an object do not get into it. */
  const written = () => {
    const memory = MemoryStore.make()
    const change: AttemptStore.AttemptStore["change"] = (seen, next) =>
      memory.change(seen, fromJson(toJson(next)) ?? next)
    return { ...memory, change }
  }
  const unansweredAndWritten = () => unanswered([Effect.fail(unknown)], written())

  it.effect("is kept: why, what came, and when", () =>
    Effect.gen(function* () {
      const { say, alarms, changes, now } = yield* unansweredAndWritten()
      yield* TestClock.adjust("2 seconds")
      say(sayLate(done))
      yield* TestClock.adjust(0)
      const attempt = yield* now
      assert.deepInclude(attempt, { state: "unknown", endedAt: 2000 })
      assert.deepStrictEqual(attempt.error, done)
      assert.deepStrictEqual(attempt.events.at(-1), {
        at: 2000,
        kind: "late-response",
        frame: "CB0041500AE00210",
        detail: done.message
      })
      assert.deepStrictEqual(alarms, [])
      assert.deepStrictEqual(changes, ["open", "unknown", "late-response", "unknown"])
    })
  )

  it.effect("is recorded as absent if nothing came, with the reason why the outcome is unknown", () =>
    Effect.gen(function* () {
      const { say, changes, now } = yield* unansweredAndWritten()
      yield* TestClock.adjust("2 seconds")
      say(sayLate(new OutcomeUnknown({ kind: "CutLine", detail: "the connection broke without an answer" })))
      yield* TestClock.adjust(0)
      const attempt = yield* now
      assert.deepInclude(attempt, { state: "unknown", endedAt: 0 })
      assert.deepStrictEqual(attempt.error, silence)
      assert.deepStrictEqual(
        attempt.events.map(({ kind }) => kind),
        ["answer", "late-response"]
      )
      // Nothing that a caller waits for has changed.
      assert.deepStrictEqual(changes, ["open", "unknown", "late-response"])
    })
  )

  it.effect.each(["read", "written"] as const)(
    "is written where nothing came, for the other processes that wait for it, as soon as its store can be %s",
    (what) =>
      Effect.gen(function* () {
        const memory = written()
        let isAway = false
        const unlessAway = <A>(act: Effect.Effect<A, AttemptStore.StoreFailed>) =>
          Effect.suspend(() => (isAway ? Effect.fail(AttemptStore.unavailable("the database is away")) : act))
        const { say, store, alarms, id } = yield* unanswered([Effect.fail(unknown)], {
          ...memory,
          ...(what === "read" && { get: (id) => unlessAway(memory.get(id)) }),
          ...(what === "written" && { change: (seen, next) => unlessAway(memory.change(seen, next)) })
        })
        const kinds = Effect.map(memory.get(id), (attempt) => attempt?.events.map(({ kind }) => kind))
        isAway = true
        say(sayLate(silence))
        yield* TestClock.adjust("1 hour")
        assert.deepStrictEqual(yield* kinds, ["answer"])
        isAway = false
        yield* TestClock.adjust("1 second")
        assert.deepStrictEqual(yield* kinds, ["answer", "late-response"])
        assert.deepStrictEqual([store.owed(), alarms], [[], []])
      })
  )

  it.effect("is recorded as absent if nothing came, next to what another process writes meanwhile", () =>
    Effect.gen(function* () {
      const memory = written()
      let isResolved = true
      const { say, id, now } = yield* unanswered([Effect.fail(unknown)], {
        ...memory,
        change: Effect.fnUntraced(function* (seen, next) {
          if (!isResolved) {
            isResolved = true
            const resolution = { ...word, outcome: "declined", at: 1, override: true } as const
            yield* memory.change(seen, close(seen, { _tag: "Resolved", resolution }, 1))
          }
          return yield* memory.change(seen, next)
        })
      })
      isResolved = false
      say(sayLate(silence))
      yield* TestClock.adjust(0)
      const attempt = yield* now
      assert.deepInclude(attempt, { id, state: "declined" })
      assert.strictEqual(attempt.events.at(-1)?.kind, "late-response")
    })
  )

  it.effect("is given up if nothing came and a stopping server has waited long enough", () =>
    Effect.gen(function* () {
      const memory = MemoryStore.make()
      let tries = 0
      const scope = yield* Scope.make()
      const attempts = yield* Effect.provideService(
        unanswered([Effect.fail(unknown)], {
          ...memory,
          get: () =>
            Effect.suspend(() => {
              tries++
              return Effect.fail(AttemptStore.unavailable("the database is away"))
            })
        }),
        Scope.Scope,
        scope
      )
      attempts.say(sayLate(silence))
      const closing = yield* Effect.forkChild(Scope.close(scope, Exit.void), { startImmediately: true })
      yield* TestClock.adjust(LEAVING - 1_000)
      assert.isUndefined(closing.pollUnsafe())
      yield* TestClock.adjust("2 seconds")
      assert.isDefined(closing.pollUnsafe())
      assert.isAbove(tries, 5)
    })
  )

  it.effect("is not owed if nothing came and nothing can be written", () =>
    Effect.gen(function* () {
      const memory = written()
      let isFull = false
      const full = Effect.fail(AttemptStore.unavailable("database or disk is full"))
      const { say, store, alarms } = yield* unanswered([Effect.fail(unknown)], {
        ...memory,
        change: (seen, next) => Effect.suspend(() => (isFull ? full : memory.change(seen, next)))
      })
      isFull = true
      say(sayLate(silence))
      yield* TestClock.adjust(0)
      assert.lengthOf(store.owed(), 0)
      say(sayLate(done))
      yield* TestClock.adjust(0)
      assert.lengthOf(store.owed(), 1)
      isFull = false
      yield* TestClock.adjust("1 second")
      assert.lengthOf(store.owed(), 0)
      assert.deepStrictEqual(
        alarms.map(({ code }) => code),
        ["attempt.end.not.written", "attempt.end.written.late"]
      )
    })
  )

  it.effect("keeps what the service behind a relay has answered", () =>
    Effect.gen(function* () {
      const { say, now } = yield* unansweredAndWritten()
      const received = { status: 400, headers: {}, body: "{}" }
      const odd = Finding.make("warning", "unknown-field", "ticket", "a field of the contract", "ticket")
      const answer = { received, body: new Uint8Array(), findings: [odd] }
      say({ _tag: "UpstreamAnswered", orderId: "ORDER_1", answer })
      const reason = new OutcomeUnknown({
        kind: "Inconclusive",
        detail: "the late answer says that nothing was started"
      })
      say(sayLate(reason))
      yield* TestClock.adjust(0)
      assert.deepInclude(yield* now, { state: "unknown", received, error: reason, findings: [odd] })
    })
  )

  const charged = "has signs that money was charged (done, 15.00 EUR, authorization number 123456)"

  it.effect("with signs of a payment makes an attempt unknown again that a person resolved as unpaid", () =>
    Effect.gen(function* () {
      const { attempts, say, alarms, id, now, performed } = yield* unansweredAndWritten()
      yield* attempts.resolve(id, { ...word, outcome: "declined", override: true })
      say(sayLate(done))
      yield* TestClock.adjust(0)
      const attempt = yield* now
      assert.strictEqual(attempt.state, "unknown")
      assert.deepStrictEqual(attempt.error, done)
      assert.deepStrictEqual(
        alarms.map(({ code, message }) => `${code}: ${message}`),
        [
          `attempt.resolution.contradicted: Ada resolved this attempt as declined, but the terminal's late answer ${charged}, although it proves no outcome. The attempt is unknown again, and its order is not sent: look at the terminal's journal, then resolve it.`
        ]
      )
      assert.deepStrictEqual(attempt.alarms, alarms)
      assert.propertyVal(yield* Effect.flip(attempts.pay(submission())), "reason", "unresolved")
      assert.strictEqual(performed(), 1)
      const again = yield* attempts.resolve(id, { ...word, outcome: "approved", paid: 1500 })
      assert.deepInclude(again, { state: "approved" })
      assert.lengthOf(again.resolutions ?? [], 2)
    })
  )

  it.effect.each([
    [
      "an authorization number",
      contradictory({ card: { authorizationNumber: "123456" } }),
      "authorization number 123456"
    ],
    ["an amount in another currency", contradictory({ status: "done", amount: usd(1500) }), "done"],
    [
      "the ticket of a payment that it calls not done",
      contradictory({ status: "not-done", contradictions: [{ kind: "signs-of-a-sale", message: "a ticket" }] }),
      "its ticket"
    ],
    [
      "the reason that it was authorised, although not done",
      contradictory({
        status: "not-done",
        contradictions: [{ kind: "complement", told: "01", message: "authorised" }]
      }),
      "its reason: authorised"
    ]
  ] as const)("has signs of a payment by %s", ([, reason, signs]) =>
    Effect.gen(function* () {
      const { attempts, say, alarms, id, now } = yield* unansweredAndWritten()
      yield* attempts.resolve(id, { ...word, outcome: "declined", override: true })
      say(sayLate(reason))
      yield* TestClock.adjust(0)
      assert.strictEqual((yield* now).state, "unknown")
      assert.include(alarms[0]?.message, `has signs that money was charged (${signs}),`)
    })
  )

  it.effect("has signs of a payment if the service behind a relay says success", () =>
    Effect.gen(function* () {
      const { attempts, say, alarms, id, now } = yield* unansweredAndWritten()
      yield* attempts.resolve(id, { ...word, outcome: "declined", override: true })
      const body = JSON.stringify({ paymentStatus: "Success", order: { price: { amount: 1500, currency: "EUR" } } })
      const received = { status: 200, headers: {}, body }
      say({ _tag: "UpstreamAnswered", orderId: "ORDER_1", answer: { received, body: new Uint8Array(), findings: [] } })
      say(sayLate(new OutcomeUnknown({ kind: "Inconclusive", detail: "the answer says 1500 minor units" })))
      yield* TestClock.adjust(0)
      assert.deepInclude(yield* now, { state: "unknown", received })
      assert.include(alarms[0]?.message, "has signs that money was charged (done, 15.00 EUR),")
    })
  )

  it.effect("has signs of a payment if the service behind a relay gives an authorization number", () =>
    Effect.gen(function* () {
      const { attempts, say, alarms, id, now } = yield* unansweredAndWritten()
      yield* attempts.resolve(id, { ...word, outcome: "declined", override: true })
      const received = { status: 200, headers: {}, body: '{"paymentStatus":"Failure","authorization_number":"123456"}' }
      say({ _tag: "UpstreamAnswered", orderId: "ORDER_1", answer: { received, body: new Uint8Array(), findings: [] } })
      say(sayLate(new OutcomeUnknown({ kind: "Reported", detail: "failed without a code" })))
      yield* TestClock.adjust(0)
      assert.deepInclude(yield* now, { state: "unknown", received })
      assert.include(alarms[0]?.message, "has signs that money was charged (authorization number 123456),")
    })
  )

  it.effect.each([
    ["another amount than a person had said", done, "approved", 1000, "approved-in-part", true],
    ["less than a person had said", done, "approved", 2000, "approved", true],
    ["the amount that a person had said", done, "approved", 1500, "approved", false],
    ["no signs of a payment", notDone, "declined", undefined, "declined", false],
    ["signs of a payment that was set aside", done, "set-aside", undefined, "unknown", false]
  ] as const)("leaves a person's word with %s, and is kept", ([, reason, outcome, paid, state, isAlarm]) =>
    Effect.gen(function* () {
      const { attempts, say, alarms, id, now } = yield* unansweredAndWritten()
      yield* attempts.resolve(id, { ...word, outcome, override: true, ...(paid !== undefined && { paid }) })
      say(sayLate(reason))
      yield* TestClock.adjust(0)
      const attempt = yield* now
      assert.strictEqual(attempt.state, state)
      assert.deepStrictEqual(attempt.error, reason)
      assert.strictEqual(attempt.events.at(-1)?.kind, "late-response")
      assert.lengthOf(attempt.resolutions ?? [], 1)
      // An answer that proves nothing is no reason to move money.
      const ending = "to find out which of the two amounts is true, before anything more is charged or given back."
      assert.deepStrictEqual(
        alarms.map(({ message }) => message.endsWith(ending)),
        isAlarm ? [true] : []
      )
    })
  )

  it.effect("changes no end that its terminal has proved meanwhile", () =>
    Effect.gen(function* () {
      const memory = written()
      const unsaid = close(storeAttempt("1"), { _tag: "Error", reason: silence }, 1)
      yield* put(memory, unsaid)
      const endings = Endings.make({
        ...{ store: OwedEnds.over(memory), now: () => 2, run: () => {}, listener: {} },
        answerableUntil: () => Effect.succeed(undefined)
      })
      const finding = Finding.make("warning", "proved-by-duplicata", "", "an answer", "none")
      yield* endings.prove("1", { outcome: approved(), finding })
      const event = { at: 2, kind: "late-response", frame: "CB0041500AE00210" } as const
      yield* endings.endLate({ ...unsaid, events: [event] }, Result.fail(done))
      assert.deepInclude(yield* memory.get("1"), { state: "approved", outcome: approved(), events: [event] })
    })
  )
})

describe("an attempt that the terminal may still answer", () => {
  it.effect.each(["declined", "set-aside"] as const)("is not %s without an override, which is recorded", (outcome) =>
    Effect.gen(function* () {
      const { attempts, id, now } = yield* unanswered()
      yield* TestClock.adjust("2500 millis")
      const refused = yield* Effect.flip(attempts.resolve(id, { ...word, outcome }))
      assert.deepInclude(refused, { _tag: "AnswerPending", attempt: id, outcome, seconds: LATE_ANSWER / 1000 - 2 })
      assert.isUndefined((yield* now).resolutions)
      yield* attempts.resolve(id, { ...word, outcome, override: true })
      assert.deepInclude((yield* now).resolutions?.[0], { outcome, override: true })
    })
  )

  it.effect.each(["declined", "set-aside"] as const)(
    "is not %s without an override where its record is damaged, since nothing tells whether it may still answer",
    (outcome) =>
      Effect.gen(function* () {
        const { attempts, store, id } = yield* unanswered()
        const asked: Array<unknown> = []
        const damaged = { id, key: { login: "merchant", orderId: "ORDER_1", transactionType: "Debit" } as const }
        Object.assign(store, {
          resolveDamaged: (_: string, resolution: unknown) => {
            asked.push(resolution)
            return Effect.succeed({ ...damaged, state: "declined" })
          }
        })
        const refused = yield* Effect.flip(attempts.resolveDamaged(id, { ...word, outcome }, undefined))
        assert.deepInclude(refused, { _tag: "AnswerPending", attempt: id, outcome })
        assert.notProperty(refused, "seconds")
        assert.lengthOf(asked, 0)
        yield* attempts.resolveDamaged(id, { ...word, outcome, override: true }, undefined)
        yield* attempts.resolveDamaged(id, { ...word, outcome: "approved" }, undefined)
        assert.deepStrictEqual(
          asked.map((each) => (each as { readonly override?: boolean }).override),
          [true, undefined]
        )
      })
  )

  it.effect("may be approved by a person: a charge that is seen is not a guess", () =>
    Effect.gen(function* () {
      const { attempts, id } = yield* unanswered()
      assert.strictEqual((yield* attempts.resolve(id, { ...word, outcome: "approved" })).state, "approved")
    })
  )

  it.effect("says so in its record, for other processes that share the store", () =>
    Effect.gen(function* () {
      const [listening, over] = [yield* unanswered(), yield* setUp([Effect.fail(unknown)])]
      assert.deepStrictEqual((yield* listening.now).events, [
        { at: 0, kind: "answer", as: "unknown", listensUntil: LATE_ANSWER }
      ])
      const { events } = yield* over.attempts.pay(submission())
      assert.deepStrictEqual(events, [{ at: 0, kind: "answer", as: "unknown" }])
    })
  )

  it.effect("stays one until its connection is closed", () =>
    Effect.gen(function* () {
      const { attempts, id, say } = yield* unanswered()
      say({ _tag: "Closed", orderId: "ORDER_1" })
      const resolved = yield* attempts.resolve(id, { ...word, outcome: "declined", override: true })
      assert.notProperty(resolved.resolutions?.[0], "override")
    })
  )

  it.effect.each([
    ["set forward", 3_600_000],
    ["set back", -3_600_000]
  ] as const)("is so until then, and for as long, also where the time of day is %s meanwhile", ([, jump]) =>
    Effect.gen(function* () {
      const { clock, set } = yield* settable
      const { attempts, id, say } = yield* Effect.provideService(unanswered(), Clock.Clock, clock)
      yield* TestClock.adjust("1 minute")
      set(jump)
      const guess = attempts.resolve(id, { ...word, outcome: "declined" })
      assert.deepInclude(yield* Effect.flip(guess), { _tag: "AnswerPending", seconds: LATE_ANSWER / 1000 - 60 })
      yield* TestClock.adjust(LATE_ANSWER)
      assert.deepInclude(yield* Effect.flip(guess), { _tag: "AnswerPending", seconds: 1 })
      say({ _tag: "Closed", orderId: "ORDER_1" })
      assert.strictEqual((yield* guess).state, "declined")
    })
  )

  it.effect("is declined by a refusal as late as it was opened long enough ago, however the time of day was set", () =>
    Effect.gen(function* () {
      const { clock, set } = yield* settable
      const cut = new TerminalError({ reason: new OutcomeUnknown({ kind: "CutLine", detail: "cut" }) })
      const { attempts, store } = yield* Effect.provideService(setUp([Effect.fail(cut)]), Clock.Clock, clock)
      const { id } = yield* attempts.pay(submission())
      yield* TestClock.adjust("1 minute")
      set(3_600_000)
      const refused = { at: 1, reference: "T1", status: 113, test: true, currency: "EUR" }
      const told = attempts.notified(id, [refused], 600_000)
      assert.strictEqual(yield* told, clock.currentTimeMillisUnsafe() + 540_000)
      assert.strictEqual((yield* store.get(id))?.state, "unknown")
      yield* TestClock.adjust("9 minutes")
      assert.isUndefined(yield* told)
      assert.strictEqual((yield* store.get(id))?.state, "declined")
    })
  )

  it.effect("stays one while it is performed here, although another process marked it as unknown", () =>
    Effect.gen(function* () {
      const answer = yield* Deferred.make<PaymentOutcome, TerminalError>()
      const { attempts, store } = yield* setUp([Deferred.await(answer)])
      const paid = yield* Effect.forkChild(attempts.pay(submission()), { startImmediately: true })
      const [opened] = yield* store.list({})
      assert.isDefined(opened)
      yield* store.change(opened, close(opened, { _tag: "Error", reason: silence }, 1))
      const guess = attempts.resolve(opened.id, { ...word, outcome: "declined" })
      const garbles = Deferred.fail(answer, new TerminalError({ reason: garbled }))
      const refused = yield* Effect.ensuring(Effect.flip(guess), garbles)
      assert.deepInclude(refused, { _tag: "AnswerPending", attempt: opened.id })
      assert.notProperty(refused, "seconds")
      yield* Fiber.join(paid)
      assert.notProperty((yield* guess).resolutions?.[0], "override")
    })
  )

  it.effect("may be under way in another process, which the terminals know", () =>
    Effect.gen(function* () {
      const elsewhere = { answerableUntil: () => Effect.succeed(30_000) }
      const { attempts, id, say } = yield* unanswered([Effect.fail(unknown)], {}, undefined, elsewhere)
      say({ _tag: "Closed", orderId: "ORDER_1" })
      const refused = yield* Effect.flip(attempts.resolve(id, { ...word, outcome: "declined" }))
      assert.deepInclude(refused, { _tag: "AnswerPending", seconds: 30 })
    })
  )
})

describe("a relayed attempt with notifications from HiPay", () => {
  const relayed = storeAttempt("1", { terminal: "relayed" })
  const kept = (status: number, authorized: number): KeptNotification => ({
    ...{ at: 1, reference: "T1", status, test: true, currency: "EUR", authorized }
  })
  const alarms: Array<string> = []
  const over = (memory: AttemptStore.AttemptStore, now: () => number, came: ReadonlyArray<KeptNotification> = []) =>
    Endings.make({
      ...{ store: OwedEnds.over(memory), now, run: () => {} },
      listener: { onAlarm: (_, { code }) => void alarms.push(code) },
      answerableUntil: () => Effect.succeed(undefined),
      notificationsOf: () => Effect.succeed(came)
    })

  it.effect.each([
    ["declined", { _tag: "Outcome", outcome: declined }],
    ["not started", { _tag: "Error", reason: notStarted.reason }]
  ] as const)("is unknown, and its order is taken, where it is answered that it was %s, and was paid", ([, result]) =>
    Effect.gen(function* () {
      alarms.length = 0
      const memory = MemoryStore.make()
      yield* put(memory, relayed)
      const events = [{ at: 1, kind: "answer", as: answeredAs(result) }] as const
      const settled = yield* over(memory, () => 1, [kept(116, 1250)]).end({ ...relayed, events }, result)
      assert.deepStrictEqual(settled, yield* memory.get("1"))
      assert.strictEqual(answerOf(settled).status, 504)
      assert.deepStrictEqual(settled.events, [{ at: 1, kind: "answer", as: "unknown" }])
      assert.deepStrictEqual(alarms, ["attempt.notification.contradicts"])
      const next = storeAttempt("2", { orderId: "1" })
      const claimed = yield* memory.claim({ attempt: next, terminal: undefined, payAgain: false })
      assert.strictEqual(claimed._tag, "OrderTaken")
    })
  )

  const ends = [
    ["declined", { _tag: "Outcome", outcome: declined }],
    ["not-started", { _tag: "Error", reason: notStarted.reason }]
  ] as const
  const received = { status: 400, body: "{}" } as unknown as NonNullable<Attempt["received"]>

  /** Endings that cannot read notifications while `isRead` is false, and what they have run. */
  const unread = (memory: AttemptStore.AttemptStore) => {
    const all = { isRead: false, came: [] as ReadonlyArray<KeptNotification>, alarms: [] as Array<string> }
    const ran: Array<Effect.Effect<unknown>> = []
    const endings = Endings.make({
      ...{ store: OwedEnds.over(memory), now: () => 1, run: (effect) => void ran.push(effect) },
      listener: { onAlarm: (_, { code }) => void all.alarms.push(code) },
      answerableUntil: () => Effect.succeed(undefined),
      notificationsOf: () =>
        Effect.suspend(() =>
          all.isRead ? Effect.succeed(all.came) : Effect.fail(AttemptStore.unavailable("no answer within 3 s"))
        )
    })
    return Object.assign(all, { endings, ran })
  }

  it.effect.each(ends)(
    "is unknown while its notifications cannot be read, and ends then as answered: %s",
    ([state, result]) =>
      Effect.gen(function* () {
        const memory = MemoryStore.make()
        yield* put(memory, relayed)
        const all = unread(memory)
        const events = [{ at: 1, kind: "answer", as: answeredAs(result) }] as const
        const told = yield* all.endings.end({ ...relayed, events, received }, result)
        assert.deepInclude(told.error, {
          _tag: "TerminalOutcomeUnknown",
          kind: "Inconclusive",
          detail: `the answer says ${state}, but HiPay's notifications of this order could not be read`
        })
        assert.deepStrictEqual(told.events, [{ at: 1, kind: "answer", as: "unknown" }])
        const next = storeAttempt("2", { orderId: "1" })
        const claimed = yield* memory.claim({ attempt: next, terminal: undefined, payAgain: false })
        assert.strictEqual(claimed._tag, "OrderTaken")
        const ending = yield* Effect.forkChild(Effect.all(all.ran))
        yield* TestClock.adjust("2 seconds")
        assert.strictEqual((yield* memory.get("1"))?.state, "unknown")
        all.isRead = true
        yield* TestClock.adjust("1 seconds")
        yield* Fiber.join(ending)
        assert.strictEqual((yield* memory.get("1"))?.state, state)
        assert.deepStrictEqual(all.alarms, [])
      })
  )

  it.effect.each(ends)(
    "stays unknown with an alarm where they say that it was paid, once they can be read: %s",
    ([, result]) =>
      Effect.gen(function* () {
        const memory = MemoryStore.make()
        yield* put(memory, relayed)
        const all = unread(memory)
        yield* all.endings.end({ ...relayed, received }, result)
        Object.assign(all, { isRead: true, came: [kept(116, 1250)] })
        yield* Effect.all(all.ran)
        const stands = yield* memory.get("1")
        assert.deepInclude(stands, { state: "unknown", notifications: [kept(116, 1250)] })
        assert.deepStrictEqual(all.alarms, ["attempt.notification.contradicts"])
      })
  )

  it.effect(
    "is as HiPay's notification or a person said while they could not be read, with an alarm where both differ",
    () =>
      Effect.gen(function* () {
        const [[, result]] = ends
        for (const who of ["notification", "person"] as const) {
          const memory = MemoryStore.make()
          yield* put(memory, relayed)
          const all = unread(memory)
          yield* all.endings.end(relayed, result)
          if (who === "notification") yield* all.endings.notified("1", [kept(116, 1250)], 0)
          else yield* all.endings.resolve("1", { ...word, outcome: "declined" })
          Object.assign(all, { isRead: true, came: who === "notification" ? [kept(116, 1250)] : [] })
          yield* Effect.all(all.ran)
          assert.strictEqual((yield* memory.get("1"))?.state, who === "notification" ? "approved" : "declined")
          assert.deepStrictEqual(all.alarms, who === "notification" ? ["attempt.notification.contradicts"] : [])
        }
      })
  )

  it.effect(
    "stays unknown where it is answered late that nothing was paid, until they can be read, and where they say otherwise",
    () =>
      Effect.gen(function* () {
        const memory = MemoryStore.make()
        yield* put(memory, relayed)
        const all = unread(memory)
        const closed = yield* all.endings.end(relayed, { _tag: "Error", reason: silence })
        const ending = yield* Effect.forkChild(all.endings.endLate(closed, Result.succeed(declined)))
        yield* TestClock.adjust("2 seconds")
        assert.strictEqual((yield* memory.get("1"))?.state, "unknown")
        Object.assign(all, { isRead: true, came: [kept(116, 1250)] })
        yield* TestClock.adjust("1 seconds")
        yield* Fiber.join(ending)
        assert.strictEqual((yield* memory.get("1"))?.state, "unknown")
        assert.deepStrictEqual(all.alarms, ["attempt.notification.contradicts"])
      })
  )

  it.effect.each([
    [[], "declined", "attempt.resolution.contradicted"],
    [[kept(116, 1250)], "approved", "attempt.notification.contradicts"]
  ] as const)(
    "that a person has resolved as approved stays so until its notifications can be read: %j",
    ([came, state, alarm]) =>
      Effect.gen(function* () {
        const memory = MemoryStore.make()
        yield* put(memory, relayed)
        const all = unread(memory)
        yield* all.endings.end({ ...relayed, received }, ends[0][1])
        yield* all.endings.resolve("1", { ...word, outcome: "approved" })
        const ending = yield* Effect.forkChild(Effect.all(all.ran))
        yield* TestClock.adjust("2 seconds")
        assert.strictEqual((yield* memory.get("1"))?.state, "approved")
        Object.assign(all, { isRead: true, came })
        yield* TestClock.adjust("1 seconds")
        yield* Fiber.join(ending)
        assert.strictEqual((yield* memory.get("1"))?.state, state)
        assert.deepStrictEqual(all.alarms, [alarm])
      })
  )

  it.effect(
    "stays unknown where a late answer comes while its end is owed, and notifications say that it was paid",
    () =>
      Effect.gen(function* () {
        const memory = MemoryStore.make()
        yield* put(memory, relayed)
        let isWritten = false
        const change: typeof memory.change = (seen, next) =>
          Effect.suspend(() =>
            isWritten ? memory.change(seen, next) : Effect.fail(AttemptStore.unavailable("no answer within 3 s"))
          )
        const store = OwedEnds.over({ ...memory, change })
        const endings = Endings.make({
          ...{ store, now: () => 1, run: () => {}, listener: {} },
          answerableUntil: () => Effect.succeed(undefined),
          notificationsOf: () => Effect.succeed([kept(116, 1250)])
        })
        const closed = yield* endings.end(relayed, { _tag: "Error", reason: silence })
        isWritten = true
        yield* endings.endLate(closed, Result.succeed(declined))
        const stands = yield* memory.get("1")
        assert.deepInclude(stands, { state: "unknown", notifications: [kept(116, 1250)] })
      })
  )

  it.effect.each(["unknown", "declined"] as const)(
    "is unknown with an alarm where it was notified as paid, although another relay gave it up, and it stands as %s",
    (said) =>
      Effect.gen(function* () {
        const memory = MemoryStore.make()
        yield* put(memory, relayed)
        const all = unread(memory)
        Object.assign(all, { isRead: true, came: [kept(116, 1250)] })
        const givenUp = close(relayed, { _tag: "Defect" }, 1)
        yield* memory.change(relayed, givenUp)
        const resolution = { ...word, at: 1, outcome: "declined" } as const
        if (said === "declined") yield* memory.change(givenUp, close(givenUp, { _tag: "Resolved", resolution }, 1))
        const told = yield* all.endings.end({ ...relayed, received }, ends[0][1])
        const stands = yield* memory.get("1")
        assert.deepStrictEqual([told.state, stands?.state], ["unknown", "unknown"])
        assert.deepStrictEqual(all.alarms, ["attempt.notification.contradicts"])
        yield* all.endings.notified("1", all.came, 0)
        assert.deepStrictEqual(yield* memory.get("1"), stands)
      })
  )

  it.effect("is not retried if the store no longer has it", () =>
    Effect.gen(function* () {
      const all = unread(MemoryStore.make())
      const told = yield* all.endings.end({ ...relayed, received }, ends[0][1])
      all.isRead = true
      yield* Effect.all(all.ran)
      assert.deepStrictEqual([told.state, all.alarms], ["unknown", ["attempt.end.lost"]])
    })
  )

  it.effect("is not started where nothing was sent, whether its notifications can be read or not", () =>
    Effect.gen(function* () {
      const memory = MemoryStore.make()
      yield* put(memory, relayed)
      const all = unread(memory)
      const told = yield* all.endings.end(relayed, { _tag: "Error", reason: notStarted.reason })
      assert.deepStrictEqual([told.state, all.ran.length], ["not-started", 0])
    })
  )

  it.effect("is declined where its answer and its notifications agree", () =>
    Effect.gen(function* () {
      const memory = MemoryStore.make()
      yield* put(memory, relayed)
      const endings = over(memory, () => 1, [kept(113, 0)])
      const settled = yield* endings.end(relayed, { _tag: "Outcome", outcome: declined })
      assert.deepStrictEqual([settled.state, (yield* memory.get("1"))?.state], ["declined", "declined"])
    })
  )

  it.effect("is left to be considered again while it is open", () =>
    Effect.gen(function* () {
      const memory = MemoryStore.make()
      yield* put(memory, relayed)
      assert.strictEqual(yield* over(memory, () => 1).notified("1", [kept(116, 1250)], 0), Infinity)
      assert.deepStrictEqual(yield* memory.get("1"), relayed)
    })
  )

  it.effect("is not declined by a refusal until it is old enough, whatever broke its exchange", () =>
    Effect.gen(function* () {
      const memory = MemoryStore.make()
      const openedAt = 1_000
      const reason = new OutcomeUnknown({ kind: "CutLine", detail: "cut" })
      yield* put(memory, close({ ...relayed, openedAt }, { _tag: "Error", reason }, 1_001))
      let time = 1_002
      const endings = over(memory, () => time)
      assert.strictEqual(yield* endings.notified("1", [kept(113, 0)], 600_000), openedAt + 600_000)
      assert.strictEqual((yield* memory.get("1"))?.state, "unknown")
      time = openedAt + 600_000
      assert.isUndefined(yield* endings.notified("1", [kept(113, 0)], 600_000))
      assert.strictEqual((yield* memory.get("1"))?.state, "declined")
    })
  )
})

/** A store that cannot write ends until its disk has room again. */
const fullDisk = () => {
  const memory = MemoryStore.make()
  const disk = { isFull: true, tries: 0 }
  const change: AttemptStore.AttemptStore["change"] = (seen, next) =>
    Effect.suspend(() => {
      disk.tries++
      return disk.isFull ? Effect.fail(AttemptStore.unavailable("database or disk is full")) : memory.change(seen, next)
    })
  return { disk, store: { ...memory, change } }
}

/** A store that loses attempts while they are paid. */
const emptied: Partial<AttemptStore.AttemptStore> = {
  claim: () => Effect.succeed({ _tag: "Written", isQueued: false, mayDial: () => true }),
  change: () => Effect.succeed({ _tag: "Stands", attempt: undefined })
}

describe("what ended an attempt that was unknown", () => {
  const kept = { at: 1, reference: "T1", status: 116, test: true, currency: "EUR", authorized: 1250 }
  const unknownAttempt = close(
    storeAttempt("1", { terminal: "relayed" }),
    { _tag: "Error", reason: new OutcomeUnknown({ kind: "CutLine", detail: "cut" }) },
    1
  )
  const over = (memory: AttemptStore.AttemptStore) => {
    const ended: Array<string> = []
    const endings = Endings.make({
      ...{ store: OwedEnds.over(memory), now: () => 2, run: () => {} },
      listener: { onUnknownEnded: (state, by) => void ended.push(`${state} by ${by}`) },
      answerableUntil: () => Effect.succeed(undefined)
    })
    return { endings, ended }
  }
  const finding = Finding.make("warning", "proved-by-duplicata", "", "an answer", "none")

  it.effect.each<
    readonly [string, ReadonlyArray<string>, (endings: Endings.Endings) => Effect.Effect<unknown, unknown>]
  >([
    ["a person", ["approved by person"], ({ resolve }) => resolve("1", { ...word, outcome: "approved" })],
    ["nothing, where it is set aside", [], ({ resolve }) => resolve("1", { ...word, outcome: "set-aside" })],
    ["a late answer", ["declined by late-answer"], ({ endLate }) => endLate(unknownAttempt, Result.succeed(declined))],
    ["its terminal's proof", ["approved by terminal"], ({ prove }) => prove("1", { outcome: approved(), finding })],
    ["a notification", ["approved by notification"], ({ notified }) => notified("1", [kept], 0)]
  ])("is told: %s", ([, expected, end]) =>
    Effect.gen(function* () {
      const memory = MemoryStore.make()
      yield* put(memory, unknownAttempt)
      const { endings, ended } = over(memory)
      yield* end(endings)
      assert.deepStrictEqual(ended, expected)
    })
  )

  it.effect("is nothing if its answer said how it ended, whatever comes later", () =>
    Effect.gen(function* () {
      const memory = MemoryStore.make()
      const opened = storeAttempt("1", { terminal: "relayed" })
      yield* put(memory, opened)
      const { endings, ended } = over(memory)
      const settled = yield* endings.end(opened, { _tag: "Outcome", outcome: approved() })
      yield* endings.notified("1", [kept], 0)
      yield* endings.notified("1", [kept, { ...kept, status: 118 }], 0)
      yield* endings.endLate(settled, Result.succeed(approved()))
      assert.lengthOf((yield* memory.get("1"))?.notifications ?? [], 2)
      assert.deepStrictEqual(ended, [])
    })
  )
})

describe("the end of an attempt that the store no longer has", () => {
  it.effect("raises an alarm, stays owed, and is not retried", () =>
    Effect.gen(function* () {
      const { attempts, alarms, told } = yield* setUp([Effect.succeed(approved())], emptied)
      assert.strictEqual((yield* attempts.pay(submission())).state, "approved")
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(
        alarms.map(({ code, details, message }) => [code, details.kind, message]),
        [
          [
            "attempt.end.lost",
            "removed",
            "The end of this attempt (approved) could not be written: the store no longer has the attempt. Put back the store that has it. After the next start it is unknown there: resolve it as approved."
          ]
        ]
      )
      assert.strictEqual(told.filter((each) => each.startsWith("alarm")).length, 1)
      assert.deepStrictEqual(
        attempts.owed().map(({ attempt, reason, isLost }) => [attempt.state, reason, isLost]),
        [["approved", "the store no longer has the attempt", true]]
      )
    })
  )

  it.effect("keeps its order from being paid again", () =>
    Effect.gen(function* () {
      const { attempts, performed } = yield* setUp([Effect.succeed(approved())], emptied)
      yield* attempts.pay(submission())
      assert.propertyVal(yield* Effect.flip(attempts.pay(submission())), "reason", "already-approved")
      assert.strictEqual(performed(), 1)
    })
  )

  it.effect("is lost, too, if the attempt was removed while it was owed", () =>
    Effect.gen(function* () {
      const memory = MemoryStore.make()
      let isGone = false
      const change: AttemptStore.AttemptStore["change"] = () =>
        isGone
          ? Effect.succeed({ _tag: "Stands", attempt: undefined })
          : Effect.fail(AttemptStore.unavailable("database or disk is full"))
      const { attempts, alarms } = yield* setUp([Effect.succeed(approved())], { ...memory, change })
      yield* attempts.pay(submission())
      isGone = true
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(
        alarms.map(({ code }) => code),
        ["attempt.end.not.written", "attempt.end.lost"]
      )
      assert.lengthOf(attempts.owed(), 1)
    })
  )

  it.effect("cannot be resolved, and says why", () =>
    Effect.gen(function* () {
      const { attempts, id } = yield* unanswered([Effect.fail(unknown)], emptied)
      const refused = yield* Effect.flip(attempts.resolve(id, { ...word, outcome: "approved" }))
      assert.propertyVal(refused, "detail", "the store no longer has the attempt")
    })
  )
})

describe("an end that cannot be written", () => {
  it.effect.each([
    ["approved", Effect.succeed(approved()), 200],
    ["approved-in-part", Effect.succeed(inPart), 200],
    ["declined", Effect.succeed(declined), 200],
    ["not-started", Effect.fail(notStarted), 400],
    ["unknown", Effect.fail(unknown), 504]
  ] as const)("is told at once, owed until it is written, and seen by all meanwhile: %s", ([state, ending, status]) =>
    Effect.gen(function* () {
      const { disk, store } = fullDisk()
      const { attempts, alarms, changes } = yield* setUp([ending], store)
      assert.strictEqual(answerOf(yield* attempts.pay(submission())).status, status)
      const [{ id } = { id: "" }] = yield* attempts.list({})
      assert.strictEqual((yield* store.get(id))?.state, "open")
      assert.deepStrictEqual(
        attempts.owed().map(({ attempt, reason }) => `${attempt.state} ${reason}`),
        [`${state} database or disk is full`]
      )
      const seen = yield* attempts.get(id)
      assert.deepStrictEqual([seen?.state, seen?.alarms?.map(({ code }) => code)], [state, ["attempt.end.not.written"]])
      assert.deepStrictEqual(
        (yield* attempts.list({ state })).map(({ id }) => id),
        [id]
      )
      assert.lengthOf(yield* attempts.list({ state: "open" }), 0)
      yield* TestClock.adjust("1 minute")
      assert.isAbove(disk.tries, 20)
      assert.lengthOf(alarms, 1)
      disk.isFull = false
      yield* TestClock.adjust("2 seconds")
      assert.lengthOf(attempts.owed(), 0)
      assert.deepStrictEqual(
        alarms.map(({ code }) => code),
        ["attempt.end.not.written", "attempt.end.written.late"]
      )
      const written = yield* store.get(id)
      assert.deepStrictEqual([written?.state, written?.outcome, written?.error], [state, seen?.outcome, seen?.error])
      assert.deepStrictEqual(
        written?.alarms?.map(({ code }) => code),
        ["attempt.end.written.late"]
      )
      assert.deepStrictEqual(changes, ["open", state, state])
      const { tries } = disk
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(disk.tries, tries)
    })
  )

  it.effect("is what a repeat of the order gets", () =>
    Effect.gen(function* () {
      const { disk, store } = fullDisk()
      const { attempts, performed } = yield* setUp([Effect.succeed(approved())], store)
      const first = yield* attempts.pay(submission({ idempotencyKey: "key" }))
      const refused = yield* Effect.flip(attempts.pay(submission()))
      assert.propertyVal(refused, "reason", "already-approved")
      assert.deepStrictEqual("earlier" in refused && refused.earlier && answerOf(refused.earlier), answerOf(first))
      const again = yield* attempts.pay(submission({ idempotencyKey: "key" }))
      assert.deepStrictEqual(answerOf(again), answerOf(first))
      assert.strictEqual(performed(), 1)
      disk.isFull = false
      yield* TestClock.adjust("2 seconds")
    })
  )

  it.effect.each(["approved", "declined", "set-aside"] as const)("is not overwritten by a person's %s", (outcome) =>
    Effect.gen(function* () {
      const { disk, store } = fullDisk()
      const { attempts } = yield* setUp([Effect.succeed(approved())], store)
      const paid = yield* attempts.pay(submission())
      const [{ id } = { id: "" }] = yield* attempts.list({})
      const refused = yield* Effect.flip(attempts.resolve(id, { ...word, outcome, override: true }))
      const { attempt } = refused as { readonly attempt?: Attempt }
      assert.deepStrictEqual(attempt && answerOf(attempt), answerOf(paid))
      disk.isFull = false
      yield* TestClock.adjust("2 seconds")
      assert.isUndefined((yield* store.get(id))?.resolutions)
    })
  )

  it.effect("that comes late is owed, too, and written once", () =>
    Effect.gen(function* () {
      const { disk, store } = fullDisk()
      const { attempts, alarms, say, id } = yield* unanswered([Effect.fail(unknown)], store)
      say(late(Result.succeed(approved())))
      yield* TestClock.adjust("1 second")
      assert.strictEqual((yield* attempts.get(id))?.state, "approved")
      disk.isFull = false
      yield* TestClock.adjust("2 seconds")
      assert.strictEqual((yield* store.get(id))?.state, "approved")
      assert.deepStrictEqual(
        alarms.map(({ code }) => code),
        ["attempt.end.not.written", "attempt.end.written.late"]
      )
    })
  )

  it.effect("that is unknown may be resolved once the disk has room, and not before", () =>
    Effect.gen(function* () {
      const { disk, store } = fullDisk()
      const { attempts, id } = yield* unanswered([Effect.fail(unknown)], store)
      const approve = attempts.resolve(id, { ...word, outcome: "approved" })
      assert.strictEqual((yield* Effect.flip(approve))._tag, "AttemptStoreFailed")
      assert.strictEqual((yield* attempts.get(id))?.state, "unknown")
      disk.isFull = false
      yield* approve
      yield* TestClock.adjust("1 minute")
      assert.strictEqual((yield* store.get(id))?.state, "approved")
    })
  )

  it.effect.each([
    ["written while the server stops", 5_000, ["attempt.end.not.written", "attempt.end.written.late"]],
    [
      "given up after a while, and said to be",
      Number.POSITIVE_INFINITY,
      ["attempt.end.not.written", "attempt.end.lost"]
    ]
  ] as const)("is %s", ([, room, codes]) =>
    Effect.gen(function* () {
      const { disk, store } = fullDisk()
      const scope = yield* Scope.make()
      const { attempts, alarms } = yield* Scope.provide(setUp([Effect.succeed(approved())], store), scope)
      yield* attempts.pay(submission())
      yield* TestClock.adjust("1 minute")
      const closing = yield* Effect.forkChild(Scope.close(scope, Exit.void), { startImmediately: true })
      assert.isUndefined(closing.pollUnsafe())
      for (let at = 0; at < LEAVING + 2_000; at += 1_000) {
        disk.isFull = at < room
        yield* TestClock.adjust("1 second")
      }
      assert.isDefined(closing.pollUnsafe())
      assert.deepStrictEqual<ReadonlyArray<string>>(
        alarms.map(({ code }) => code),
        codes
      )
      assert.match(alarms.at(-1)?.message ?? "", /disk is full/)
    })
  )
})

describe("an attempt that another process gave up as unknown meanwhile", () => {
  for (const [what, error] of [
    ["what came, where its own process knows no more either", new TerminalError({ reason: garbled })],
    ["that it was never started", notStarted]
  ] as const) {
    it.effect(`then says ${what}`, () =>
      Effect.gen(function* () {
        const store = MemoryStore.make()
        const giveUp = Effect.gen(function* () {
          const [open] = yield* store.list({})
          assert.isDefined(open)
          yield* store.change(open as Attempt, close(open as Attempt, { _tag: "Error", reason: silence }, 1))
        })
        const { attempts } = yield* setUp([Effect.andThen(Effect.orDie(giveUp), Effect.fail(error))], store)
        yield* attempts.pay(submission())
        const [kept] = yield* store.list({})
        assert.strictEqual(kept?.state, error === notStarted ? "not-started" : "unknown")
        assert.deepStrictEqual(kept?.error, error.reason)
      })
    )
  }
})
