/**
 * A payment that is remembered: opened in the journal before it is sent, ended whatever happens to it.
 *
 * The same order is not sent again while an attempt of it is open or unknown, nor after one was approved. A journal that
 * fails before sending means that nothing is sent; one that fails after an answer never changes the answer.
 */
import type { OrderRequest } from "@hipay-pos/core/Order"
import * as TerminalTarget from "@hipay-pos/core/TerminalTarget"
import * as AttemptJournal from "./AttemptJournal.ts"
import type { Course } from "./Course.ts"
import * as Earlier from "./Earlier.ts"
import { NotStarted, PosClientError, Unsettled } from "./PosClientError.ts"
import type { PaymentResult } from "./Verdict.ts"

/** The payment behind `send`, remembered. */
export const remember = async (
  journal: AttemptJournal.PromiseJournal,
  request: OrderRequest,
  course: Course,
  send: () => Promise<PaymentResult>
): Promise<PaymentResult> => {
  const { orderId, transactionType, amount } = request.order
  const { id } = course
  const opening: AttemptJournal.Opening = {
    id,
    orderId,
    transactionType,
    amount: amount.minorUnits,
    currency: amount.currency,
    terminal: TerminalTarget.toText(request.target),
    openedAt: Date.now()
  }
  const end = async (how: End): Promise<void> => {
    const attempt = course.attempt === undefined ? {} : { attempt: course.attempt }
    try {
      await journal.end({ id, endedAt: Date.now(), ...attempt, ...how })
    } catch {
      // The answer stands, whether or not it could be written down.
    }
  }
  underWay.add(id)
  const opened = inTurn(journal, async () => {
    const attempts = await Earlier.read(journal, orderId)
    const reason = attempts instanceof Unsettled ? attempts : Earlier.findEarlier(attempts, request.order)
    if (reason !== undefined) throw new PosClientError({ reason })
    await journal.open(opening)
  })
  try {
    await course.wait(opened)
  } catch (error) {
    // Nothing was sent. What a slow journal still opens, after nobody waits any more, is ended at once.
    opened.then(() => end(failureOf(error, course))).catch(() => {})
    underWay.delete(id)
    throw error
  }
  try {
    const paid = await send()
    await end(outcomeOf(paid))
    return paid
  } catch (error) {
    await end(failureOf(error, course))
    throw error
  } finally {
    underWay.delete(id)
  }
}

const underWay = new Set<string>()

/** Whether this process still waits for an attempt's end: nobody may end it by his word meanwhile. */
export const isUnderWay = (id: string): boolean => underWay.has(id)

/**
 * One look into a journal and the opening that follows it at a time, for all clients of this process that share it:
 * else the same order could be opened for two terminals, each having seen no trace of the other.
 */
const inTurn = (journal: AttemptJournal.PromiseJournal, run: () => Promise<void>): Promise<void> => {
  const own = (last.get(journal) ?? Promise.resolve()).then(run).catch(refuseUnremembered)
  last.set(
    journal,
    own.catch(() => {})
  )
  return own
}

const last = new WeakMap<AttemptJournal.PromiseJournal, Promise<void>>()

/** What cannot be remembered is not sent. */
const refuseUnremembered = (error: unknown): never => {
  if (error instanceof PosClientError) throw error
  const detail = error instanceof AttemptJournal.JournalFailed ? error.message : "the journal of attempts is broken"
  throw new PosClientError({ reason: new NotStarted({ kind: "JournalFailed", detail }) })
}

type End = Pick<AttemptJournal.Ending, "state" | "detail" | "paid" | "attempt">

const outcomeOf = (outcome: PaymentResult): End => {
  switch (outcome._tag) {
    case "Approved":
      return { state: "approved", paid: outcome.amount.minorUnits }
    case "ApprovedInPart":
      return { state: "approved-in-part", paid: outcome.paid.minorUnits }
    case "Declined":
      return { state: "declined", paid: 0 }
  }
}

/** Anything but a proof that nothing was sent is unknown, a bug too. */
const failureOf = (error: unknown, { sent }: Course): End => {
  if (!(error instanceof PosClientError)) {
    return { state: sent ? "unknown" : "not-started", detail: "the client failed on this side" }
  }
  const { reason, message: detail } = error
  switch (reason._tag) {
    case "NotStarted":
    case "OrderIdConflict":
      return { state: "not-started", detail }
    case "OutcomeUnknown":
    case "Unsettled":
      return { state: "unknown", detail, ...(reason.attempt === undefined ? {} : { attempt: reason.attempt }) }
    case "AlreadyApproved": {
      const { state, paid } = reason
      return { state, detail, ...(paid === undefined ? {} : { paid }) }
    }
  }
}
