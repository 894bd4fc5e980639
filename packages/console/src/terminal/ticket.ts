/**
 * Tickets as text: out of a terminal's answer, and out of the base64 that an order's answer carries. Pure.
 *
 * A ticket may be HTML. It is text here like any other, and is shown as text: nothing of it is ever drawn as markup.
 * In a terminal's answer, `ZT` holds fields of two letters, three digits of length and a value: `CK` says whose copy
 * follows, `AK` is the copy in base64 of Latin-1.
 */

export interface Ticket {
  readonly copy: "customer" | "merchant"
  readonly text: string
}

interface RawField {
  readonly tag: string
  readonly value: string
}

/** The tickets among a message's fields. What cannot be read is left out. */
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

/** Fields in a row, up to the first that is cut off. */
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

/** Base64 of Latin-1 text, leniently: padding and line breaks do not matter. `undefined` where it is none. */
export const fromBase64 = (base64: string): string | undefined => {
  const digits = base64.replace(/[\s\0]+/g, "").replace(/=+$/, "")
  if (digits === "" || !/^[A-Za-z0-9+/]*$/.test(digits) || digits.length % 4 === 1) return undefined
  return atob(digits).replace(/\r\n?/g, "\n")
}
