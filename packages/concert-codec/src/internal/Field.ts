/** The types of fields, for reading and writing; published by `Tlv`. */

/** A field to write: a tag and its value. */
export interface RawField {
  readonly tag: string
  /** 1 to 999 characters. */
  readonly value: string
}

/** A field that was read. */
export interface Field extends RawField {
  /** The offset of its tag, in bytes from the start. */
  readonly offset: number
  /** The nested fields, in order; only tags that begin with Z have them. */
  readonly fields?: ReadonlyArray<Field>
}
