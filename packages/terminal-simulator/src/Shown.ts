/** Messages as they may be shown and kept: card numbers masked by the codec, length unchanged. */
import * as Tlv from "@hipay-pos/concert-codec/Tlv"

/** A masked message. */
export interface Shown {
  readonly frame: string
  readonly fields: ReadonlyArray<Tlv.RawField>
}

/** Fields without a whole card number in any of them. */
export const of = (raw: ReadonlyArray<Tlv.RawField>): Shown => {
  const { fields } = Tlv.decodePrefix(Tlv.encode(raw))
  return { frame: Tlv.encode(fields), fields: fields.map(({ tag, value }) => ({ tag, value })) }
}
