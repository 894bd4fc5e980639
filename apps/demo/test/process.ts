/** Processes that say when they are ready. */
import { once } from "node:events"
import { createInterface } from "node:readline"
import type { Readable } from "node:stream"

/** The first line that a process prints, read as JSON; rejects when it ends without one. */
export const readyLine = async (stdout: Readable) => {
  const lines = createInterface({ input: stdout })
  const ended = new AbortController()
  lines.once("close", () => ended.abort())
  const [line] = await once(lines, "line", { signal: ended.signal })
  return JSON.parse(line)
}
