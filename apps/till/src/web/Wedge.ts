/**
 * A scanner that acts as a keyboard: tells its digits from a person's, whatever has the focus.
 *
 * A scanner types faster than people do and ends with Enter. Digits that come in one run of at most {@link PAUSE}
 * milliseconds each, at least {@link SHORTEST} of them, and then Enter, are a scan. Pure: time is given.
 */

/** The longest pause between two characters of a scanner, in milliseconds. */
export const PAUSE = 50

/** Fewer digits than this are no code. */
export const SHORTEST = 8

/** The run of digits so far. */
export interface Run {
  readonly digits: string
  readonly at: number
}

export const none: Run = { digits: "", at: Number.NEGATIVE_INFINITY }

/** The run after one more key at a time, and the code that it ends. */
export const press = (run: Run, key: string, at: number): { readonly run: Run; readonly scanned?: string } => {
  const together = at - run.at <= PAUSE
  if (/^\d$/.test(key)) return { run: { digits: together ? run.digits + key : key, at } }
  if (key === "Enter" && together && run.digits.length >= SHORTEST) return { run: none, scanned: run.digits }
  // A scanner may hold a modifier down; that is not a key of its own.
  return { run: key === "Shift" ? run : none }
}
