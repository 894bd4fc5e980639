/** The languages of an examination: texts, and amounts as people read them. */
import * as Currency from "@hipay-pos/core/Currency"

/** A text in the languages of the examination. */
export interface Words {
  readonly en: string
  readonly fr: string
}

export const languages = ["en", "fr"] as const
export type Language = (typeof languages)[number]

/** An amount as people read it in each language. */
export const money = (minorUnits: number, currency: string): Words => {
  const decimal = decimalOf(minorUnits, currency)
  return { en: `${decimal} ${currency}`, fr: `${decimal.replace(".", ",")} ${currency}` }
}

/** An amount as a decimal, such as 12.34; with two decimals if the currency is not known. */
export const decimalOf = (minorUnits: number, currency: string): string => {
  const digits = Currency.fromCode(currency)?.exponent ?? 2
  return (minorUnits / 10 ** digits).toFixed(digits)
}
