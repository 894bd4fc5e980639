/**
 * Pays orders: claims an attempt, has the terminal perform, closes the attempt.
 *
 * The claim writes the attempt before the terminal is asked, and alone detects a repeated order and a busy or undecided
 * terminal. The exchange runs in its own fiber: if the caller disconnects, the payment goes on and its result is written,
 * unless it is still queued for its terminal. A repeated order is answered by `answerRepeat`.
 */
import { defined } from "@hipay-pos/core/Defined"
import * as Finding from "@hipay-pos/core/Finding"
import type { OrderRequest } from "@hipay-pos/core/Order"
import type { PaymentRequest } from "@hipay-pos/core/Payment"
import { isUndecided } from "@hipay-pos/core/wire/AttemptState"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Random from "effect/Random"
import * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import type * as Tracer from "effect/Tracer"
import type { UpstreamAnswer } from "../terminals/PaymentEvent.ts"
import type { Terminals } from "../terminals/Terminals.ts"
import { AnswerWindows } from "./AnswerWindows.ts"
import type { Attempt, AttemptKey } from "./Attempt.ts"
import type * as AttemptEvent from "./AttemptEvent.ts"
import type { AttemptListener } from "./AttemptListener.ts"
import { type AttemptStore, earlierUnknown, type StoreFailed, unavailable } from "./AttemptStore.ts"
import { makeAnswerRepeat } from "./answerRepeat.ts"
import { makeAsk } from "./askTerminal.ts"
import { Callers } from "./Callers.ts"
import * as Endings from "./Endings.ts"
import { guardsOrder } from "./Guards.ts"
import type { OwedEnds } from "./OwedEnds.ts"
import { endOf, type Payment, type PendingPayment } from "./PendingPayment.ts"
import { makePerform, type PreparedPayment, type Written } from "./performPayment.ts"
import type * as Repeat from "./Repeat.ts"
import type { Failure, Submission } from "./Submission.ts"

export type { Payment } from "./PendingPayment.ts"
export type { Failure, Opened, Submission, TerminalNotAllowed } from "./Submission.ts"

/** The attempts of one server. */
export interface Attempts {
  /** Pays an order and returns the attempt once it has ended. Interrupting it ends the wait, not the payment. */
  readonly pay: (submission: Submission) => Effect.Effect<Attempt, Failure>
  /** Takes an order at once, for callers that wait for its end without a fiber. */
  readonly begin: (submission: Submission) => Payment
  /** The answer to an order that is not to be paid now; undefined if none of it can have been paid. */
  readonly earlier: (
    key: AttemptKey,
    repeated: Repeat.Repeated
  ) => Effect.Effect<Attempt | undefined, Repeat.Refused | StoreFailed>
  /** Resolves an attempt whose outcome is unknown. */
  readonly resolve: Endings.Endings["resolve"]
  /** Resolves an attempt whose record cannot be read. */
  readonly resolveDamaged: Endings.Endings["resolveDamaged"]
  /** Asks the terminal of an attempt with an unknown outcome, and ends the attempt if the answer proves how. */
  readonly ask: ReturnType<typeof makeAsk>
  /** Ends an attempt if HiPay's notifications prove how. */
  readonly notified: Endings.Endings["notified"]
  readonly get: AttemptStore["get"]
  readonly list: AttemptStore["list"]
  /** The body with which another service answered an attempt, passed on to the caller unchanged. */
  readonly bodyOf: (ended: Attempt) => UpstreamAnswer["body"] | undefined
  /** How many payments are under way. */
  readonly underWay: () => number
  /** Ends that are known but not written yet. */
  readonly owed: OwedEnds["owed"]
  /** Why nothing can be written; undefined while writing works. */
  readonly writeProblem: OwedEnds["writeProblem"]
}

/** What the attempts of one server work with. */
export interface Dependencies {
  readonly store: OwedEnds
  readonly terminals: Terminals
  readonly listener?: AttemptListener | undefined
  readonly notificationsOf?: Endings.NotificationsOf | undefined
  /** Adds spans to the order's trace for what ends an attempt later; none by default. */
  readonly tracer?: Tracer.Tracer | undefined
  /** How long a stopping server retries unwritten ends, in milliseconds; 10 000 by default. */
  readonly leaving?: number | undefined
  /** Aborted when the server shuts down: payments still queued for their terminal are not started then. */
  readonly closing?: AbortSignal | undefined
}

/** An earlier attempt that answers an order. */
interface Known {
  readonly _tag: "Known"
  readonly attempt: Attempt
}

