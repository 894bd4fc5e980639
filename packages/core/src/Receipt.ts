/**
 * What a terminal printed, as text a till can print: customer copy, merchant copy.
 *
 * Tickets travel as base64 of Latin-1 text or of HTML. Reading is lenient, because the contract's own example is not
 * valid base64: padding may be missing or too much, and line breaks may stand inside. HTML is kept as it is and is
 * never to be rendered: show it as text.
 */
import * as Schema from "effect/Schema"

export const ReceiptFormat = Schema.Literals(["text", "html"])
export type ReceiptFormat = typeof ReceiptFormat.Type

/** The decoded copies; a terminal may give one, both or none. */
export const Receipt = Schema.Struct({
  format: ReceiptFormat,
  customer: Schema.optionalKey(Schema.String),
  merchant: Schema.optionalKey(Schema.String)
}).annotate({ identifier: "Receipt" })
export type Receipt = typeof Receipt.Type

/** Base64 text to Latin-1 text, or `undefined` where it is not base64 at all. */
export const decodeBase64 = (base64: string): string | undefined => {
  const digits = base64.replace(/[\s\0]+/g, "").replace(/=+$/, "")
  // A last lone character holds six bits, which is no byte: something was lost.
  if (!/^[A-Za-z0-9+/]*$/.test(digits) || digits.length % 4 === 1) return undefined
  return atob(digits)
}

/** Latin-1 text to base64. Characters beyond U+00FF, which Latin-1 lacks, become `?`. */
export const encodeBase64 = (text: string): string => btoa(text.replace(/[^\0-\xff]/gu, "?"))

/** The ticket's lines, without the white space that fills them up and without carriage returns. */
export const lines = (text: string): ReadonlyArray<string> => text.split(/\r\n|\r|\n/).map((line) => line.trimEnd())
