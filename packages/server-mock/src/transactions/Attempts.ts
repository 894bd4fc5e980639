/**
 * Pays orders: opens an attempt, has the terminal perform, closes the attempt. At most one payment per key is under way.
 *
 * The attempt is written before the terminal is asked. The exchange runs in a fiber of its own: whoever waits for it may
 * go away, the payment goes on and its end is written. The rules for a repeated order are in the decision
 * "same-order-id".
 */
import type { TerminalEvent } from "@hipay-pos/concert-codec/ConcertTerminal"
import * as Finding from "@hipay-pos/core/Finding"
import type { OrderRequest } from "@hipay-pos/core/Order"
import type { PaymentRequest } from "@hipay-pos/core/Payment"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as FiberSet from "effect/FiberSet"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type { Chosen, Terminals } from "../terminals/Terminals.ts"
import { type Answer, type Attempt, type AttemptKey, close, type End, type Exchange } from "./Attempt.ts"
import { type AttemptStore, type StoreFailed, textOf } from "./AttemptStore.ts"

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
}

/** An attempt and how it ended. */
export interface Ended {
  readonly attempt: Attempt
  readonly end: End
}

/** The attempts of one server. */
export class Attempts extends Context.Service<
  Attempts,
  {
    /** Has an order paid and waits for its end. Interrupting it ends the waiting, not the payment. */
    readonly pay: (submission: Submission) => Effect.Effect<Answer, Refused | StoreFailed>
    readonly get: AttemptStore["get"]
    readonly list: AttemptStore["list"]
  }
>()("@hipay-pos/server-mock/Attempts") {}

/** What the attempts of one server work with. */
export interface Surroundings {
  readonly store: AttemptStore
  readonly terminals: Terminals
  /** Makes the answer that is kept with an attempt, so that it can be given again. */
  readonly toAnswer: (ended: Ended) => Answer
  readonly onEvent: (attempt: string, event: TerminalEvent) => void
  /** Told when an end that is known could not be written. */
  readonly onAlarm: (attempt: string, error: StoreFailed) => void
  /** Told of a bug during a payment. */
  readonly onDefect: (attempt: string, error: unknown) => void
}

type Settled = Attempt & { readonly answer: Answer }

/** A payment under way, for repeats to join. */
interface Payment {
  readonly body: unknown
  readonly answer: Deferred.Deferred<Answer, Refused | StoreFailed>
}

/** Makes the attempts of one server. Closing the scope waits for payments under way. */
export const make = Effect.fnUntraced(function* (
  surroundings: Surroundings
): Effect.fn.Return<Attempts["Service"], never, Scope.Scope> {
  const { store, terminals, toAnswer } = surroundings
  const clock = yield* Clock.Clock
  const now = () => clock.currentTimeMillisUnsafe()
  const underWay = new Map<string, Payment>()
  let repeated = 0
  const fibers = yield* FiberSet.make<unknown>()
  // Finalisers run in reverse: payments end by themselves before the set would interrupt what is left of it.
  yield* Effect.addFinalizer(() => FiberSet.awaitEmpty(fibers))
  const run = yield* FiberSet.runtime(fibers)()

  /** Ends an attempt. An end that cannot be written is still the end: the caller gets it, and somebody is told. */
  const settle = (attempt: Attempt, end: End): Effect.Effect<Settled> => {
    const ended = close(attempt, end, now())
    const settled = { ...ended, answer: toAnswer({ attempt: ended, end }) }
    return Effect.as(
      Effect.catch(store.update(settled), (error) => Effect.sync(() => surroundings.onAlarm(attempt.id, error))),
      settled
    )
  }

  const perform = Effect.fnUntraced(function* (opened: Attempt, chosen: Chosen, request: OrderRequest) {
    const closed = Deferred.makeUnsafe<Settled>()
    let exchange: Exchange = {}
    const note = (event: TerminalEvent) => {
      exchange = noted(exchange, event, now())
      if (event._tag === "LateAnswer" && Result.isSuccess(event.result)) {
        const end: End = { _tag: "Outcome", outcome: event.result.success }
        run(Effect.flatMap(Deferred.await(closed), (attempt) => settle({ ...attempt, exchange }, end)))
      }
      surroundings.onEvent(opened.id, event)
    }
    const end = yield* Effect.matchCause(chosen.perform(toPaymentRequest(request), note), {
      onSuccess: (outcome): End => ({ _tag: "Outcome", outcome }),
      onFailure: (cause): End => {
        const error = Cause.findErrorOption(cause)
        if (Option.isSome(error)) return { _tag: "Error", reason: error.value.reason }
        surroundings.onDefect(opened.id, Cause.squash(cause))
        return { _tag: "Defect" }
      }
    })
    const settled = yield* settle({ ...opened, exchange }, end)
    Deferred.doneUnsafe(closed, Effect.succeed(settled))
    return settled.answer
  })

  /** From the first look at the store to the answer: one at a time per key. */
  const attempt = Effect.fnUntraced(function* (submission: Submission) {
    const { login, request, body, findings, payAgain = false, idempotencyKey } = submission
    const { orderId, transactionType } = request.order
    const key: AttemptKey = { login, orderId, transactionType }
    const last = yield* store.latest(key)
    const known = last && !payAgain ? yield* repeat(last, body, idempotencyKey) : undefined
    if (known !== undefined) return known
    const twice = payAgain && last !== undefined && mayHaveCharged(last) ? [paidAgain] : []
    const chosen = terminals.choose(request)
    const openedAt = now()
    const opened: Attempt = {
      id: yield* makeId(openedAt),
      key,
      order: body,
      target: request.target,
      terminal: chosen.kind,
      findings: [...findings, ...twice, ...chosen.findings],
      openedAt,
      state: "open",
      exchange: {},
      ...(idempotencyKey === undefined ? {} : { idempotencyKey })
    }
    yield* store.open(opened)
    return yield* perform(opened, chosen, request)
  })

  const pay = (submission: Submission): Effect.Effect<Answer, Refused | StoreFailed> =>
    Effect.suspend(() => {
      const { login, request, body, payAgain } = submission
      const same = textOf({ login, ...request.order })
      const key = payAgain ? `${same}\n${++repeated}` : same
      const open = underWay.get(key)
      if (open !== undefined) {
        return sameBody(open.body, body)
          ? Deferred.await(open.answer)
          : Effect.fail(new Refused({ reason: "different" }))
      }
      const answer = Deferred.makeUnsafe<Answer, Refused | StoreFailed>()
      underWay.set(key, { body, answer })
      const conclude = (exit: Exit.Exit<Answer, Refused | StoreFailed>) =>
        Effect.sync(() => {
          underWay.delete(key)
          Deferred.doneUnsafe(answer, exit)
        })
      // In a fiber of its own: whoever waits may go away.
      run(Effect.exit(Effect.onExit(attempt(submission), conclude)))
      return Deferred.await(answer)
    })

  return { pay, get: store.get, list: store.list }
})

