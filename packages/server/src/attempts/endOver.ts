/** The end of an attempt that is known here, written over what others have stored about it meanwhile. */
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
 * By how a process ended it. An error, such as that nothing was sent, says more than "unknown" and less than any other end; of
 * an unknown outcome, what came is kept whatever stands there. Undefined if what is stored stays as it is.
 */
export const endOver = (stands: Attempt, known: Attempt, at: number): Revision | undefined => {
  const { outcome, error, endedAt = at } = known
  if (outcome !== undefined) return outcomeOver(stands, known, outcome, at)
  if (error === undefined) return undefined
  if (stands.state === "unknown" && !isContradicted(stands))
    return { attempt: close(asPerformed(stands, known), { _tag: "Error", reason: error }, endedAt) }
  return error._tag === "TerminalOutcomeUnknown" ? unknownOver(stands, known, error, at) : undefined
}

/**
 * By what the terminal did, over whatever stands there, with an alarm where that contradicts a person. Two proofs of a payment
 * stay. One is HiPay's notifications, where the answer says less: with an alarm, and not where a person has resolved the attempt
 * as unpaid in spite of them. The other is what the terminal proved to another process, where the answer says that nothing was
 * paid.
 */
export const outcomeOver = (stands: Attempt, known: Attempt, outcome: PaymentOutcome, at: number): Revision => {
  const performed = asPerformed(stands, known)
  const ended = close(performed, { _tag: "Outcome", outcome }, known.endedAt ?? at)
  const attempt: Attempt = { ...ended, ...defined({ provedBy: known.provedBy }) }
  const proved = guardsOrder(stands) ? unlessProved(performed, attempt, at) : undefined
  if (proved === undefined && stands.outcome !== undefined && isPaid(stands) && !isPaid(attempt))
    return { attempt: performed }
  return proved ?? raiseOnce(attempt, Alarm.contradiction(attempt, stands.resolutions?.at(-1), at))
}

/**
 * By an answer that proves no outcome: the end stays, with what came. Where that holds signs of a payment that a person had
 * not counted, an alarm says so; where they had said that nothing was paid, the attempt is unknown again, so that its order is
 * not sent until a person has resolved it once more. The same holds where HiPay's notifications contradict the answer.
 */
const unknownOver = (stands: Attempt, known: Attempt, reason: OutcomeUnknown, at: number): Revision => {
  const performed = asPerformed(stands, known)
  const isNews = known.alarms?.some((alarm) => isContradiction(alarm) && !isRaised(stands, alarm)) === true
  if (isNews && !guardsOrder(stands))
    return { attempt: close(performed, { _tag: "Error", reason }, known.endedAt ?? at) }
  if (!isResolved(performed)) return { attempt: performed }
  const kept = { ...performed, error: reason }
  const alarm = Alarm.signsContradict(kept, Arr.lastNonEmpty(kept.resolutions), signsOf(kept), at)
  // What a person has settled since is settled.
  if (alarm === undefined || isRaised(kept, alarm)) return { attempt: kept }
  return raise(guardsOrder(stands) ? kept : close(kept, { _tag: "Error", reason }, known.endedAt ?? at), alarm)
}

/** The attempt as it stands, with what happened while it was performed, what was odd about its end, and all notifications. */
const asPerformed = (stands: Attempt, known: Attempt): Attempt => {
  const { events, received, findings, notifications = [] } = known
  const isNews = notifications.length > (stands.notifications ?? []).length
  const performed = { ...stands, events, ...(isNews && { notifications }) }
  return withAlarmsOf(
    received === undefined ? performed : { ...performed, received, findings: withFindings(stands.findings, findings) },
    known
  )
}

/** Those that stand, with those that are new. */
const withFindings = (stand: Attempt["findings"], found: Attempt["findings"]): Attempt["findings"] => {
  const known = new Set(stand.map(({ code, path }) => `${code} ${path}`))
  return [...stand, ...found.filter(({ code, path }) => !known.has(`${code} ${path}`))]
}
