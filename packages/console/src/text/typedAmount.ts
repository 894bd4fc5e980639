/** Reads amounts as people type them, or copy them from these pages: `8,114.59`, `8 114,59 €`. By core's own rules. */
import { Currency, TypedAmount } from "@hipay-pos/core/plain"
import * as Result from "effect/Result"
import type { Language } from "./format.ts"

/** Minor units, of either sign; undefined if it is not an amount of the currency. */
export const readAmount = (text: string, currency: string, language: Language): number | undefined => {
  if (!Currency.isCode(currency)) return undefined
  const own = TypedAmount.parse(text, currency, { decimalMark: language === "fr" ? "," : "." })
  const read = Result.isSuccess(own) ? own : TypedAmount.parse(text, currency)
  return Result.isSuccess(read) ? read.success.minorUnits : undefined
}

/** The same for an amount above zero. */
export const fromTyped = (text: string, currency: string, language: Language): number | undefined => {
  const amount = readAmount(text, currency, language)
  return amount !== undefined && amount > 0 ? amount : undefined
}