/** Makes the attempts of one server. Closing the scope waits for payments under way. */
export const make = Effect.fnUntraced(function* (
  dependencies: Dependencies
): Effect.fn.Return<Attempts, never, Scope.Scope> {
  const { store, terminals, closing, leaving, tracer, notificationsOf, listener = {} } = dependencies
  const clock = yield* Clock.Clock
  const random = yield* Random.Random
  const now = () => clock.currentTimeMillisUnsafe()
  const underWay = new Set<PendingPayment>()
  /** Payments with an attempt of their own, by its id. */
  const payments = new Map<string, PendingPayment>()
  const open = new Map<string, Attempt>()
  let running = 0
  let onIdle = () => {}
  const fork = Effect.runForkWith(yield* Effect.context<never>())
  /** Runs an effect in its own fiber; closing waits for it. */
  const run = (effect: Effect.Effect<unknown>) => {
    running++
    fork(effect).addObserver(stopped)
  }
  const stopped = () => {
    if (--running === 0) onIdle()
  }
  /** Fails once the scope is closed. */
  const stopping = Deferred.makeUnsafe<never, StoreFailed>()
  // The signal outlives a mock's space, and its listener would keep the space in memory.
  yield* Effect.addFinalizer(() => Effect.sync(() => closing?.removeEventListener("abort", interruptQueued)))
  yield* Effect.addFinalizer(() =>
    Effect.andThen(
      endings.leave,
      Effect.callback<void>((resume) => {
        Deferred.doneUnsafe(stopping, Effect.fail(unavailable("the server stopped")))
        onIdle = () => resume(Effect.void)
        if (running === 0) onIdle()
      })
    )
  )

  /** Other services' answers as received, for attempts that have just ended; the store masks card numbers in them. */
  const bodies = new WeakMap<Attempt, UpstreamAnswer["body"]>()
  const windows = new AnswerWindows(clock)
  const answerableUntil = Effect.fnUntraced(function* (attempt: Attempt) {
    // Another process may have marked it as unknown.
    const here = open.has(attempt.id) ? Infinity : windows.listensUntil(attempt.id)
    return here ?? (yield* terminals.answerableUntil?.(attempt) ?? Effect.succeed(undefined))
  })
  const ageOf = (attempt: Attempt) => windows.ageOf(attempt)
  const endings = Endings.make({ store, now, listener, tracer, leaving, run, answerableUntil, ageOf, notificationsOf })
  const { perform, interruptQueued } = makePerform({
    store,
    listener,
    closing,
    endings,
    windows,
    open,
    bodies,
    now,
    run
  })
  closing?.addEventListener("abort", interruptQueued)

  const { answerRepeat, answerUnserved, earlier } = makeAnswerRepeat({
    store,
    listener,
    now,
    payments,
    underWay,
    stopping
  })

  /** No terminal serves the order. */
  const refuse = (problem: Failure, key: AttemptKey, submission: Submission, payment: PendingPayment) =>
    submission.payAgain ? Effect.fail(problem) : answerUnserved(problem, key, submission, payment)

  /** The finding for an order that is paid again although it may have been paid before. */
  const paidAgainFindings = Effect.fnUntraced(function* (key: AttemptKey) {
    const last = yield* Effect.mapError(store.latest(key), earlierUnknown)
    if (last !== undefined && isUndecided(last)) listener.onRepeatWhileUndecided?.(key.orderId, last.id)
    return last !== undefined && guardsOrder(last) ? [paidAgain] : []
  })

  /** Claims an attempt, or answers from the earlier one. */
  const claimUnlessAnswered = Effect.fnUntraced(function* (
    { attempt: opened, chosen, trace }: PreparedPayment,
    release: (() => void) | undefined,
    submission: Submission,
    payment: PendingPayment
  ): Effect.fn.Return<Written | Known, Failure> {
    const { payAgain = false } = submission
    for (;;) {
      const claiming = trace?.step("claim")
      const claimed = yield* store.claim({ attempt: opened, terminal: chosen.guarded, payAgain })
      claiming?.(claimed._tag === "Written" ? undefined : claimed._tag)
      if (claimed._tag !== "Written" || claimed.isQueued) release?.()
      if (claimed._tag === "TerminalUndecided") return yield* Effect.fail(claimed)
      if (claimed._tag === "Written") {
        trace?.claimed(opened)
        listener.onChange?.(opened)
        Deferred.doneUnsafe(payment.opened, Effect.succeed({ id: opened.id }))
        return claimed
      }
      const known = yield* answerRepeat(claimed.attempt, submission, payment)
      if (known !== undefined) return { _tag: "Known", attempt: known }
    }
  })

  /** Makes an attempt of an order and claims it; returns the effect that pays it, which does not retain the submission. */
  const claimAttempt = Effect.fnUntraced(function* (submission: Submission, payment: PendingPayment) {
    const { login, request, order, findings, payAgain = false, idempotencyKey, requestId, trace } = submission
    const { orderId, transactionType } = request.order
    const key: AttemptKey = { login, orderId, transactionType }
    const twice = payAgain ? yield* paidAgainFindings(key) : []
    const { target } = request
    if (submission.terminals?.includes({ target, terminalName: terminals.configuredName?.(target) }) === false)
      return refuse({ _tag: "TerminalNotAllowed", target }, key, submission, payment)
    const choice = yield* Effect.result(terminals.choose(request, login, submission.received))
    if (Result.isFailure(choice)) return refuse(choice.failure, key, submission, payment)
    const chosen = choice.success
    const openedAt = now()
    const events: Array<AttemptEvent.AttemptEvent> = []
    const opened: Attempt = {
      id: makeId(openedAt, random),
      key,
      order,
      amount: request.order.amount,
      target: request.target,
      terminal: chosen.kind,
      findings: [...findings, ...twice, ...chosen.findings],
      openedAt,
      state: "open",
      events,
      ...defined({
        terminalName: chosen.name,
        guarded: chosen.guarded === undefined ? undefined : (true as const),
        upstream: chosen.upstream,
        idempotencyKey,
        requestId,
        traceparent: trace?.root
      })
    }
    payments.set(opened.id, payment)
    const release = chosen.prepare?.()
    const letGo = Effect.sync(() => {
      release?.()
      payments.delete(opened.id)
    })
    const prepared = { attempt: opened, request: toPaymentRequest(request), events, chosen, trace, letGo }
    // When a generator's effect fails, the generator is abandoned: its `finally` would not run.
    const claimed = yield* Effect.onError(claimUnlessAnswered(prepared, release, submission, payment), () => letGo)
    if (claimed._tag === "Written") return perform(prepared, claimed, payment.callers)
    yield* letGo
    return Effect.succeed(claimed.attempt)
  })

  /** Takes an order. */
  const begin = (submission: Submission): Payment => {
    const { promise: ended, resolve } = Promise.withResolvers<Exit.Exit<Attempt, Failure>>()
    const callers = new Callers()
    const payment: PendingPayment = {
      opened: Deferred.makeUnsafe(),
      ended,
      isReplay: false,
      callers,
      leave: () => callers.leave()
    }
    underWay.add(payment)
    running++
    // In its own fiber, since the caller may disconnect. Only the wait for the terminal is interruptible.
    const paid = Effect.flatten(claimAttempt(submission, payment))
    fork(paid, { uninterruptible: true }).addObserver((exit) => {
      underWay.delete(payment)
      resolve(exit)
      if (Exit.isFailure(exit)) Deferred.doneUnsafe(payment.opened, Exit.failCause(exit.cause))
      stopped()
    })
    return payment
  }

  return {
    pay: (submission) => Effect.suspend(() => endOf(begin(submission))),
    begin,
    earlier,
    resolve: endings.resolve,
    resolveDamaged: endings.resolveDamaged,
    ask: makeAsk({ store, terminals, now, answerableUntil, prove: endings.prove }),
    notified: endings.notified,
    get: (id) => {
      const live = open.get(id)
      return live === undefined ? store.get(id) : Effect.succeed(live)
    },
    list: store.list,
    bodyOf: (ended) => bodies.get(ended),
    underWay: () => underWay.size,
    owed: store.owed,
    writeProblem: store.writeProblem
  }
})

const paidAgain = Finding.make(
  "warning",
  "paid-again",
  "order.order_id",
  "an id of its own, because nothing says that the service refuses a repeat",
  "the id of an order that may have been paid"
)

const toPaymentRequest = ({ order, target, forceAuthorization }: OrderRequest): PaymentRequest => ({
  orderId: order.orderId,
  transactionType: order.transactionType,
  amount: order.amount,
  target,
  forceAuthorization,
  ...defined({ customerPhone: order.customer?.phone, customerEmail: order.customer?.email })
})

/** Sortable by time; 36 random bits distinguish ids of the same millisecond. */
const makeId = (now: number, random: Random.Random): string =>
  now.toString(36) +
  Math.floor(random.nextDoubleUnsafe() * 36 ** 7)
    .toString(36)
    .padStart(7, "0")
