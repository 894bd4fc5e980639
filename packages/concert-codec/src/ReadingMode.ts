/** How the terminal read the card: `CI`, one digit. */

/** The names of the five codes; any other value is kept as received. */
export type ReadingMode = "indifferent" | "contact" | "contactless" | "stripe" | "manual" | (string & {})

const modes: ReadonlyMap<string, ReadingMode> = new Map([
  ["0", "indifferent"],
  ["1", "contact"],
  ["2", "contactless"],
  ["3", "stripe"],
  ["4", "manual"]
])

const codes: ReadonlyMap<string, string> = new Map([...modes].map(([code, mode]) => [mode, code]))

/** The name of a `CI` value; an unknown value is its own name, quoted if it equals a known name. */
export const fromCode = (code: string): ReadingMode => modes.get(code) ?? (codes.has(code) ? `"${code}"` : code)

/** The `CI` value of a reading mode. */
export const toCode = (mode: ReadingMode): string => codes.get(mode) ?? mode
