/** Something odd about a message that could be read all the same. */

export interface Warning {
  /** A stable word: `unknown-tag`, `bounds`, `duplicate`, … */
  readonly code: string
  /** The tag it is about, where it is about one. */
  readonly tag?: string
  /** Where that field begins, in bytes from the start of the text. */
  readonly offset?: number
  /** For people; never card data. */
  readonly message: string
}
