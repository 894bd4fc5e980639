/**
 * Pays orders: opens an attempt, has the terminal perform, closes the attempt. At most one payment per key is under way.
 *
 * The attempt is written before the terminal is asked. The exchange runs in a fiber of its own: if the
 * caller disconnects, the payment goes on and its result is written. How a repeated order is answered is in `Repeat`.
 */
import * as Finding from "@hipay-pos/core/Finding"
import type { OrderRequest } from "@hipay-pos/core/Order"
import type { PaymentRequest } from "@hipay-pos/core/Payment"
import { NotStarted } from "@hipay-pos/core/Terminal"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import type { PaymentEvent } from "../terminals/PaymentEvent.ts"
import type { Chosen, NotServed, Terminals } from "../terminals/Terminals.ts"
import { type Attempt, type AttemptKey, answeredAs, type PerformedResult } from "./Attempt.ts"
import * as AttemptEvent from "./AttemptEvent.ts"
import type { AttemptListener } from "./AttemptListener.ts"
import { type AttemptStore, type StoreFailed, textOf } from "./AttemptStore.ts"
import * as Endings from "./Endings.ts"
import type { OwedEnds } from "./OwedEnds.ts"
import * as Repeat from "./Repeat.ts"

/** An order that passed validation, with what is needed to recognise it. */
export interface Submission {
  readonly login: string
  readonly request: OrderRequest
  /** The body with the contract's defaults. */
  readonly body: unknown
  readonly findings: ReadonlyArray<Finding.Finding>
  /** Pays an order again that may have been paid, as the real service would for all that is known; false by default. */
  readonly payAgain?: boolean
  readonly idempotencyKey?: string
  readonly requestId?: string
}

/** An order that was taken: under which attempt, and the attempt once it has ended. */
export interface Submitted {
  readonly id: string
  readonly ended: Effect.Effect<Attempt, Problem>
}

/** Why an order has no attempt of its own. */
export type Problem = Repeat.Refused | NotServed | StoreFailed | EarlierUnreadable

/** The store does not say whether the order was sent before: this order was not, an earlier one may have been paid. */
export interface EarlierUnreadable {
  readonly _tag: "EarlierUnreadable"
  readonly detail: string
}

/** The attempts of one server. */
export class Attempts extends Context.Service<
  Attempts,
  {
    /** Pays an order and returns the attempt once it has ended. Interrupting it ends the wait, not the payment. */
    readonly pay: (submission: Submission) => Effect.Effect<Attempt, Problem>
    /** Pays an order; returns once its attempt is written. */
    readonly submit: (submission: Submission) => Effect.Effect<Submitted, Problem>
    /** Resolves an attempt whose outcome is unknown. */
    readonly resolve: Endings.Endings["resolve"]
    readonly get: AttemptStore["get"]
    readonly list: AttemptStore["list"]
    /** How many payments have not ended. */
    readonly underWay: () => number
    /** Ends that are known and could not be written yet. */
    readonly owed: OwedEnds["owed"]
  }
>()("@hipay-pos/server/Attempts") {}

/** What the attempts of one server work with. */
export interface Dependencies {
  readonly store: OwedEnds
  readonly terminals: Terminals
  readonly listener?: AttemptListener | undefined
  /** How long a server that stops retries unwritten ends, in milliseconds; 10 000 by default. */
  readonly leaving?: number | undefined
  /** Aborted when the server shuts down: payments that are still queued for their terminal are then not started. */
  readonly closing?: AbortSignal | undefined
}

/** A payment under way, for repeats to join. */
interface Payment {
  readonly body: unknown
  readonly opened: Deferred.Deferred<string, Problem>
  readonly ended: Deferred.Deferred<Attempt, Problem>
}

type Restore = <A, E>(effect: Effect.Effect<A, E>) => Effect.Effect<A, E>

