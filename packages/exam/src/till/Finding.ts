/** What is wrong with a till, in the words of the shop that loses by it. */

import * as Currency from "@hipay-pos/core/Currency"

/** A text in the languages of the examination. */
export interface Words {
  readonly en: string
  readonly fr: string
}

export const languages = ["en", "fr"] as const
export type Language = (typeof languages)[number]

/** `critical`: money is lost or taken twice. A `note` does not fail a till. */
export type Grade = "critical" | "high" | "medium" | "note"

/** Something that was found. */
export interface Finding {
  readonly code: string
  readonly severity: Grade
  /** What the shop loses. */
  readonly loses: Words
  /** Ids of the requests that show it, at most two. */
  readonly exchanges: ReadonlyArray<number>
}

/** Requests that show a finding, as far as there are any. */
export type Shown = ReadonlyArray<{ readonly id: number } | undefined>

/** Makes a finding that some requests show, the first two of them. */
export const finding = (code: string, severity: Grade, loses: Words, exchanges: Shown = []): Finding => ({
  code,
  severity,
  loses,
  exchanges: exchanges.flatMap((each) => (each === undefined ? [] : [each.id])).slice(0, 2)
})

/** An amount as people read it in each language. */
export const money = (minorUnits: number, currency: string): Words => {
  const decimal = decimalOf(minorUnits, currency)
  return { en: `${decimal} ${currency}`, fr: `${decimal.replace(".", ",")} ${currency}` }
}

/** An amount as a decimal, such as 12.34; of a currency that is not known, with two digits. */
export const decimalOf = (minorUnits: number, currency: string): string => {
  const digits = Currency.fromCode(currency)?.exponent ?? 2
  return (minorUnits / 10 ** digits).toFixed(digits)
}
