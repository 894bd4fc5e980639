/**
 * A payment that is remembered: opened in the journal before it is sent, ended whatever happens to it.
 *
 * The same order is not sent again while an attempt of it is open or unknown, nor after one was approved. A journal that
 * fails before sending means that nothing is sent; one that fails after an answer never changes the answer.
 */
import type { OrderRequest } from "@hipay-pos/core/Order"
import * as TerminalTarget from "@hipay-pos/core/TerminalTarget"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Semaphore from "effect/Semaphore"
import * as AttemptJournal from "./AttemptJournal.ts"
import { AlreadyApproved, NotStarted, PosClientError } from "./PosClientError.ts"
import type { Paid } from "./Verdict.ts"

/** How far a payment has come. It changes while the payment runs. */
export interface Course {
  /** Also the key that a server may know the attempt by. */
  readonly id: string
  /** Whether a byte of the order may have left. */
  sent: boolean
  /** Where the server tells of the attempt, once it said so. */
  attempt?: string
}

/** The payment behind `sending`, remembered. */
export const remember = Effect.fnUntraced(function* (
  journal: AttemptJournal.AttemptJournal,
  request: OrderRequest,
  course: Course,
  sending: Effect.Effect<Paid, PosClientError>
) {
  const { orderId, transactionType, amount } = request.order
  const { id } = course
  const openedAt = yield* Clock.currentTimeMillis
  return yield* Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const opening = notStartedOnFailure(
        journal.open({
          id,
          orderId,
          transactionType,
          amount: amount.minorUnits,
          currency: amount.currency,
          terminal: TerminalTarget.toText(request.target),
          openedAt
        })
      )
      yield* gateOf(journal).withPermits(1)(Effect.andThen(refuseRepeat(journal, request), opening))
      underWay.add(id)
      const exit = yield* Effect.exit(restore(sending))
      const endedAt = yield* Clock.currentTimeMillis
      const attempt = course.attempt === undefined ? {} : { attempt: course.attempt }
      yield* Effect.ignore(journal.end({ id, endedAt, ...attempt, ...endOf(exit, course) }))
      underWay.delete(id)
      return yield* exit
    })
  )
})

const underWay = new Set<string>()

/** Whether this process still waits for an attempt's end: nobody may end it by his word meanwhile. */
export const isUnderWay = (id: string): boolean => underWay.has(id)

/**
 * One look into a journal and the opening that follows it at a time, for all clients of this process that share it:
 * else the same order could be opened for two terminals, each having seen no trace of the other.
 */
const gateOf = (journal: AttemptJournal.AttemptJournal): Semaphore.Semaphore => {
  const gate = gates.get(journal) ?? Semaphore.makeUnsafe(1)
  gates.set(journal, gate)
  return gate
}

const gates = new WeakMap<AttemptJournal.AttemptJournal, Semaphore.Semaphore>()

const refuseRepeat = Effect.fnUntraced(function* (journal: AttemptJournal.AttemptJournal, { order }: OrderRequest) {
  const attempts = yield* notStartedOnFailure(journal.attempts)
  const same = attempts.filter(
    ({ orderId, transactionType }) => orderId === order.orderId && transactionType === order.transactionType
  )
  const unsettled = same.find(AttemptJournal.isUnsettled)
  if (unsettled !== undefined) {
    const detail = `${order.orderId} was sent before and nobody knows how it ended`
    return yield* fail(new NotStarted({ kind: "Unsettled", detail, attempt: unsettled.id }))
  }
  const paid = same.find(({ state }) => state === "approved" || state === "approved-in-part")
  if (paid !== undefined) return yield* fail(new AlreadyApproved({ recorded: paid, attempt: paid.id }))
})

const notStartedOnFailure = <A>(effect: Effect.Effect<A, AttemptJournal.JournalFailed>) =>
  Effect.mapError(
    effect,
    (error) => new PosClientError({ reason: new NotStarted({ kind: "JournalFailed", detail: error.message }) })
  )

const fail = (reason: PosClientError["reason"]) => Effect.fail(new PosClientError({ reason }))

type End = Pick<AttemptJournal.Ending, "state" | "detail" | "paid">

/** Anything but an outcome or a proof that nothing was sent is unknown, a bug and an interruption too. */
const endOf = (exit: Exit.Exit<Paid, PosClientError>, { sent }: Course): End => {
  if (Exit.isSuccess(exit)) return ended(exit.value)
  const error = exit.cause.reasons.find((reason) => reason._tag === "Fail")?.error
  if (error === undefined) {
    return sent
      ? { state: "unknown", detail: "the payment was interrupted on this side" }
      : { state: "not-started", detail: "interrupted before anything was sent" }
  }
  switch (error.reason._tag) {
    case "NotStarted":
      return { state: "not-started", detail: error.message }
    case "OutcomeUnknown":
      return { state: "unknown", detail: error.message }
    case "AlreadyApproved":
      return { state: "approved", detail: error.message }
  }
}

const ended = (outcome: Paid): End => {
  switch (outcome._tag) {
    case "Approved":
      return { state: "approved", paid: outcome.amount.minorUnits }
    case "ApprovedInPart":
      return { state: "approved-in-part", paid: outcome.paid.minorUnits }
    case "Declined":
      return { state: "declined", paid: 0 }
  }
}
