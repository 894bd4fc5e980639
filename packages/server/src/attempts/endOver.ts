/** Writes this process's end of an attempt over what other processes have stored about it meanwhile. */
import { defined } from "@hipay-pos/core/Defined"
import type { PaymentOutcome } from "@hipay-pos/core/Payment"
import type { OutcomeUnknown } from "@hipay-pos/core/Terminal"
import { isPaid } from "@hipay-pos/core/wire/AttemptState"
import * as Arr from "effect/Array"
import * as Alarm from "./Alarm.ts"
import { type Attempt, close, isResolved } from "./Attempt.ts"
import { guardsOrder } from "./Guards.ts"
import { isContradicted, isContradiction, unlessProved } from "./notificationProof.ts"
import { signsOf } from "./paymentSigns.ts"
import { isRaised, type Revision, raise, raiseOnce, withAlarmsOf } from "./Revision.ts"

/**
 * Applies the end that a process recorded. An error, such as "not started", beats "unknown" but no other end. What came with an
 * unknown outcome is always kept. Undefined if the stored attempt stays as it is.
 */
export const endOver = (stands: Attempt, known: Attempt, at: number): Revision | undefined => {
  if (known.outcome !== undefined) return outcomeOver(stands, known, at)
  if (known.error === undefined) return undefined
  const { error, endedAt } = known
  if (stands.state === "unknown" && !isContradicted(stands))
    return { attempt: close(asPerformed(stands, known), { _tag: "Error", reason: error }, endedAt) }
  return error._tag === "TerminalOutcomeUnknown" ? unknownOver(stands, known, error, at) : undefined
}

/** An attempt that has ended. */
type Ended = Extract<Attempt, { readonly endedAt: number }>

/**
 * Applies the terminal's outcome over any stored end, with an alarm if that contradicts a person. Two stored proofs of a payment
 * stay. First, HiPay's notifications if the answer says less: they stay with an alarm, but do not stay if a person resolved the
 * attempt as unpaid in spite of them. Second, what the terminal proved to another process if the answer says that nothing was
 * paid.
 */
const outcomeOver = (stands: Attempt, known: Ended & { readonly outcome: PaymentOutcome }, at: number): Revision => {
  const performed = asPerformed(stands, known)
  const ended = close(performed, { _tag: "Outcome", outcome: known.outcome }, known.endedAt)
  const attempt: Attempt = { ...ended, ...defined({ provedBy: known.provedBy }) }
  const proved = guardsOrder(stands) ? unlessProved(performed, attempt, at) : undefined
  if (proved === undefined && stands.outcome !== undefined && isPaid(stands) && !isPaid(attempt))
    return { attempt: performed }
  return proved ?? raiseOnce(attempt, Alarm.contradiction(attempt, stands.resolutions?.at(-1), at))
}

/**
 * Applies an answer that proves no outcome: the stored end stays, with that answer. If the answer has signs of a payment that a
 * person did not report, an alarm says so; if they said that nothing was paid, the attempt is unknown again, so that its order is
 * not sent until a person resolves it again. The same holds if HiPay's notifications contradict the answer.
 */
const unknownOver = (stands: Attempt, known: Ended, reason: OutcomeUnknown, at: number): Revision => {
  const performed = asPerformed(stands, known)
  const isNews = known.alarms?.some((alarm) => isContradiction(alarm) && !isRaised(stands, alarm)) === true
  if (isNews && !guardsOrder(stands)) return { attempt: close(performed, { _tag: "Error", reason }, known.endedAt) }
  if (!isResolved(performed)) return { attempt: performed }
  const kept = { ...performed, error: reason }
  const alarm = Alarm.signsContradict(kept, Arr.lastNonEmpty(kept.resolutions), signsOf(kept), at)
  // A person has already settled this alarm.
  if (alarm === undefined || isRaised(kept, alarm)) return { attempt: kept }
  return raise(guardsOrder(stands) ? kept : close(kept, { _tag: "Error", reason }, known.endedAt), alarm)
}

/** The stored attempt with this process's events, answer, findings about it, and all notifications. */
const asPerformed = (stands: Attempt, known: Attempt): Attempt => {
  const { events, received, findings, notifications = [] } = known
  const isNews = notifications.length > (stands.notifications ?? []).length
  const performed = { ...stands, events, ...(isNews && { notifications }) }
  return withAlarmsOf(
    received === undefined ? performed : { ...performed, received, findings: withFindings(stands.findings, findings) },
    known
  )
}

/** The stored findings, with those that are new. */
const withFindings = (stand: Attempt["findings"], found: Attempt["findings"]): Attempt["findings"] => {
  const known = new Set(stand.map(({ code, path }) => `${code} ${path}`))
  return [...stand, ...found.filter(({ code, path }) => !known.has(`${code} ${path}`))]
}
