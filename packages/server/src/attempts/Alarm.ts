/**
 * Alarms, which a person has to act on: a result that is not on disk, or a terminal that contradicts a resolution.
 *
 * Each kind has a code, values and a sentence: what happened, then what to do. It is stored with its attempt and appears in the
 * log, the event streams and the console. Amounts are minor units in the details and decimals in the sentence.
 */
import { defined } from "@hipay-pos/core/Defined"
import * as Discrepancy from "@hipay-pos/core/Discrepancy"
import type { Finding } from "@hipay-pos/core/Finding"
import * as Money from "@hipay-pos/core/Money"
import type { SignOfSale } from "@hipay-pos/core/TerminalEvidence"
import { saidPaid } from "@hipay-pos/core/wire/Resolution"
import * as Arr from "effect/Array"
import type { KeptNotification } from "../notifications/KeptNotification.ts"
import {
  type Alarm,
  type AlarmCode,
  type Attempt,
  type AttemptState,
  isResolved,
  paidOf,
  type Resolution
} from "./Attempt.ts"
import type { PaymentSigns } from "./paymentSigns.ts"
import { type Revision, raise } from "./Revision.ts"

/** The end could not be written; `reason` is the system's own. */
export const endNotWritten = ({ state }: Attempt, reason: string, at: number): Alarm => ({
  at,
  code: "attempt.end.not.written",
  message: `The end of this attempt (${state}) could not be written: ${reason}. It is retried until it succeeds: unless the reason says otherwise, check the disk, and do not stop the server before then.`,
  details: { state, reason }
})

/** The end was written after all; it had been owed since `since`. */
export const endWrittenLate = ({ state }: Attempt, reason: string, since: number, at: number): Alarm => {
  // The clock may have been set back meanwhile.
  const seconds = Math.max(0, Math.round((at - since) / 1_000))
  return {
    at,
    code: "attempt.end.written.late",
    message: `The end of this attempt (${state}) was written ${seconds} s late: ${reason}. No action is needed.`,
    details: { state, reason, seconds }
  }
}

/** Where an end is that a stopping server could not write to the store at its path. */
export type LostTo =
  /** The spool: the next start with it writes the end. */
  | "spool"
  /** The store's moved file, which needs no log of its own. */
  | "moved"
  /** The store's moved file lacks it, or needs the log beside the path. */
  | "displaced"

/** The server stopped before the end was written to the store; `where` says where else it may be. */
export const endLost = ({ state }: Attempt, reason: string, at: number, where?: LostTo): Alarm => {
  const missing = "where the attempt is missing, do not send its order again"
  const next = {
    spool:
      "It is kept in the spool, and the next start writes it: make the store writable, then start the server with the same spool",
    moved: `It was written to the file that was moved: start the server with that file. If that file is gone, no store has this end: where the attempt is unknown, ${advice[state]}; ${missing}`,
    displaced: `Put that file back under its name, beside its -wal, before the next start; if the attempt is then unknown, ${advice[state]}. If that file is gone, remove the -wal before another store takes its place; ${missing}`,
    none: `After the next start it is unknown: ${advice[state]}`
  }
  return {
    at,
    code: "attempt.end.lost",
    message: `The server stopped before the end of this attempt (${state}) could be written: ${reason}. ${next[where ?? "none"]}.`,
    details: {
      state,
      reason,
      ...(where === "spool" && { next: "written" }),
      ...((where === "moved" || where === "displaced") && { kind: where })
    }
  }
}

/**
 * The end that a later start writes from its spool, with the alarm for a late write. Without that alarm if none had said that
 * the end was not written.
 */
export const writtenByNextStart = (owed: Attempt, end: Attempt, at: number): Revision => {
  const said = owed.alarms?.find(({ code }) => code === "attempt.end.not.written" || code === "attempt.end.lost")
  if (said === undefined) return { attempt: end }
  return raise(end, endWrittenLate(end, `${shownDetail(said.details.reason)}`, said.at, at))
}

/** Why an end cannot be written if its attempt was removed from the store, or if the store was replaced by another. */
export const GONE = "the store no longer has the attempt"

/** The end cannot be written because the store no longer has the attempt. */
export const attemptGone = ({ state }: Attempt, at: number, isKept: boolean): Alarm => {
  const next = isKept
    ? "Put back the store that has it, then start the server with the same spool, in which the end is kept: the start writes it"
    : `Put back the store that has it. After the next start it is unknown there: ${advice[state]}`
  return {
    at,
    code: "attempt.end.lost",
    message: `The end of this attempt (${state}) could not be written: ${GONE}. ${next}.`,
    details: { state, reason: GONE, kind: "removed", ...(isKept && { next: "written" }) }
  }
}

