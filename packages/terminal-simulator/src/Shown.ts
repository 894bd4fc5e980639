/** Messages as they may be shown and kept: card numbers masked by the codec, length unchanged. */
import * as Tlv from "@hipay-pos/concert-codec/Tlv"

/** The fields of a request without a whole card number in any of them. */
export const request = (raw: ReadonlyArray<Tlv.RawField>): ReadonlyArray<Tlv.RawField> =>
  raw.every(isShort) ? raw : masked(raw)

/** The same for an answer. The terminal's own tickets hold truncated numbers only and are kept as they are. */
export const answer = (raw: ReadonlyArray<Tlv.RawField>): ReadonlyArray<Tlv.RawField> =>
  raw.map((field) => (isShort(field) || field.tag === "ZT" ? field : (masked([field])[0] ?? field)))

/** Too short for a card number, which has 13 digits or more. */
const isShort = ({ value }: Tlv.RawField): boolean => value.length < 13

const masked = (raw: ReadonlyArray<Tlv.RawField>): ReadonlyArray<Tlv.RawField> =>
  Tlv.decodePrefix(Tlv.encode(raw)).fields.map(({ tag, value }) => ({ tag, value }))