/** What an event adds to the record of an exchange. */
const noted = (exchange: Exchange, event: TerminalEvent, at: number): Exchange => {
  switch (event._tag) {
    case "Connected":
      return { ...exchange, connectedAt: at }
    case "RequestSent":
      return { ...exchange, request: event.frame, sentAt: at }
    case "Answered":
      return { ...exchange, response: event.frame, answeredAt: at }
    case "LateAnswer":
      return event.frame === undefined ? exchange : { ...exchange, response: event.frame, answeredAt: at }
    default:
      return exchange
  }
}

const mayHaveCharged = ({ state }: Attempt): boolean => state !== "declined" && state !== "not-started"

const paidAgain = Finding.make(
  "warning",
  "paid-again",
  "order.order_id",
  "an id of its own, because nothing says that the service refuses a repeat",
  "the id of an order that may have been paid"
)

/** What an earlier attempt under the same key allows: its recorded answer, a refusal, or (undefined) a new attempt. */
const repeat = (
  last: Attempt,
  body: unknown,
  idempotencyKey: string | undefined
): Effect.Effect<Answer | undefined, Refused> => {
  const refuse = (reason: Refused["reason"], recorded?: unknown) =>
    Effect.fail(new Refused({ reason, attempt: last.id, ...(recorded === undefined ? {} : { recorded }) }))
  switch (last.state) {
    case "declined":
    case "not-started":
      return Effect.succeed(undefined)
    case "open":
    case "unknown":
      return sameBody(last.order, body) ? refuse("unresolved") : refuse("different")
    case "approved":
    case "approved-in-part":
      if (!sameBody(last.order, body)) return refuse("different")
      return idempotencyKey !== undefined && idempotencyKey === last.idempotencyKey && last.answer !== undefined
        ? Effect.succeed(last.answer)
        : refuse("already-approved", last.answer?.body)
  }
}

const toPaymentRequest = ({ order, target, forceAuthorization }: OrderRequest): PaymentRequest => ({
  orderId: order.orderId,
  transactionType: order.transactionType,
  amount: order.amount,
  target,
  forceAuthorization,
  ...(order.customer?.phone === undefined ? {} : { customerPhone: order.customer.phone }),
  ...(order.customer?.email === undefined ? {} : { customerEmail: order.customer.email })
})

/** Equal as JSON values, whatever the order of their keys. */
const sameBody = (a: unknown, b: unknown): boolean => JSON.stringify(a, sorted) === JSON.stringify(b, sorted)

const sorted = (_: string, value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value

/** Sortable by time; 36 bits of chance keep ids of one millisecond apart. */
const makeId = (now: number): Effect.Effect<string> =>
  Effect.map(
    Random.nextIntBetween(0, 36 ** 7),
    (chance) => `${now.toString(36)}${chance.toString(36).padStart(7, "0")}`
  )

/** The order is a repeat of one that must not be paid again. */
export class Refused extends Schema.TaggedError<Refused>()("Refused", {
  reason: Schema.Literals([
    /** Another order under the same id is open, unknown or approved. */
    "different",
    /** The same order's outcome is not known yet. */
    "unresolved",
    /** The same order was approved; `recorded` is the answer that was given. */
    "already-approved"
  ]),
  /** Absent while the first one is still on its way. */
  attempt: Schema.optionalKey(Schema.String),
  recorded: Schema.optionalKey(Schema.Unknown)
}) {}
