/**
 * Tickets as text, from a terminal's response or from the base64 of an order's response. Pure.
 *
 * A ticket may be HTML; it is shown as text, never as markup.
 * In a terminal's response, `ZT` holds nested fields: `CK` says whose copy follows, `AK` is the copy in base64.
 */
import { Receipt } from "@hipay-pos/core/plain"

export interface Ticket {
  readonly copy: "customer" | "merchant"
  readonly text: string
}

interface RawField {
  readonly tag: string
  readonly value: string
}

/** The tickets in a message's fields; unreadable ones are left out. */
export const ticketsOf = (fields: ReadonlyArray<RawField>): ReadonlyArray<Ticket> => {
  const tickets: Array<Ticket> = []
  for (const { tag, value } of fields) {
    if (tag !== "ZT") continue
    let copy: Ticket["copy"] = tickets.length === 0 ? "customer" : "merchant"
    for (const inner of fieldsOf(value)) {
      if (inner.tag === "CK") copy = inner.value[1] === "1" ? "merchant" : "customer"
      const text = inner.tag === "AK" ? fromBase64(inner.value) : undefined
      if (text !== undefined) tickets.push({ copy, text })
    }
  }
  return tickets
}

/** Consecutive fields, up to the first incomplete one. */
const fieldsOf = (text: string): ReadonlyArray<RawField> => {
  const fields: Array<RawField> = []
  for (let offset = 0; offset + 5 <= text.length; ) {
    const length = Number(text.slice(offset + 2, offset + 5))
    const end = offset + 5 + length
    if (!Number.isInteger(length) || end > text.length) break
    fields.push({ tag: text.slice(offset, offset + 2), value: text.slice(offset + 5, end) })
    offset = end
  }
  return fields
}

/** The text of a ticket in base64; `undefined` if there is none. */
export const fromBase64 = (base64: string): string | undefined => {
  const text = Receipt.fromBase64(base64)
  return text ? toLines(text) : undefined
}

/** A ticket as lines of text. HTML is laid out as for a printer of 80 mm. */
export const toLines = (text: string): string =>
  (Receipt.formatOf(text) === "html" ? Receipt.toColumns(text, 48) : Receipt.lines(text)).join("\n")
