/** Flushes the names in a folder: a file that was just made or renamed may be gone after a power cut without it. */
import fs from "node:fs"

/** Does so where the system can: Windows cannot, and need not. */
export const flushFolder = (folder: string): void => {
  if (process.platform === "win32") return
  const handle = fs.openSync(folder, "r")
  try {
    fs.fsyncSync(handle)
  } finally {
    fs.closeSync(handle)
  }
}