/** An end from the spool is not written over what a person said of a damaged record. */
export const endBesideDamaged = ({ state }: Attempt, at: number): Alarm => ({
  at,
  code: "attempt.end.lost",
  message: `The end of this attempt (${state}) was not written: its record is damaged, and a person has resolved it already. If they said something else, correct the books by hand; then remove its line from the spool.`,
  details: { state, reason: "its record is damaged, and a person has resolved it", kind: "damaged" }
})

const advice: Readonly<Record<AttemptState, string>> = {
  approved: "resolve it as approved",
  "approved-in-part": "resolve it as approved, for the amount on the receipt",
  declined: "resolve it as declined",
  "not-started": "resolve it as declined, nothing was sent to the terminal",
  unknown: "check the terminal's journal, then resolve it",
  open: "check the terminal's journal, then resolve it"
}

/** The alarm when the terminal's late answer gives another sum than a person did; undefined when they agree. */
export const contradiction = (
  late: Attempt,
  said: Pick<Resolution, "outcome" | "by" | "paid"> | undefined,
  at: number
): Alarm | undefined => {
  if (said === undefined || said.outcome === "set-aside") return undefined
  const asked = late.amount.minorUnits
  const believed = saidPaid(said, asked)
  const paid = paidOf(late)?.minorUnits ?? 0
  if (believed === paid) return undefined
  const { currency } = late.amount
  const show = (minorUnits: number) => decimal(minorUnits, late)
  const moved = Discrepancy.moved[late.key.transactionType]
  const what =
    paid === 0
      ? `nothing was ${moved}`
      : `${show(paid)} ${paid === asked ? "" : paid < asked ? `of ${show(asked)} ` : `instead of ${show(asked)} `}was ${moved}`
  return {
    at,
    code: "attempt.resolution.contradicted",
    message: `${saidBy(said, believed, late)}, but the terminal's late answer says ${late.state}: ${what}. ${actionAfter(late, said)}.`,
    details: {
      said: said.outcome,
      by: said.by,
      state: late.state,
      transactionType: late.key.transactionType,
      asked,
      believed,
      paid,
      currency
    }
  }
}

/**
 * The alarm when a late answer proves no outcome but has signs of a payment that a person did not report: any sign if they said
 * that nothing was paid, otherwise another amount. `late` is the attempt with that answer.
 */
export const signsContradict = (
  late: Attempt,
  said: Pick<Resolution, "outcome" | "by" | "paid">,
  signs: PaymentSigns | undefined,
  at: number
): Alarm | undefined => {
  if (signs === undefined || said.outcome === "set-aside") return undefined
  const { isDone, amount: told, authorizationNumber, sign } = signs
  const asked = late.amount.minorUnits
  const { currency } = late.amount
  const believed = saidPaid(said, asked)
  if (believed > 0 && (told === undefined || told === believed)) return undefined
  const { transactionType } = late.key
  const seen = [
    isDone && "done",
    told !== undefined && decimal(told, late),
    authorizationNumber !== undefined && `authorization number ${authorizationNumber}`,
    sign !== undefined && signNames[sign]
  ].filter((each) => each !== false)
  const action =
    told === undefined || believed === 0
      ? "The attempt is unknown again, and its order is not sent: look at the terminal's journal, then resolve it"
      : "Look at the terminal's journal to find out which of the two amounts is true, before anything more is charged or given back"
  return {
    at,
    code: "attempt.resolution.contradicted",
    message: `${saidBy(said, believed, late)}, but the terminal's late answer has signs that money was ${Discrepancy.moved[transactionType]} (${seen.join(", ")}), although it proves no outcome. ${action}.`,
    details: defined({
      said: said.outcome,
      by: said.by,
      state: "unknown",
      transactionType,
      asked,
      believed,
      status: isDone ? "done" : undefined,
      told,
      authorizationNumber,
      sign,
      currency
    })
  }
}

const signNames: Readonly<Record<SignOfSale, string>> = { ticket: "its ticket", authorised: "its reason: authorised" }

/** What a person reported, as the beginning of a sentence. */
const saidBy = ({ by, outcome }: Pick<Resolution, "outcome" | "by">, believed: number, of: Attempt): string => {
  const isPlain = believed === 0 || believed === of.amount.minorUnits
  return `${by} resolved this attempt as ${outcome}${isPlain ? "" : ` with ${decimal(believed, of)}`}`
}

