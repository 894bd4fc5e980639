/** Fields as they may be shown and kept: card numbers masked, length unchanged. */
import { type Field, toText } from "./Field.ts"

const longDigits = /\d{13,19}/g

/** Masks a run of 13 to 19 digits, but for its first six and last four. */
const mask = (value: string): string =>
  value.replace(longDigits, (digits) => digits.slice(0, 6) + "#".repeat(digits.length - 10) + digits.slice(-4))

/** Fields without a whole card number in any of them. */
export const fields = (raw: ReadonlyArray<Field>): ReadonlyArray<Field> =>
  raw.map((field) => (field.value.length < 13 ? field : { tag: field.tag, value: mask(field.value) }))

/** Shown fields as one text. */
export const frame = (shown: ReadonlyArray<Field>): string => toText(shown)
