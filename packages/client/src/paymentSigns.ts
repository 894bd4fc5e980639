/** Signs of a payment in an end that proves no outcome. */
import type { CurrencyCode } from "@hipay-pos/core/Currency"
import { Card, TerminalEvidence } from "@hipay-pos/core/plain"
import type * as Evidence from "@hipay-pos/core/TerminalEvidence"

/** An end that proves no outcome. */
export interface UnknownEnd {
  /** What the terminal sent. */
  readonly received?: Evidence.TerminalEvidence | undefined
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
  if (received === undefined) return false
  const { status, amount, card } = received
  if (paid > 0) return status === "done" && amount?.currency === currency && amount.minorUnits !== paid
  if (status === "done" || Card.authorizationNumberOf(card.authorizationNumber) !== undefined) return true
  return TerminalEvidence.signOfSale(received) !== undefined
}
