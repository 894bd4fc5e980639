/** The end of an attempt that is known here, written over what others have stored about it meanwhile. */
import type { PaymentOutcome } from "@hipay-pos/core/Payment"
import * as Alarm from "./Alarm.ts"
import { type Attempt, close, type Alarm as Raised } from "./Attempt.ts"

/** What is to be written, and the alarm in it where that contradicts a person. */
export interface EndOver {
  readonly attempt: Attempt
  readonly alarm?: Raised | undefined
}

/** By what the terminal did, which can always be written, whatever stands there. */
export const outcomeOver = (stands: Attempt, known: Attempt, outcome: PaymentOutcome, at: number): EndOver => {
  const attempt = close(asPerformed(stands, known), { _tag: "Outcome", outcome }, at)
  const alarm = Alarm.contradiction(attempt, stands.resolutions?.at(-1), at)
  return alarm === undefined
    ? { attempt }
    : { attempt: { ...attempt, alarms: [...(attempt.alarms ?? []), alarm] }, alarm }
}

/**
 * By how a process ended it. An error, such as that nothing was sent, says more than "unknown" and less than any other end.
 * Undefined if what is stored stays as it is.
 */
export const endOver = (stands: Attempt, known: Attempt, at: number): EndOver | undefined => {
  const { outcome, error } = known
  if (outcome !== undefined) return outcomeOver(stands, known, outcome, at)
  if (error === undefined || stands.state !== "unknown") return undefined
  return { attempt: close(asPerformed(stands, known), { _tag: "Error", reason: error }, at) }
}

/** The attempt as it stands, with what happened while it was performed. */
const asPerformed = (stands: Attempt, { events, received, findings }: Attempt): Attempt => ({
  ...stands,
  events,
  ...(received !== undefined && { received, findings })
})
