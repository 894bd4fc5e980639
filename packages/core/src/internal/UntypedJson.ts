/** Reads JSON of unknown shape, where a value of another type counts as absent, and checks which texts a store can keep. */

/** The array, or an empty one. */
export const list = (value: unknown): ReadonlyArray<unknown> => (Array.isArray(value) ? value : [])

/** Whether it is a text with at least one character. */
export const isText = (value: unknown): value is string => typeof value === "string" && value !== ""

/** Whether every store returns a text unchanged: it has no NUL, which PostgreSQL refuses, and no lone surrogate. */
export const isStorable = (text: string): boolean => !text.includes("\0") && !/\p{Surrogate}/u.test(text)

/** In characters, of up to three bytes each: an index entry of PostgreSQL holds three such texts in its 2 704 bytes. */
export const LONGEST_INDEXED = 255

/** Whether orders and terminals can be found by a text in any store. */
export const isIndexable = (text: string): boolean => isStorable(text) && text.length <= LONGEST_INDEXED

/** Whether a value is absent, empty or blank; the schema check reports one of another type. */
export const isMissing = (value: unknown): boolean =>
  value === undefined || (typeof value === "string" && value.trim() === "")
