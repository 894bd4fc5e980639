/** The end of an attempt that is known here, written over what others have stored about it meanwhile. */
import type { PaymentOutcome } from "@hipay-pos/core/Payment"
import * as Alarm from "./Alarm.ts"
import { type Attempt, close } from "./Attempt.ts"
import { isContradicted, unlessProved } from "./notified.ts"
import { type Revision, raise } from "./Revision.ts"

/**
 * By what the terminal did, which can always be written, whatever stands there: with an alarm where that contradicts a person.
 * What HiPay's notifications prove was paid stays, with an alarm, where the answer says less.
 */
export const outcomeOver = (stands: Attempt, known: Attempt, outcome: PaymentOutcome, at: number): Revision => {
  const performed = asPerformed(stands, known)
  const attempt = close(performed, { _tag: "Outcome", outcome }, at)
  return (
    unlessProved(performed, attempt, at) ?? raise(attempt, Alarm.contradiction(attempt, stands.resolutions?.at(-1), at))
  )
}

/**
 * By how a process ended it. An error, such as that nothing was sent, says more than "unknown" and less than any other end.
 * Undefined if what is stored stays as it is.
 */
export const endOver = (stands: Attempt, known: Attempt, at: number): Revision | undefined => {
  const { outcome, error } = known
  if (outcome !== undefined) return outcomeOver(stands, known, outcome, at)
  if (error === undefined || stands.state !== "unknown" || isContradicted(stands)) return undefined
  return { attempt: close(asPerformed(stands, known), { _tag: "Error", reason: error }, at) }
}

/** The attempt as it stands, with what happened while it was performed. */
const asPerformed = (stands: Attempt, { events, received, findings }: Attempt): Attempt => ({
  ...stands,
  events,
  ...(received !== undefined && { received, findings })
})
