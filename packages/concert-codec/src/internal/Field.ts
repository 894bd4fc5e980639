/** What fields are, for those who read them and those who write them; published by `Tlv`. */

/** What is written: a tag and its value. */
export interface RawField {
  readonly tag: string
  /** 1 to 999 characters. */
  readonly value: string
}

/** What was read. */
export interface Field extends RawField {
  /** Where its tag stands, in bytes from the start. */
  readonly offset: number
  /** The fields inside, in order; only tags that begin with Z have them. */
  readonly fields?: ReadonlyArray<Field>
}
