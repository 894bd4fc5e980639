/** Reads JSON of unknown shape: reading a field never fails, and a value of another type counts as absent. */

/** A JSON object with any value in any field. */
export type JsonObject = Readonly<Record<string, unknown>>

const nothing: JsonObject = {}

/** The object, or an empty one. */
export const object = (value: unknown): JsonObject => (isObject(value) ? value : nothing)

/** The array, or an empty one. */
export const list = (value: unknown): ReadonlyArray<unknown> => (Array.isArray(value) ? value : [])

/** Whether it is a text with at least one character. */
export const isText = (value: unknown): value is string => typeof value === "string" && value !== ""

/** Whether a text comes back from any store as it was: without a NUL, which PostgreSQL refuses, and half a character. */
export const isStorable = (text: string): boolean => !text.includes("\0") && !/\p{Surrogate}/u.test(text)

/** Absent or empty; a value of another type is the contract's fault to report. */
export const isMissing = (value: unknown): boolean => value === undefined || value === ""

/** Whether it is a JSON object: neither null nor an array. */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value)
