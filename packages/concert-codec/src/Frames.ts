/**
 * Masked messages for a server that shows and stores them but knows nothing else of Concert: explained field by field, or
 * without customer data.
 */
import * as Result from "effect/Result"
import * as Explain from "./Explain.ts"
import * as Tlv from "./Tlv.ts"

/** A message's fields, as far as it can be read. A response may repeat text of its request, which stays as sent. */
export const explain = (frame: string, request?: string): ReadonlyArray<Explain.ExplainedField> =>
  Explain.explainPrefix(frame, { sent: wordsOf(request) }).fields

/** The message with its card numbers masked by today's rules; unchanged if it cannot be read. */
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

/** The message without phone number and e-mail address; empty if it cannot be read, because it may contain them. */
export const withoutContact = (frame: string): string =>
  Result.match(Tlv.decode(frame), {
    onFailure: () => "",
    onSuccess: ({ fields }) => Tlv.shown(fields.filter(({ tag }) => !CONTACT.has(tag)))
  })

/** Phone and e-mail, as given with the order (BH, BI) or typed in at the terminal (AM, AN). */
const CONTACT: ReadonlySet<string> = new Set(["BH", "BI", "AM", "AN"])
