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
export const endOver = (stored: Attempt, ended: Attempt, at: number): Revision | undefined => {
  if (ended.outcome !== undefined) return outcomeOver(stored, ended, at)
  if (ended.error === undefined) return undefined
  const { error, endedAt } = ended
  if (stored.state === "unknown" && !isContradicted(stored))
    return { attempt: close(asPerformed(stored, ended), { _tag: "Error", reason: error }, endedAt) }
  return error._tag === "TerminalOutcomeUnknown" ? unknownOver(stored, ended, error, at) : undefined
}

/** An attempt that has ended. */
type Ended = Extract<Attempt, { readonly endedAt: number }>

/**
 * Applies the terminal's outcome over any stored end, with an alarm if that contradicts a person. Two stored proofs of a payment
 * stay. First, HiPay's notifications if the answer says less: they stay with an alarm, but do not stay if a person resolved the
 * attempt as unpaid in spite of them. Second, what the terminal proved to another process if the answer says that nothing was
 * paid.
 */
const outcomeOver = (stored: Attempt, ended: Ended & { readonly outcome: PaymentOutcome }, at: number): Revision => {
  const performed = asPerformed(stored, ended)
  const closed = close(performed, { _tag: "Outcome", outcome: ended.outcome }, ended.endedAt)
  const attempt: Attempt = { ...closed, ...defined({ provedBy: ended.provedBy }) }
  const proved = guardsOrder(stored) ? unlessProved(performed, attempt, at) : undefined
  if (proved === undefined && stored.outcome !== undefined && isPaid(stored) && !isPaid(attempt))
    return { attempt: performed }
  return proved ?? raiseOnce(attempt, Alarm.contradiction(attempt, stored.resolutions?.at(-1), at))
}

/**
 * Applies an answer that proves no outcome: the stored end stays, with that answer. If the answer has signs of a payment that a
 * person did not report, an alarm says so; if they said that nothing was paid, the attempt is unknown again, so that its order is
 * not sent until a person resolves it again. The same holds if HiPay's notifications contradict the answer.
 */
const unknownOver = (stored: Attempt, ended: Ended, reason: OutcomeUnknown, at: number): Revision => {
  const performed = asPerformed(stored, ended)
  const isNews = ended.alarms?.some((alarm) => isContradiction(alarm) && !isRaised(stored, alarm)) === true
  if (isNews && !guardsOrder(stored)) return { attempt: close(performed, { _tag: "Error", reason }, ended.endedAt) }
  if (!isResolved(performed)) return { attempt: performed }
  const kept = { ...performed, error: reason }
  const alarm = Alarm.signsContradict(kept, Arr.lastNonEmpty(kept.resolutions), signsOf(kept), at)
  // A person has already settled this alarm.
  if (alarm === undefined || isRaised(kept, alarm)) return { attempt: kept }
  return raise(guardsOrder(stored) ? kept : close(kept, { _tag: "Error", reason }, ended.endedAt), alarm)
}

/** The stored attempt with this process's events, answer, findings about it, and all notifications. */
const asPerformed = (stored: Attempt, ended: Attempt): Attempt => {
  const { events, received, findings, notifications = [] } = ended
  const isNews = notifications.length > (stored.notifications ?? []).length
  const performed = { ...stored, events, ...(isNews && { notifications }) }
  return withAlarmsOf(
    received === undefined ? performed : { ...performed, received, findings: withFindings(stored.findings, findings) },
    ended
  )
}

/** The stored findings, with those that are new. */
const withFindings = (stored: Attempt["findings"], found: Attempt["findings"]): Attempt["findings"] => {
  const codes = new Set(stored.map(({ code, path }) => `${code} ${path}`))
  return [...stored, ...found.filter(({ code, path }) => !codes.has(`${code} ${path}`))]
}
