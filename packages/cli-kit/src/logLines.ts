/**
 * Log lines on stdout or stderr, for processes that must keep running whatever happens to their log.
 *
 * Writing never waits and never fails. A line that the stream does not accept (reader gone, disk full, pipe full,
 * terminal window paused) is dropped and counted; the count is written as a line of its own once the stream accepts
 * lines again.
 */
import type { Writable } from "node:stream"

/** Bytes that may be queued for a reader that does not read. */
const BACKLOG = 1_000_000

/** Options of the log. */
export interface LogLinesOptions {
  /** The line that says how many were lost. */
  readonly lost: (count: number) => string
  /** Bytes that may be queued for the stream's reader; 1 MB by default. */
  readonly backlog?: number
}

/** Makes the function that writes one line. */
export const makeLogLines = (
  stream: Writable,
  { lost, backlog = BACKLOG }: LogLinesOptions
): ((line: string) => void) => {
  makeNonBlocking(stream)
  let missing = 0
  const put = (line: string, count: number) => {
    stream.write(`${line}\n`, (error) => {
      if (error) missing += count
    })
  }
  const report = () => {
    if (missing === 0) return
    const count = missing
    missing = 0
    put(lost(count), count)
  }
  // Without a listener an error ends the process, and with it the payments under way.
  stream.on("error", () => {})
  stream.on("drain", report)
  return (line) => {
    if (stream.writableLength > backlog) {
      missing++
      return
    }
    report()
    put(line, 1)
  }
}

/**
 * Makes a terminal non-blocking, like a pipe. Otherwise Node blocks, and the whole process with it, while the window is
 * paused (Ctrl-S). There is no public interface for this; if the handle lacks it, Node blocks.
 */
const makeNonBlocking = (stream: Writable): void => {
  const { isTTY, _handle } = stream as Writable & {
    readonly isTTY?: boolean
    readonly _handle?: { readonly setBlocking?: (blocking: boolean) => void }
  }
  if (isTTY === true) _handle?.setBlocking?.(false)
}

/** How many log lines were lost, in words. */
export const lostInWords = (count: number): string =>
  count === 1 ? "1 log line was lost" : `${count} log lines were lost`
