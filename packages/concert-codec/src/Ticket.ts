/**
 * Tickets: what the terminal would print, as text or HTML inside base64 (`AK`), described by three digits (`CK`).
 *
 * In an answer they stand in `ZT`, one or two copies, as pairs inside one field or as one field each; some terminals
 * send `AK` without it. Reading never fails: a ticket that cannot be read is a warning beside a payment that stands.
 * Card numbers were masked when the fields were read.
 */
import * as Receipt from "@hipay-pos/core/Receipt"
import * as Schema from "effect/Schema"
import * as Tag from "./Tag.ts"
import * as Tlv from "./Tlv.ts"
import type { Warning } from "./Warning.ts"

/** One copy, decoded. */
export const Ticket = Schema.Struct({
  copy: Schema.Literals(["customer", "merchant"]),
  format: Receipt.ReceiptFormat,
  text: Schema.String
}).annotate({ identifier: "Ticket" })
export type Ticket = typeof Ticket.Type

/** The tickets in an ordered list of `ZT`, `CK` and `AK` fields. */
export const read = (
  fields: ReadonlyArray<Tlv.Field>,
  warnings: Array<Warning>,
  encoding: Receipt.TextEncoding = "auto"
): ReadonlyArray<Ticket> => {
  const tickets: Array<Ticket> = []
  let management: string | undefined
  const visit = (list: ReadonlyArray<Tlv.Field>): boolean => {
    let found = false
    for (const field of list) {
      if (field.tag === "CK") {
        management = field.value
      } else if (field.tag === "AK") {
        found = true
        const bytes = Receipt.decodeBase64(field.value) ?? ""
        const { text, isDoubtful } = Receipt.fromBytes(bytes, encoding)
        if (isDoubtful) warnings.push(doubtful(field))
        if (text === "") warnings.push(damaged(field))
        else tickets.push({ copy: copyOf(management, tickets), format: formatOf(management, text), text })
      } else if (Tag.isConstructed(field.tag) && !visit(field.fields ?? []) && !management?.startsWith("0")) {
        warnings.push(damaged(field))
      }
    }
    return found
  }
  visit(fields)
  return tickets
}

/** The text to hand to a customer: the customer's copy, or whatever copy there is. */
export const receipt = (tickets: ReadonlyArray<Ticket>): string | undefined =>
  (tickets.find(({ copy }) => copy === "customer") ?? tickets[0])?.text

/**
 * The `ZT` fields of tickets: one when all fits into its 999 bytes, else one a copy. Characters that Latin-1 lacks
 * become `?`.
 */
export const write = (tickets: ReadonlyArray<Ticket>): ReadonlyArray<Tlv.RawField> => {
  const copies: Array<string> = []
  let together = ""
  for (const { copy, format, text } of tickets) {
    const data = { tag: "AK", value: Receipt.encodeBase64(text) }
    if (data.value.length > MAX_BASE64) return [data]
    const management = { tag: "CK", value: `1${copy === "customer" ? "0" : "1"}${format === "text" ? "0" : "1"}` }
    const written = Tlv.encode([management, data])
    copies.push(written)
    together += written
  }
  if (together.length > MAX_TOGETHER) return copies.map((value) => ({ tag: "ZT", value }))
  return together === "" ? [] : [{ tag: "ZT", value: together }]
}

/** The longest value of one field. */
const MAX_TOGETHER = 999

/** The longest base64 of one copy: 900 characters, 675 bytes of text. */
export const MAX_BASE64 = 900

const damaged = ({ tag, offset }: Tlv.Field): Warning => ({
  code: "receipt-damaged",
  tag,
  offset,
  message: "the ticket cannot be read"
})

const doubtful = ({ tag, offset }: Tlv.Field): Warning => ({
  code: "receipt-encoding",
  tag,
  offset,
  message:
    "the ticket has bytes that Latin-1 does not know; perhaps it is CP850, which the terminal's ticketEncoding says"
})

const copyOf = (management: string | undefined, before: ReadonlyArray<Ticket>): Ticket["copy"] => {
  if (management?.[1] === "0") return "customer"
  if (management?.[1] === "1") return "merchant"
  return before.length === 0 ? "customer" : "merchant"
}

const formatOf = (management: string | undefined, text: string): Ticket["format"] => {
  if (management?.[2] === "0") return "text"
  if (management?.[2] === "1") return "html"
  return Receipt.formatOf(text)
}
