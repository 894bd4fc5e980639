/** Reading JSON of which nothing is known: asking for a field never fails, and what is of another type is not there. */

/** A JSON object with anything in any field. */
export type Loose = Readonly<Record<string, unknown>>

const nothing: Loose = {}

/** The object, or an empty one. */
export const object = (value: unknown): Loose => (isObject(value) ? value : nothing)

/** The array, or an empty one. */
export const list = (value: unknown): ReadonlyArray<unknown> => (Array.isArray(value) ? value : [])

/** Whether it is a text that says something. */
export const isText = (value: unknown): value is string => typeof value === "string" && value !== ""

/** Absent or empty; a value of another type is the contract's fault to report. */
export const isMissing = (value: unknown): boolean => value === undefined || value === ""

/** Whether it is a JSON object: neither null nor an array. */
export const isObject = (value: unknown): value is Loose =>
  typeof value === "object" && value !== null && !Array.isArray(value)
