/**
 * Pays orders: opens an attempt, has the terminal perform, closes the attempt. At most one payment per key is under way.
 *
 * The attempt is written before the terminal is asked. The exchange runs in a fiber of its own: whoever waits for it may
 * go away, the payment goes on and its end is written. The rules for a repeated order are in the decision
 * "same-order-id".
 */
import type { TerminalEvent } from "@hipay-pos/concert-codec/ConcertTerminal"
import type { Finding } from "@hipay-pos/core/Finding"
import type { OrderRequest } from "@hipay-pos/core/Order"
import type { PaymentOutcome, PaymentRequest } from "@hipay-pos/core/Payment"
import * as TerminalTarget from "@hipay-pos/core/TerminalTarget"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as FiberSet from "effect/FiberSet"
import * as Random from "effect/Random"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type { Terminals } from "../terminals/Terminals.ts"
import { type Answer, type Attempt, type AttemptKey, type End, stateOf } from "./Attempt.ts"
import type { AttemptStore, StoreFailed } from "./AttemptStore.ts"

/** An order that passed validation, with what is needed to recognise it. */
export interface Submission {
  readonly login: string
  readonly request: OrderRequest
  /** The body with the contract's defaults. */
  readonly body: unknown
  readonly findings: ReadonlyArray<Finding>
  readonly idempotencyKey?: string
}

/** An attempt that has just ended. */
export interface Ended {
  readonly attempt: Attempt
  readonly end: End
}

/** A payment under way, for repeats to join. */
interface Payment {
  readonly body: unknown
  readonly answer: Deferred.Deferred<Answer, Refused | StoreFailed>
}

/** The attempts of one server. */
export class Attempts extends Context.Service<
  Attempts,
  {
    /** Has an order paid and waits for its end. */
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
  readonly onEvent?: (attempt: Attempt, event: TerminalEvent) => void
  /** Told when an end that is known could not be written. */
  readonly alarm: (attempt: Attempt, error: StoreFailed) => void
}

/** Makes the attempts of one server. Closing the scope waits for payments under way. */
export const make = Effect.fnUntraced(function* (
  options: Surroundings
): Effect.fn.Return<Attempts["Service"], never, Scope.Scope> {
  const { store, terminals, toAnswer } = options
  const underWay = new Map<string, Payment>()
  const fibers = yield* FiberSet.make<void>()
  // Finalisers run in reverse: payments end by themselves before the set would interrupt what is left of it.
  yield* Effect.addFinalizer(() => FiberSet.awaitEmpty(fibers))
  const run = yield* FiberSet.runtime(fibers)()

  const write = (attempt: Attempt) =>
    Effect.catch(store.update(attempt), (error) => Effect.sync(() => options.alarm(attempt, error)))

  const perform = Effect.fnUntraced(function* (opened: Attempt, request: PaymentRequest) {
    let attempt = opened
    const note = (event: TerminalEvent) => {
      options.onEvent?.(opened, event)
      switch (event._tag) {
        case "RequestSent":
          attempt = { ...attempt, frames: { request: event.frame } }
          break
        case "Answered":
          attempt = { ...attempt, frames: { ...attempt.frames, response: event.frame } }
          break
        case "LateAnswer":
          if (Result.isSuccess(event.result)) run(writeLate(event.result.success, event.frame))
          break
      }
    }
    /** A late answer ends an unknown attempt by itself. */
    const writeLate = Effect.fnUntraced(function* (outcome: PaymentOutcome, response: string | undefined) {
      const { error: _, ...known } = close(attempt, { _tag: "Outcome", outcome }, yield* Clock.currentTimeMillis)
      attempt = { ...known, frames: { ...known.frames, ...(response === undefined ? {} : { response }) } }
      yield* write(attempt)
    })
    const end = yield* Effect.match(terminals.perform(request, note), {
      onFailure: (error): End => ({ _tag: "Error", error }),
      onSuccess: (outcome): End => ({ _tag: "Outcome", outcome })
    })
    const ended = close(attempt, end, yield* Clock.currentTimeMillis)
    const answer = toAnswer({ attempt: ended, end })
    attempt = { ...ended, answer }
    yield* write(attempt)
    return answer
  })

  /** From the first look at the store to the answer, as one step per key. */
  const settle = Effect.fnUntraced(function* (submission: Submission) {
    const { login, request, body, findings, idempotencyKey } = submission
    const { orderId, transactionType } = request.order
    const key: AttemptKey = { login, orderId, transactionType }
    const last = yield* store.latest(key)
    if (last !== undefined) {
      const answer = yield* repeat(last, body, idempotencyKey)
      if (answer !== undefined) return answer
    }
    const openedAt = yield* Clock.currentTimeMillis
    const attempt: Attempt = {
      id: yield* makeId(openedAt),
      key,
      order: body,
      terminal: TerminalTarget.toText(request.target),
      findings,
      openedAt,
      state: "open",
      frames: {},
      ...(idempotencyKey === undefined ? {} : { idempotencyKey })
    }
    yield* store.open(attempt)
    return yield* perform(attempt, toPaymentRequest(request))
  })

  const pay = (submission: Submission): Effect.Effect<Answer, Refused | StoreFailed> =>
    Effect.suspend(() => {
      const { login, request, body } = submission
      const key = `${request.order.transactionType}\n${login}\n${request.order.orderId}`
      const open = underWay.get(key)
      if (open !== undefined) {
        return sameBody(open.body, body)
          ? Deferred.await(open.answer)
          : Effect.fail(new Refused({ reason: "different" }))
      }
      const answer = Deferred.makeUnsafe<Answer, Refused | StoreFailed>()
      underWay.set(key, { body, answer })
      run(
        Effect.flatMap(Effect.exit(settle(submission)), (exit) => {
          underWay.delete(key)
          return Effect.asVoid(Deferred.done(answer, exit))
        })
      )
      return Deferred.await(answer)
    })

  return { pay, get: store.get, list: store.list }
})

/** What an earlier attempt under the same key allows: its recorded answer, a refusal, or (undefined) a new attempt. */
const repeat = (
  last: Attempt,
  body: unknown,
  idempotencyKey: string | undefined
): Effect.Effect<Answer | undefined, Refused> => {
  const refuse = (reason: Refused["reason"]) => Effect.fail(new Refused({ reason, attempt: last.id }))
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
      if (last.answer === undefined) return refuse("already-approved")
      return idempotencyKey !== undefined && idempotencyKey === last.idempotencyKey
        ? Effect.succeed(last.answer)
        : Effect.fail(new Refused({ reason: "already-approved", attempt: last.id, recorded: last.answer.body }))
  }
}

const close = (attempt: Attempt, end: End, endedAt: number): Attempt => ({
  ...attempt,
  endedAt,
  state: stateOf(end),
  ...(end._tag === "Outcome" ? { outcome: end.outcome } : { error: end.error.reason })
})

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
