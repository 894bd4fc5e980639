/**
 * Log lines on stdout or stderr, for processes that must go on whatever becomes of their log.
 *
 * Writing never waits and never fails. A line that the stream does not take (reader gone, disk full, pipe full, terminal window
 * paused) is dropped and counted; the count is written as a line of its own as soon as the stream takes lines again.
 */
import type { Writable } from "node:stream"

/** Bytes that may wait for a reader who does not read. */
const BACKLOG = 1_000_000

/** What the lines are made of. */
export interface LogLinesOptions {
  /** The line that says how many were lost. */
  readonly lost: (count: number) => string
  /** Bytes that may wait for the stream's reader; 1 MB by default. */
  readonly backlog?: number
}

/** Makes the function that writes one line. */
export const makeLogLines = (
  stream: Writable,
  { lost, backlog = BACKLOG }: LogLinesOptions
): ((line: string) => void) => {
  letGoOn(stream)
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
 * Has a terminal take what it can, as a pipe does. Node waits for it otherwise, with all that the process does, for as long as
 * somebody has paused the window, as Ctrl-S does. No public interface sets this; where the handle lacks it, Node waits.
 */
const letGoOn = (stream: Writable): void => {
  const { isTTY, _handle } = stream as Writable & {
    readonly isTTY?: boolean
    readonly _handle?: { readonly setBlocking?: (blocking: boolean) => void }
  }
  if (isTTY === true) _handle?.setBlocking?.(false)
}

/** How many log lines were lost, in words. */
export const lostInWords = (count: number): string =>
  count === 1 ? "1 log line was lost" : `${count} log lines were lost`
