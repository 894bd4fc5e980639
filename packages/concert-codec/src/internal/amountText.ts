import type * as Currency from "@hipay-pos/core/Currency"
import * as Money from "@hipay-pos/core/Money"
import * as Result from "effect/Result"

/** An amount for people: `12.45 EUR`, or `1245 minor units` where the currency is not known. */
export const amountText = (minorUnits: number, currency: Currency.CurrencyCode | undefined): string => {
  const plain = `${minorUnits} minor units`
  if (currency === undefined) return plain
  return Result.match(Money.make(minorUnits, currency), { onSuccess: Money.toText, onFailure: () => plain })
}
