/** Whether a notification, a form or XML, has a whole card number in a card field: HiPay truncates them there. */
import * as CardNumber from "@hipay-pos/core/CardNumber"

/** An element and the text right after its tag, in CDATA or not. */
const ELEMENTS = /<([^\s<>/!?]+)(?:[\s/][^<>]*)?>\s*(?:<!\[CDATA\[)?([^<\]]*)/g
const ATTRIBUTES = /\s([^\s<>"'=/]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g

export const holdsCardNumber = (body: string): boolean => {
  for (const [name, value] of fieldsOf(body))
    if (CardNumber.isField(name) && CardNumber.maskPrinted(value) !== value) return true
  return false
}

const fieldsOf = (body: string): Iterable<readonly [string, string]> =>
  body.trimStart().startsWith("<")
    ? [ELEMENTS, ATTRIBUTES].flatMap((pattern) =>
        Array.from(body.matchAll(pattern), ([, name = "", ...values]) => [name, values.find(Boolean) ?? ""] as const)
      )
    : new URLSearchParams(body)
