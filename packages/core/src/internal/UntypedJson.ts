/** Reads JSON of unknown shape, where a value of another type counts as absent, and tells which texts a store can keep. */

/** The array, or an empty one. */
export const list = (value: unknown): ReadonlyArray<unknown> => (Array.isArray(value) ? value : [])

/** Whether it is a text with at least one character. */
export const isText = (value: unknown): value is string => typeof value === "string" && value !== ""

/** Whether any store gives a text back as it was: it has neither a NUL, which PostgreSQL refuses, nor half a character. */
export const isStorable = (text: string): boolean => !text.includes("\0") && !/\p{Surrogate}/u.test(text)

/** In characters, of up to three bytes each: an index of PostgreSQL holds up to three such texts in 2 704 bytes. */
export const LONGEST_INDEXED = 255

/** Whether orders and terminals can be found by a text in any store. */
export const isIndexable = (text: string): boolean => isStorable(text) && text.length <= LONGEST_INDEXED

/** Absent, empty or blank; a value of another type is the contract's fault to report. */
export const isMissing = (value: unknown): boolean =>
  value === undefined || (typeof value === "string" && value.trim() === "")
