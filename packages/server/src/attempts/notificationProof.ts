/**
 * What HiPay's notifications prove of an attempt: a pure function of all that came, in any order.
 *
 * The amount paid is the authorised amount: captures, refunds and cancellations come after the payment and never change it.
 * Without one, it is the captured amount. If notifications contradict a recorded answer or a person's resolution, an alarm is
 * raised; if that said that nothing was paid, the attempt is unknown again, so that its order is not sent until a person has
 * resolved it.
 */
import type { Card } from "@hipay-pos/core/Card"
import { TruncatedPan } from "@hipay-pos/core/Card"
import * as Finding from "@hipay-pos/core/Finding"
import * as Money from "@hipay-pos/core/Money"
import * as Payment from "@hipay-pos/core/Payment"
import { OutcomeUnknown } from "@hipay-pos/core/Terminal"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { KeptNotification } from "../notifications/KeptNotification.ts"
import * as Alarm from "./Alarm.ts"
import { type Attempt, close, paidOf, type Alarm as Raised } from "./Attempt.ts"
import { guardsOrder } from "./Guards.ts"
import { isRaised, type Revision, raise, raiseOnce } from "./Revision.ts"

/** What notifications prove. */
export interface NotificationProof {
  readonly outcome: Payment.PaymentOutcome
  /** The notification that proves it. */
  readonly by: KeptNotification
  /** Two transactions are authorised for one order. */
  readonly isTwice: boolean
  /** The notifications contradict each other: a person has to check the transactions. */
  readonly isOdd: boolean
}

/** The statuses of a transaction that was authorised: captures, refunds and other later steps, done or requested. */
const AUTHORISED = new Set([116, 117, 118, 119, 124, 125, 126, 165, 173, 175, 180, 181])
const REFUSED = 113
const CANCELLED = 115

/** Reads what notifications prove of a sale. Of other orders they prove nothing: a cancellation shares its sale's transaction. */
export const proofOf = (
  attempt: Attempt,
  notifications: ReadonlyArray<KeptNotification>
): NotificationProof | undefined => {
  if (attempt.key.transactionType !== "Debit") return undefined
  const own = notifications.filter((each) => isOf(attempt, each))
  const authorised = own.filter(isAuthorised)
  const declined = own.filter(isDeclined)
  // Equal amounts: the lower status, so that the order of arrival does not matter.
  const [best] = authorised.toSorted((a, b) => chargedBy(b) - chargedBy(a) || a.status - b.status)
  if (best !== undefined) {
    const references = new Set(authorised.map(({ reference }) => reference))
    const isTwice = references.size > 1
    const isOdd = isTwice || declined.some(({ status, reference }) => status === REFUSED && references.has(reference))
    return { outcome: paid(attempt, best), by: best, isTwice, isOdd }
  }
  const [first] = declined.toSorted((a, b) => a.status - b.status)
  return first && { outcome: refusal(first), by: first, isTwice: false, isOdd: false }
}

/** Whether a notification has the attempt's environment and currency. */
const isOf = ({ upstream, amount }: Attempt, { test, currency }: KeptNotification): boolean =>
  currency === amount.currency && !(upstream === "production" && test) && !(upstream === "stage" && !test)

const isAuthorised = (notification: KeptNotification): boolean => {
  const { status, authorizedAt } = notification
  return chargedBy(notification) > 0 && (AUTHORISED.has(status) || (status === CANCELLED && authorizedAt !== undefined))
}

/** The authorised amount, even if captured only in part; without one, the captured amount. */
const chargedBy = ({ authorized = 0, captured = 0 }: KeptNotification): number =>
  authorized > 0 ? authorized : captured

const isDeclined = ({ status, authorized = 0, captured = 0, authorizedAt }: KeptNotification): boolean =>
  captured === 0 && authorizedAt === undefined && (status === REFUSED || (status === CANCELLED && authorized === 0))

const paid = ({ amount }: Attempt, notification: KeptNotification): Payment.PaymentOutcome => {
  const { authorizationNumber, pan } = notification
  const card: Card = {
    ...(authorizationNumber === undefined ? {} : { authorizationNumber }),
    ...(isTruncated(pan) ? { pan } : {})
  }
  const charged = Result.getOrThrow(Money.make(chargedBy(notification), amount.currency))
  return { ...Payment.ofCharged(amount, charged), card, warnings: [] }
}

const isTruncated = Schema.is(TruncatedPan)

const refusal = ({ status, message }: KeptNotification): Payment.PaymentOutcome => ({
  _tag: "Declined",
  reason: status === REFUSED ? "refused" : "cancelled",
  label: message ?? (status === REFUSED ? "Refused" : "Cancelled"),
  card: {},
  warnings: []
})

/**
 * The attempt with all notifications, and ended if they prove how; undefined if nothing changes. While the terminal may have
 * gone on to another card (`mayGoOn`), a refusal does not end it.
 */
