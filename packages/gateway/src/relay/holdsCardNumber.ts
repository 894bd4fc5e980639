/** Whether a notification, a form or XML, holds a whole card number where one has its place: HiPay truncates them there. */
import * as CardNumber from "@hipay-pos/core/CardNumber"

/** A field by its own name or by one around it, not by letters within a word: `payment_method[pan]`, not `company`. */
const CARD_FIELD = /(?:^|[[_])(?:pan|card_number)(?:[\]_[]|$)/i

/** An element and the text right after its name, in CDATA or not. */
const ELEMENTS = /<([\w.-]+)[^<>]*>\s*(?:<!\[CDATA\[)?([^<\]]*)/g

export const holdsCardNumber = (body: string): boolean => {
  for (const [name, value] of fieldsOf(body))
    if (CARD_FIELD.test(name) && CardNumber.maskPrinted(value) !== value) return true
  return false
}

const fieldsOf = (body: string): Iterable<readonly [string, string]> =>
  body.trimStart().startsWith("<")
    ? Array.from(body.matchAll(ELEMENTS), ([, name = "", value = ""]) => [name, value] as const)
    : new URLSearchParams(body)
