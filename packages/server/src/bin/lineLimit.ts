/**
 * Bounds the log lines that callers without a login can cause: they could fill a disk.
 *
 * In each minute only the first few lines of an address are written, and only so many of all addresses together. The rest are
 * counted, and the counts are written when the minute is over.
 */

/** How lines are bounded. */
export interface LineLimitOptions<Line> {
  readonly write: (line: Line) => void
  /** Writes how many more lines there were from an address, or from addresses that are not distinguished. */
  readonly writeMore: (count: number, from: string) => void
  /** The most lines of one address in a minute; 5 by default. */
  readonly each?: number | undefined
  /** The most lines of all addresses in a minute, and the most addresses counted separately; 50 by default. */
  readonly all?: number | undefined
}

/** Lines about callers without a login. */
export interface LineLimit<Line> {
  readonly write: (address: string | undefined, line: Line) => void
  /** Writes the counts now. */
  readonly end: () => void
}

/** The longest that a count waits, in milliseconds. */
const MINUTE = 60_000

/** Bounds lines. */
export const makeLineLimit = <Line>(options: LineLimitOptions<Line>): LineLimit<Line> => {
  const { write, writeMore, each = 5, all = 50 } = options
  /** How many lines an address caused in this minute. */
  const seen = new Map<string, number>()
  let written = 0
  let others = 0
  let timer: NodeJS.Timeout | undefined
  const end = () => {
    clearTimeout(timer)
    timer = undefined
    for (const [address, count] of seen) if (count > each) writeMore(count - each, address)
    if (others > 0) writeMore(others, "other addresses")
    seen.clear()
    written = 0
    others = 0
  }
  return {
    write: (address = "unknown addresses", line) => {
      timer ??= setTimeout(end, MINUTE).unref()
      const count = (seen.get(address) ?? 0) + 1
      const isFull = count === 1 ? seen.size >= all : count <= each && written >= all
      if (isFull) {
        others++
        return
      }
      seen.set(address, count)
      if (count > each) return
      written++
      write(line)
    },
    end
  }
}
