/**
 * Masked messages as a server shows and keeps them, which knows nothing else of Concert: explained field by field, and
 * without what they say about a customer.
 */
import * as Result from "effect/Result"
import * as Explain from "./Explain.ts"
import * as Tlv from "./Tlv.ts"

/** The fields of a message, as far as it can be read. A response may repeat words of its request, which stay as sent. */
export const explain = (frame: string, request?: string): ReadonlyArray<Explain.ExplainedField> =>
  Explain.explainPrefix(frame, { sent: wordsOf(request) }).fields

/** The message with the card numbers masked that are masked today; as it is where it cannot be read. */
export const redact = (frame: string, request?: string): string =>
  Result.match(Tlv.decode(frame, { sent: wordsOf(request) }), {
    onFailure: () => frame,
    onSuccess: ({ fields }) => Tlv.shown(fields)
  })

/** What a request says about the order, which a response may repeat. */
const wordsOf = (request: string | undefined): ReadonlyArray<string> => {
  if (request === undefined) return []
  const { fields } = Tlv.decodePrefix(request)
  return [Tlv.find(fields, "CF"), Tlv.find(fields, "CH")].filter((text) => text !== undefined)
}

/** The message without phone number and e-mail address; empty when it cannot be read, because it may hold them. */
export const withoutContact = (frame: string): string =>
  Result.match(Tlv.decode(frame), {
    onFailure: () => "",
    onSuccess: ({ fields }) => Tlv.shown(fields.filter(({ tag }) => !CONTACT.has(tag)))
  })

/** Phone and e-mail, as the order gave them (BH, BI) or as they were typed in at the terminal (AM, AN). */
const CONTACT: ReadonlySet<string> = new Set(["BH", "BI", "AM", "AN"])