/** What to do when a person reports another sum than is known to have been paid; undefined when they agree. */
export const actionAfter = (attempt: Attempt, said: Pick<Resolution, "outcome" | "paid">): string | undefined => {
  if (said.outcome === "set-aside") return undefined
  const believed = saidPaid(said, attempt.amount.minorUnits)
  const paid = paidOf(attempt)?.minorUnits ?? 0
  if (believed === paid) return undefined
  return Discrepancy.actionFor(attempt.key.transactionType, { believed, paid, currency: attempt.amount.currency })
}

/** The alarm when HiPay's notification proves another sum than is recorded; `proved` is the attempt as it would have ended. */
export const notificationContradicts = (known: Attempt, proved: Attempt, by: KeptNotification, at: number): Alarm => {
  const [believed, paid] = [paidOf(known)?.minorUnits ?? 0, paidOf(proved)?.minorUnits ?? 0]
  const who =
    known.provedBy === undefined
      ? isResolved(known)
        ? `${Arr.lastNonEmpty(known.resolutions).by} resolved this attempt as ${known.state}`
        : `the recorded answer says ${known.state}`
      : `an earlier notification said ${known.state}`
  const { transactionType } = known.key
  const { currency } = known.amount
  const sum = (minorUnits: number) => (minorUnits === 0 ? "nothing" : decimal(minorUnits, known))
  return {
    at,
    code: "attempt.notification.contradicts",
    message: `HiPay's notification ${by.status} of transaction ${by.reference} says that ${sum(paid)} was ${Discrepancy.moved[transactionType]}, but ${who}: ${sum(believed)}. Look at the transaction in HiPay's back office. ${Discrepancy.actionFor(transactionType, { believed, paid, currency })}.`,
    details: {
      state: known.state,
      status: by.status,
      transaction: by.reference,
      transactionType,
      believed,
      paid,
      currency
    }
  }
}

/** The alarm when notifications of one attempt contradict each other. */
export const notificationsDisagree = (attempt: Attempt, by: KeptNotification, at: number): Alarm => ({
  at,
  code: "attempt.notification.contradicts",
  message: `HiPay's notifications of this attempt contradict each other: one transaction is authorised and refused, or two are authorised for one order. Look at transaction ${by.reference} in HiPay's back office, and refund what was charged twice.`,
  details: { transaction: by.reference, transactionType: attempt.key.transactionType }
})

/** The alarm when the only proof of a payment is a notification, and it says that more was paid than the order asked for. */
export const notificationOfMore = (attempt: Attempt, by: KeptNotification, paid: number, at: number): Alarm => {
  const { transactionType } = attempt.key
  const { minorUnits: asked, currency } = attempt.amount
  const [sum, order, over] = [paid, asked, paid - asked].map((minorUnits) => decimal(minorUnits, attempt))
  return {
    at,
    code: "attempt.notification.contradicts",
    message: `HiPay's notification ${by.status} of transaction ${by.reference} says that ${sum} was ${Discrepancy.moved[transactionType]}, for an order of ${order}. Look at the transaction in HiPay's back office: unless the customer added a tip, refund ${over} to the customer.`,
    details: { transaction: by.reference, transactionType, asked, paid, currency }
  }
}

const decimal = (minorUnits: number, { amount: { currency } }: Attempt): string => Money.textOf(minorUnits, currency)

/** The alarm as a finding of its attempt. */
export const toFinding = ({ code, message, details }: Alarm): Finding => ({
  path: "",
  code: code.replaceAll(".", "-"),
  severity: "warning",
  rule: "order",
  message,
  expected: expectations.get(code) ?? "nothing that a person has to act on",
  actual: `${shownDetail(details.reason ?? details.state ?? "")}`
})

/** A value of an alarm's details for display: JSON if a later version stored more than a text or a number. */
export const shownDetail = (value: unknown): string | number =>
  typeof value === "string" || typeof value === "number" ? value : JSON.stringify(value)

/** What was expected, by alarm code; nothing for the codes of later versions. */
const expectations = new Map<string, string>(
  Object.entries({
    "attempt.end.not.written": "its end to be written",
    "attempt.end.written.late": "its end to be written at once",
    "attempt.end.lost": "its end to be written",
    "attempt.resolution.contradicted": "the terminal to say what the person had said",
    "attempt.notification.contradicts": "notifications that agree with what is recorded"
  } satisfies Record<AlarmCode, string>)
)
