/** Signs of a payment in an end that proves no outcome. */
import type { CurrencyCode } from "@hipay-pos/core/Currency"
import { Card } from "@hipay-pos/core/plain"
import type { TerminalEvidence } from "@hipay-pos/core/TerminalEvidence"

/** An end that proves no outcome. */
export interface UnknownEnd {
  /** What the terminal sent. */
  readonly received?: TerminalEvidence | undefined
  /** Why it is unknown, as the server's code. */
  readonly reason?: string | undefined
}

/**
 * Whether an end has signs of a payment that a person did not report: any sign if they said that nothing was paid,
 * otherwise another amount. A service's answer that proves nothing always counts as one, because its amount is not read
 * here. `paid` is what the person said, in minor units.
 */
export const contradicts = (
  { received, reason }: UnknownEnd,
  { paid, currency }: { readonly paid: number; readonly currency: CurrencyCode }
): boolean => {
  if (reason === "Inconclusive") return true
  const isDone = received?.status === "done"
  if (paid === 0) return isDone || Card.authorizationNumberOf(received?.card.authorizationNumber) !== undefined
  const { amount } = received ?? {}
  return isDone && amount !== undefined && amount.currency === currency && amount.minorUnits !== paid
}