/** Makes the attempts of one server. Closing the scope waits for payments under way. */
export const make = Effect.fnUntraced(function* (
  dependencies: Dependencies
): Effect.fn.Return<Attempts["Service"], never, Scope.Scope> {
  const { store, terminals, closing, leaving, listener = {} } = dependencies
  const clock = yield* Clock.Clock
  const random = yield* Random.Random
  const now = () => clock.currentTimeMillisUnsafe()
  const underWay = new Map<string, Payment>()
  const open = new Map<string, Attempt>()
  let repeated = 0
  const context = yield* Effect.context<never>()
  let running = 0
  let onIdle = () => {}
  /** Runs in a fiber of its own; closing waits for it. */
  const run = (effect: Effect.Effect<unknown>) => {
    running++
    Effect.runForkWith(context)(effect).addObserver(() => {
      if (--running === 0) onIdle()
    })
  }
  // The signal outlives a space of a mock: what it holds on to is never freed.
  yield* Effect.addFinalizer(() => Effect.sync(() => closing?.removeEventListener("abort", interruptQueued)))
  yield* Effect.addFinalizer(() =>
    Effect.callback<void>((resume) => {
      endings.leave()
      onIdle = () => resume(Effect.void)
      if (running === 0) onIdle()
    })
  )
  /** Payments queued for their terminal: nothing was sent yet. */
  const queued = new Set<Fiber.Fiber<unknown, unknown>>()
  const interruptQueued = () => {
    for (const fiber of queued) fiber.interruptUnsafe()
  }
  closing?.addEventListener("abort", interruptQueued)

  /** Until when an answer that comes late is listened for, by attempt. */
  const lines = new Map<string, number>()
  const endings = Endings.make({
    store,
    now,
    listener,
    leaving,
    run,
    answerableUntil: Effect.fnUntraced(function* (attempt) {
      const elsewhere = yield* terminals.answerableUntil?.(attempt) ?? Effect.succeed(undefined)
      const here = lines.get(attempt.id)
      return here === undefined || elsewhere === undefined ? (here ?? elsewhere) : Math.max(here, elsewhere)
    })
  })

  const perform = Effect.fnUntraced(function* (
    opened: Attempt,
    events: Array<AttemptEvent.AttemptEvent>,
    chosen: Chosen,
    request: OrderRequest,
    restore: Restore
  ) {
    const fiber = yield* Effect.fiber
    queued.add(fiber)
    open.set(opened.id, opened)
    const closed = Deferred.makeUnsafe<Attempt>()
    const note = (event: PaymentEvent) => {
      if (event._tag === "Connecting") queued.delete(fiber)
      if (event._tag === "Unknown") lines.set(opened.id, now() + chosen.lateAnswer)
      if (event._tag === "Closed") lines.delete(opened.id)
      const kept = AttemptEvent.fromPaymentEvent(event, now())
      if (kept !== undefined) {
        events.push(kept)
        listener.onEvent?.(opened, kept)
      }
      if (event._tag === "LateAnswer" && Result.isSuccess(event.result)) {
        const outcome = event.result.success
        run(Effect.flatMap(Deferred.await(closed), (attempt) => endings.endLate(attempt, outcome)))
      }
      listener.onPaymentEvent?.(opened.id, event)
    }
    // Closing may have begun while the attempt was written.
    if (closing?.aborted) fiber.interruptUnsafe()
    const result = yield* Effect.matchCause(restore(chosen.perform(toPaymentRequest(request), note, opened.id)), {
      onSuccess: (outcome): PerformedResult => ({ _tag: "Outcome", outcome }),
      onFailure: (cause): PerformedResult => {
        const error = Cause.findErrorOption(cause)
        if (Option.isSome(error)) return { _tag: "Error", reason: error.value.reason }
        if (queued.has(fiber) && Cause.hasInterruptsOnly(cause)) return { _tag: "Error", reason: shutDown }
        listener.onDefect?.(opened.id, Cause.squash(cause))
        return { _tag: "Defect" }
      }
    })
    queued.delete(fiber)
    events.push({ at: now(), kind: "answer", as: answeredAs(result) })
    const settled = yield* endings.settle(opened, result)
    open.delete(opened.id)
    Deferred.doneUnsafe(closed, Effect.succeed(settled))
    listener.onChange?.(store.find(opened.id)?.attempt ?? settled)
    return settled
  })

  /** From the first look at the store to the end: one at a time per key. */
  const attempt = Effect.fnUntraced(function* (
    submission: Submission,
    isOpen: Deferred.Deferred<string, Problem>,
    restore: Restore
  ) {
    const { login, request, body, findings, payAgain = false, idempotencyKey, requestId } = submission
    const { orderId, transactionType } = request.order
    const key: AttemptKey = { login, orderId, transactionType }
    const last = yield* Effect.mapError(store.latest(key), earlierUnreadable)
    if (last?.state === "unknown" || last?.state === "open") listener.onRepeat?.(orderId, last.id)
    const known = last && !payAgain ? yield* Repeat.allows(last, body, idempotencyKey) : undefined
    if (last !== undefined && known !== undefined) {
      Deferred.doneUnsafe(isOpen, Effect.succeed(last.id))
      return known
    }
    const twice = payAgain && last !== undefined && Repeat.mayHaveCharged(last) ? [paidAgain] : []
    const chosen = yield* terminals.choose(request)
    const openedAt = now()
    /** Grows while the terminal performs, and when it answers late. */
    const events: Array<AttemptEvent.AttemptEvent> = []
    const opened: Attempt = {
      id: makeId(openedAt, random),
      key,
      order: body,
      amount: request.order.amount,
      target: request.target,
      terminal: chosen.kind,
      ...(chosen.name === undefined ? {} : { terminalName: chosen.name }),
      findings: [...findings, ...twice, ...chosen.findings],
      openedAt,
      state: "open",
      events,
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
      ...(requestId === undefined ? {} : { requestId })
    }
    yield* store.open(opened)
    listener.onChange?.(opened)
    Deferred.doneUnsafe(isOpen, Effect.succeed(opened.id))
    return yield* perform(opened, events, chosen, request, restore)
  })

  /** Joins the payment of the same order that is under way, or starts one. */
  const begin = (submission: Submission): Payment | Repeat.Refused => {
    const { login, request, body, payAgain } = submission
    const { orderId, transactionType } = request.order
    const same = textOf({ login, orderId, transactionType })
    const key = payAgain ? `${same}\n${++repeated}` : same
    const joined = underWay.get(key)
    if (joined !== undefined) {
      listener.onRepeat?.(orderId, undefined)
      return Repeat.sameBody(joined.body, body) ? joined : new Repeat.Refused({ reason: "different", state: "open" })
    }
    const payment: Payment = { body, opened: Deferred.makeUnsafe(), ended: Deferred.makeUnsafe() }
    underWay.set(key, payment)
    const conclude = (exit: Exit.Exit<Attempt, Problem>) => {
      underWay.delete(key)
      Deferred.doneUnsafe(payment.ended, exit)
      if (Exit.isFailure(exit)) Deferred.doneUnsafe(payment.opened, Exit.failCause(exit.cause))
    }
    // In a fiber of its own: the caller may disconnect. Only the wait for the terminal can be interrupted.
    run(
      Effect.uninterruptibleMask((restore) =>
        Effect.map(Effect.exit(attempt(submission, payment.opened, restore)), conclude)
      )
    )
    return payment
  }

  return {
    pay: (submission) =>
      Effect.suspend(() => {
        const payment = begin(submission)
        return payment instanceof Repeat.Refused ? Effect.fail(payment) : Deferred.await(payment.ended)
      }),
    submit: (submission) =>
      Effect.suspend(() => {
        const payment = begin(submission)
        return payment instanceof Repeat.Refused
          ? Effect.fail(payment)
          : Effect.map(Deferred.await(payment.opened), (id) => ({ id, ended: Deferred.await(payment.ended) }))
      }),
    resolve: endings.resolve,
    get: (id) => {
      const live = open.get(id)
      return live === undefined ? store.get(id) : Effect.succeed(live)
    },
    list: store.list,
    underWay: () => underWay.size,
    owed: store.owed
  }
})

/** A damaged attempt is refused by its id. */
const earlierUnreadable = (failed: StoreFailed): StoreFailed | EarlierUnreadable =>
  failed.damaged === undefined ? { _tag: "EarlierUnreadable", detail: failed.detail } : failed

const shutDown = new NotStarted({ kind: "QueueFull", detail: "the server shut down before the terminal was free" })

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
  ...(order.customer?.phone === undefined ? {} : { customerPhone: order.customer.phone }),
  ...(order.customer?.email === undefined ? {} : { customerEmail: order.customer.email })
})

/** Sortable by time; 36 bits of chance keep ids of one millisecond apart. */
const makeId = (now: number, random: Random.Random): string =>
  now.toString(36) +
  Math.floor(random.nextDoubleUnsafe() * 36 ** 7)
    .toString(36)
    .padStart(7, "0")
