/** Messages as they may be shown and kept: card numbers masked by the codec, length unchanged. */
import * as Tlv from "@hipay-pos/concert-codec/Tlv"

/** The fields of a request without a whole card number in any of them. */
export const request = (raw: ReadonlyArray<Tlv.RawField>): ReadonlyArray<Tlv.RawField> =>
  raw.map((field) => (isShort(field) ? plain(field) : masked(field)))

/** The same for an answer. What the terminal makes itself holds truncated numbers only and is kept as it is. */
export const answer = (raw: ReadonlyArray<Tlv.RawField>): ReadonlyArray<Tlv.RawField> =>
  raw.map((field) => (isShort(field) || isOwn(field) ? plain(field) : masked(field)))

/** Tickets and application identifiers. */
const isOwn = ({ tag }: Tlv.RawField): boolean => tag === "ZT" || tag === "AI"

/** Too short for a card number, which has 13 digits or more. */
const isShort = ({ value }: Tlv.RawField): boolean => value.length < 13

const plain = ({ tag, value }: Tlv.RawField): Tlv.RawField => ({ tag, value })

/** A value that the codec cannot read as a field is not shown at all. */
const masked = (field: Tlv.RawField): Tlv.RawField => {
  const [read] = Tlv.decodePrefix(Tlv.encode([field])).fields
  return { tag: field.tag, value: read?.value ?? "#".repeat(field.value.length) }
}
