/**
 * Runs before all tests and after them: removes everything that they wrote into the folder for temporary files,
 * including files that a killed worker or process left behind.
 */
import { execFileSync } from "node:child_process"
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** Linux's files in memory: the stores of the tests flush to the disk thousands of times. */
const MEMORY = "/dev/shm"

/** More than the tests' databases take at the same time. */
const ENOUGH = 4 * 2 ** 30

const makeFolder = (parent: string): string => mkdtempSync(join(parent, "hipay-pos-tests-"))

/** A folder in memory with room for all files, where programs can be run; undefined if there is none. */
const inMemory = (): string | undefined => {
  let folder: string | undefined
  try {
    const { bavail, bsize } = statfsSync(MEMORY)
    if (bavail * bsize < ENOUGH) return undefined
    folder = makeFolder(MEMORY)
    const program = join(folder, "program")
    writeFileSync(program, "#!/bin/sh\n", { mode: 0o755 })
    execFileSync(program)
    return folder
  } catch {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
    return undefined
  }
}

export default (): (() => void) => {
  // A run with a TMPDIR of its own is to use that.
  const folder = (process.env.TMPDIR === undefined ? inMemory() : undefined) ?? makeFolder(tmpdir())
  // The workers inherit them; Windows has the second name.
  process.env.TMPDIR = folder
  process.env.TEMP = folder
  // Hundreds of programs are started from their sources: each module is stripped of its types and compiled once.
  process.env.NODE_COMPILE_CACHE = join(folder, "compiled")
  const remove = () => rmSync(folder, { recursive: true, force: true })
  // A run that is stopped must not leave its files in memory.
  process.once("exit", remove)
  for (const [signal, code] of [
    ["SIGTERM", 143],
    ["SIGHUP", 129]
  ] as const)
    process.once(signal, () => process.exit(code))
  return remove
}