export const applyNotifications = (
  attempt: Attempt,
  notifications: ReadonlyArray<KeptNotification>,
  at: number,
  mayGoOn: boolean
): Revision | undefined => {
  if (attempt.state === "open") return undefined
  const isNews = notifications.length !== (attempt.notifications ?? []).length
  const withNews = isNews ? withNotifications(attempt, notifications) : attempt
  const asItWas = isNews ? { attempt: withNews } : undefined
  if (isContradicted(attempt) || (!guardsOrder(attempt) && attempt.provedBy === undefined))
    return contradict(withNews, notifications, at) ?? asItWas
  const proof = proofOf(attempt, notifications)
  if (proof === undefined) return asItWas
  const { outcome, by, isOdd } = proof
  const proved = close(withNews, { _tag: "Outcome", outcome }, at)
  const odd = isOdd ? Alarm.notificationsDisagree(attempt, by, at) : beyondOrder(attempt, sumOf(proved), by, at)
  const isSame = sumOf(proved) === sumOf(attempt)
  const other = contradictionBy(proof, attempt, proved, at)
  if (attempt.state === "unknown" || (attempt.provedBy !== undefined && !isSame)) {
    if (outcome._tag === "Declined" && mayGoOn) return asItWas
    const ended: Attempt = { ...proved, provedBy: "notification" }
    return raise(ended, attempt.state === "unknown" ? odd : other)
  }
  if (isSame) return odd === undefined || isRaised(attempt, odd) ? asItWas : raise(withNews, odd)
  return isRaised(attempt, other) ? asItWas : raise(withNews, other)
}

/** The alarm when notifications prove another sum than is recorded. Of two payments, the difference is not what to refund. */
const contradictionBy = ({ by, isTwice }: NotificationProof, known: Attempt, proved: Attempt, at: number): Raised =>
  isTwice ? Alarm.notificationsDisagree(known, by, at) : Alarm.notificationContradicts(known, proved, by, at)

/** The alarm if notifications alone say what was paid, and say that it was more than the order asked for. */
const beyondOrder = (attempt: Attempt, paid: number, by: KeptNotification, at: number): Raised | undefined =>
  (attempt.state === "unknown" || attempt.provedBy === "notification") && paid > attempt.amount.minorUnits
    ? Alarm.notificationOfMore(attempt, by, paid, at)
    : undefined

const withNotifications = (attempt: Attempt, notifications: ReadonlyArray<KeptNotification>): Attempt => {
  const { findings } = attempt
  const orderId = notifications.find((each) => each.orderId !== undefined)?.orderId
  const isFound = orderId === undefined || findings.some(({ code }) => code === OTHER_ID)
  return { ...attempt, notifications, findings: isFound ? findings : [...findings, otherId(orderId)] }
}

const OTHER_ID = "notification-order-id"
const otherId = (orderId: string) =>
  Finding.make("warning", OTHER_ID, "order.order_id", "notifications with the whole order id", orderId || "none")

/** Whether it is unknown because a notification contradicts its record: only a person or an answer that agrees can end it. */
export const isContradicted = ({ state, alarms = [] }: Attempt): boolean =>
  state === "unknown" && alarms.some(isContradiction)

/** Whether an alarm says that a HiPay notification contradicts the record. */
export const isContradiction = ({ code }: Raised): boolean => code === "attempt.notification.contradicts"

/**
 * An attempt that is or was recorded as unpaid, with an alarm for an authorised transaction. Each transaction raises one alarm:
 * what a person has settled is settled. Undefined if there is no new one.
 */
const contradict = (
  attempt: Attempt,
  notifications: ReadonlyArray<KeptNotification>,
  at: number
): Revision | undefined => {
  const known = (attempt.alarms ?? []).filter((each) => isContradiction(each) && each.details.paid !== 0)
  const transactions = new Set(known.map(({ details }) => details.transaction))
  const news = notifications.filter(({ reference }) => !transactions.has(reference))
  const proof = proofOf(attempt, news)
  if (proof === undefined) return undefined
  const { outcome, by } = proof
  const proved = close(attempt, { _tag: "Outcome", outcome }, at)
  const paid = paidOf(proved)
  if (paid === undefined) return undefined
  if (attempt.state === "unknown") return raise(attempt, Alarm.notificationsDisagree(attempt, by, at))
  const reason = new OutcomeUnknown({
    kind: "Contradictory",
    detail: `HiPay's notification ${by.status} of transaction ${by.reference} says that ${Money.toText(paid)} was charged, but the attempt was recorded as ${attempt.state}`
  })
  return raise(close(attempt, { _tag: "Error", reason }, at), contradictionBy(proof, attempt, proved, at))
}

/** The stored attempt, with an alarm, if its notifications prove that more was paid than another end says. */
export const unlessProved = (stands: Attempt, ended: Attempt, at: number): Revision | undefined => {
  const proof = proofOf(stands, stands.notifications ?? [])
  if (proof === undefined) return undefined
  const proved = close(stands, { _tag: "Outcome", outcome: proof.outcome }, at)
  if (sumOf(proved) <= sumOf(ended)) return undefined
  return raiseOnce(stands, contradictionBy(proof, ended, proved, at))
}

const sumOf = (attempt: Attempt): number => paidOf(attempt)?.minorUnits ?? 0
