import { closeSync, fsyncSync, openSync, writeSync } from "node:fs"
import { join } from "node:path"

/** What it costs to write a page and to flush it, in milliseconds, many times: what each claim on SQLite waits for. */
export const flushes = (folder: string): ReadonlyArray<number> => {
  const file = openSync(join(folder, "flush"), "w")
  const page = Buffer.alloc(4_096)
  const times = Array.from({ length: 500 }, () => {
    const begun = performance.now()
    writeSync(file, page)
    fsyncSync(file)
    return performance.now() - begun
  })
  closeSync(file)
  return times
}
