/** JSON of unknown shape, read as an object: reading a field never fails, and a value that is not an object has no fields. */

/** A JSON object with any value in any field. */
export type JsonObject = Readonly<Record<string, unknown>>

const nothing: JsonObject = {}

/** The object, or an empty one. */
export const object = (value: unknown): JsonObject => (isObject(value) ? value : nothing)

/** Whether it is a JSON object: neither null nor an array. */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** Whether objects and arrays are nested in each other deeper than so many levels. Far deeper JSON can be parsed, but not serialised again. */
export const isDeeper = (value: unknown, levels: number): boolean => {
  if (typeof value !== "object" || value === null) return false
  if (levels === 0) return true
  for (const key in value) if (isDeeper(value[key as keyof typeof value], levels - 1)) return true
  return false
}
