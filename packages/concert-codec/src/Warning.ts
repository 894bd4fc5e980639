/** Something odd about a message that could still be read. */

export interface Warning {
  /** A stable word: `unknown-tag`, `bounds`, `duplicate`, … */
  readonly code: string
  /** The tag it is about, if it is about one. */
  readonly tag?: string
  /** The field's offset, in bytes from the start of the text. */
  readonly offset?: number
  /** For people; never card data. */
  readonly message: string
}
