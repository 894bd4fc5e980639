import type * as Currency from "@hipay-pos/core/Currency"
import * as Money from "@hipay-pos/core/Money"

/** An amount for people: `12.45 EUR`, or `1245 minor units` if the currency is not known. */
export const amountText = (minorUnits: number, currency: Currency.CurrencyCode | undefined): string =>
  currency === undefined ? `${minorUnits} minor units` : Money.textOf(minorUnits, currency)
