/** Masks a message for display and storage: card numbers are masked by the codec, the length stays. */
import * as Mask from "@hipay-pos/concert-codec/Mask"
import * as Tag from "@hipay-pos/concert-codec/Tag"
import * as Tlv from "@hipay-pos/concert-codec/Tlv"
import * as CardNumber from "@hipay-pos/core/CardNumber"

type Fields = ReadonlyArray<Tlv.RawField>

/** The text of a request with the card numbers in its fields masked; `text` itself if there are none. */
export const ofRequest = (fields: Fields, text: string): string => {
  const masked = fields.map(maskField)
  return masked.every((field, at) => field === fields[at]) ? text : Tlv.encode(masked)
}

/** The same for a response. Fields that the terminal makes itself hold truncated numbers only and stay as they are. */
export const ofResponse = (fields: Fields, text: string): string => {
  const masked = fields.map((field) => (isOwn(field) ? field : maskField(field)))
  return masked.every((field, at) => field === fields[at]) ? text : Tlv.encode(masked)
}

/** The same for all bytes of a request, complete or not. */
export const ofReceived = (bytes: string): string => {
  let masked = Tlv.redact(bytes)
  for (const field of Tlv.decodePrefix(bytes).fields) {
    if (isOfOrder(field)) masked = masked.replaceAll(field.value, () => CardNumber.maskReference(field.value))
  }
  return masked
}

/** The same for bytes that may not be a complete response; very long ones are cut. */
export const ofBytes = (bytes: string): string => Tlv.redact(bytes.slice(0, MAX_LENGTH))

/** How many bytes of an answer that a fault changed are shown and stored. */
const MAX_LENGTH = 8192

/** The fields of a masked text, up to the first one that cannot be read. */
export const fieldsOf = (text: string): Fields => {
  const fields: Array<Tlv.RawField> = []
  for (let at = 0; at < text.length; ) {
    const begin = at + 5
    const end = begin + Number(text.slice(at + 2, begin))
    if (!(end <= text.length)) break
    fields.push({ tag: text.slice(at, at + 2), value: text.slice(begin, end) })
    at = end
  }
  return fields
}

/** Fields that hold the ECR's order id. */
const isOfOrder = ({ tag }: Tlv.RawField): boolean => tag === "CF" || tag === "CH"

/** Tickets and application identifiers. */
const isOwn = ({ tag }: Tlv.RawField): boolean => tag === "ZT" || tag === "AI"

const maskField = (field: Tlv.RawField): Tlv.RawField => {
  const { tag, value } = field
  if (value.length < CardNumber.SHORTEST) return field
  const masked = isOfOrder(field)
    ? CardNumber.maskReference(value)
    : Tag.isConstructed(tag)
      ? maskConstructed(field)
      : Mask.field(tag, value)
  return masked === value ? field : { tag, value: masked }
}

/** A value that the codec cannot parse is masked as a whole. */
const maskConstructed = (field: Tlv.RawField): string => {
  const [read] = Tlv.decodePrefix(Tlv.encode([field])).fields
  return read?.value ?? "#".repeat(field.value.length)
}
