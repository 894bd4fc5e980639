/**
 * Runs before all tests and after them: removes everything that they wrote into the folder for temporary files,
 * including files that a killed worker or process left behind.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

export default (): (() => void) => {
  const folder = mkdtempSync(join(tmpdir(), "hipay-pos-tests-"))
  // The workers inherit them; Windows has the second name.
  process.env.TMPDIR = folder
  process.env.TEMP = folder
  // Hundreds of programs are started from their sources: each module is stripped of its types and compiled once.
  process.env.NODE_COMPILE_CACHE = join(folder, "compiled")
  return () => rmSync(folder, { recursive: true, force: true })
}
