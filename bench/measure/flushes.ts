import { closeSync, fsyncSync, openSync, writeSync } from "node:fs"
import { join } from "node:path"

/** The times to write and flush a page, in milliseconds, measured many times: each claim on SQLite waits for this. */
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
