/**
 * Tickets: what the terminal would print, as text or HTML in base64 (`AK`), described by three digits (`CK`).
 *
 * An answer has one or two copies in `ZT`, as pairs in one field or in one field each; some terminals send `AK` without `ZT`.
 * Reading never fails: an unreadable ticket is only a warning, and the payment stands. Card numbers were masked when the fields
 * were read.
 */
import * as Receipt from "@hipay-pos/core/Receipt"
import * as Schema from "effect/Schema"
import * as Mask from "./Mask.ts"
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
  /** Returns the description in force at the end of a list, and whether the list has a ticket. */
  const visit = (list: ReadonlyArray<Tlv.Field>, inherited?: string) => {
    let management = inherited
    let found = false
    for (const field of list) {
      if (field.tag === "CK") {
        management = field.value
      } else if (field.tag === "AK") {
        found = true
        const bytes = Receipt.decodeBase64(field.value) ?? ""
        const { text: read, isDoubtful } = Receipt.fromBytes(bytes, encoding)
        // Damaged or CP850 bytes may reveal a number only once they are text.
        const text = isDoubtful || encoding === "cp850" ? Mask.text(read) : read
        const copy = copyOf(management, tickets)
        if (isDoubtful) warnings.push(doubtful(field))
        if (text === "") warnings.push(damaged(field))
        else {
          if (tickets.some((before) => before.copy === copy && before.text !== text))
            warnings.push(repeated(field, copy))
          tickets.push({ copy, format: formatOf(management, text), text })
        }
      } else if (Tag.isConstructed(field.tag)) {
        // The description of a nested ticket does not apply to one after it.
        const inside = visit(field.fields ?? [], management)
        if (!inside.found && !inside.management?.startsWith("0")) warnings.push(damaged(field))
      }
    }
    return { found, management }
  }
  visit(fields)
  return tickets
}

/** The text to hand to a customer: the customer's copy, or else any copy. */
export const receipt = (tickets: ReadonlyArray<Ticket>): string | undefined =>
  (tickets.find(({ copy }) => copy === "customer") ?? tickets[0])?.text

/**
 * The `ZT` fields of tickets: a single one if everything fits into its 999 bytes, otherwise one per copy. Characters missing
 * from CP1252, which is Latin-1 with the euro sign and typographic characters, become `?`.
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

const repeated = ({ tag, offset }: Tlv.Field, copy: Ticket["copy"]): Warning => ({
  code: "receipt-repeated",
  tag,
  offset,
  message: `another ticket for the ${copy}; the first one is the receipt`
})

const doubtful = ({ tag, offset }: Tlv.Field): Warning => ({
  code: "receipt-encoding",
  tag,
  offset,
  message:
    "some bytes of the ticket are characters of neither UTF-8 nor CP1252; if its accents are wrong, set the terminal's ticketEncoding to cp850"
})

const copyOf = (management: string | undefined, before: ReadonlyArray<Ticket>): Ticket["copy"] => {
  if (management?.[1] === "0") return "customer"
  if (management?.[1] === "1") return "merchant"
  return before.some(({ copy }) => copy === "customer") ? "merchant" : "customer"
}

const formatOf = (management: string | undefined, text: string): Ticket["format"] => {
  if (management?.[2] === "0") return "text"
  if (management?.[2] === "1") return "html"
  return Receipt.formatOf(text)
}
