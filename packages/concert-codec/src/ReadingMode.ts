/** How the terminal read the card: `CI`, one digit. */

/** The names of the five codes; any other value stays as it came. */
export type ReadingMode = "indifferent" | "contact" | "contactless" | "stripe" | "manual" | (string & {})

const modes: ReadonlyMap<string, ReadingMode> = new Map([
  ["0", "indifferent"],
  ["1", "contact"],
  ["2", "contactless"],
  ["3", "stripe"],
  ["4", "manual"]
])

const codes: ReadonlyMap<string, string> = new Map([...modes].map(([code, mode]) => [mode, code]))

/** The name of a `CI` value; an unknown one is its own name, in quotes where it reads like a known one. */
export const fromCode = (code: string): ReadingMode => modes.get(code) ?? (codes.has(code) ? `"${code}"` : code)

/** The `CI` value of a reading mode. */
export const toCode = (mode: ReadingMode): string => codes.get(mode) ?? mode
