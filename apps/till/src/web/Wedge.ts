/**
 * Detects a scanner that acts as a keyboard: tells its digits from a person's, whatever has the focus.
 *
 * A scanner types faster than people do and ends with Enter. A run of at least {@link SHORTEST} digits, at most {@link PAUSE}
 * milliseconds apart, followed by Enter, is a scan. Pure: the time is a parameter.
 */

/** The longest pause between two characters of a scanner, in milliseconds. */
export const PAUSE = 50

/** The fewest digits of a code. */
export const SHORTEST = 8

/** The run of digits so far. */
export interface Run {
  readonly digits: string
  readonly at: number
}

export const none: Run = { digits: "", at: Number.NEGATIVE_INFINITY }

/** The run after one more key at a given time, and the code if the key completes one. */
export const press = (run: Run, key: string, at: number): { readonly run: Run; readonly scanned?: string } => {
  const together = at - run.at <= PAUSE
  if (/^\d$/.test(key)) return { run: { digits: together ? run.digits + key : key, at } }
  if (key === "Enter" && together && run.digits.length >= SHORTEST) return { run: none, scanned: run.digits }
  // A scanner may hold down a modifier, which does not count as a key.
  return { run: key === "Shift" ? run : none }
}
