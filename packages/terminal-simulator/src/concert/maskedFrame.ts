/** Messages as they may be shown and kept: card numbers masked by the codec, length unchanged. */
import * as Mask from "@hipay-pos/concert-codec/Mask"
import * as Tag from "@hipay-pos/concert-codec/Tag"
import * as Tlv from "@hipay-pos/concert-codec/Tlv"
import * as CardNumber from "@hipay-pos/core/CardNumber"

type Fields = ReadonlyArray<Tlv.RawField>

/** The text of a request without a whole card number in any of its fields; `text` itself where there is none. */
export const request = (fields: Fields, text: string): string => {
  const shown = fields.map(masked)
  return shown.every((field, at) => field === fields[at]) ? text : Tlv.encode(shown)
}

/** The same for an answer. What the terminal makes itself holds truncated numbers only and is kept as it is. */
export const answer = (fields: Fields, text: string): string => {
  const shown = fields.map((field) => (isOwn(field) ? field : masked(field)))
  return shown.every((field, at) => field === fields[at]) ? text : Tlv.encode(shown)
}

/** The fields of a text that was made of fields. */
export const fieldsOf = (text: string): Fields => {
  const fields: Array<Tlv.RawField> = []
  for (let at = 0; at < text.length; ) {
    const begin = at + 5
    const end = begin + Number(text.slice(at + 2, begin))
    fields.push({ tag: text.slice(at, at + 2), value: text.slice(begin, end) })
    at = end
  }
  return fields
}

/** What an ECR writes its order's id into. */
const isOfOrder = ({ tag }: Tlv.RawField): boolean => tag === "CF" || tag === "CH"

/** Tickets and application identifiers. */
const isOwn = ({ tag }: Tlv.RawField): boolean => tag === "ZT" || tag === "AI"

const masked = (field: Tlv.RawField): Tlv.RawField => {
  const { tag, value } = field
  if (value.length < CardNumber.SHORTEST) return field
  const shown = isOfOrder(field)
    ? CardNumber.maskReference(value)
    : Tag.isConstructed(tag)
      ? maskedInside(field)
      : Mask.field(tag, value)
  return shown === value ? field : { tag, value: shown }
}

/** A value that the codec cannot read as a field is not shown at all. */
const maskedInside = (field: Tlv.RawField): string => {
  const [read] = Tlv.decodePrefix(Tlv.encode([field])).fields
  return read?.value ?? "#".repeat(field.value.length)
}
