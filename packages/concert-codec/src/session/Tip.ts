/**
 * How much a cardholder may add to a debit at the terminal: a share of the amount, or an absolute amount.
 *
 * Written `20%` or `5.00` in a terminal's settings. An absolute amount is in the payment's currency; if that currency cannot
 * express it, no tip is allowed.
 */
import * as Money from "@hipay-pos/core/Money"
import * as Result from "effect/Result"

/** The highest tip. */
export type Tip =
  /** Hundredths of a percent, 1 to 10 000. */
  | { readonly _tag: "Share"; readonly basisPoints: number }
  /** A decimal amount, above zero. */
  | { readonly _tag: "Amount"; readonly decimal: string }

/** What {@link fromText} accepts, for error messages. */
export const EXPECTED = "a share such as 20%, or an amount such as 5.00"

/** The tip of a text such as `20%`, `12.5%` or `5.00`; undefined for any other. */
export const fromText = (text: string): Tip | undefined => {
  const [, share] = /^(\d{1,3}(?:\.\d{1,2})?)%$/.exec(text) ?? []
  if (share !== undefined) {
    const basisPoints = Math.round(Number(share) * 100)
    return basisPoints >= 1 && basisPoints <= 10_000 ? { _tag: "Share", basisPoints } : undefined
  }
  return /^\d{1,9}(?:\.\d{1,3})?$/.test(text) && Number(text) > 0 ? { _tag: "Amount", decimal: text } : undefined
}

/** The highest tip on an amount, in minor units, rounded down. */
export const highest = (tip: Tip, amount: Money.Money): number => {
  if (tip._tag === "Share") return Number((BigInt(amount.minorUnits) * BigInt(tip.basisPoints)) / 10_000n)
  return Result.match(Money.fromDecimal(tip.decimal, amount.currency), {
    onSuccess: ({ minorUnits }) => minorUnits,
    onFailure: () => 0
  })
}
