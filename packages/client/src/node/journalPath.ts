/** The real path of a journal's file, and its folder. Follows links, even to a target that does not exist yet. */
import * as fs from "node:fs"
import { basename, dirname, join, resolve } from "node:path"
import { JournalFailed } from "../AttemptJournal.ts"
import { flushFolder } from "./files.ts"

/** The path with links resolved. The file need not exist, its folder must. */
export const realPath = (path: string): string => {
  let at = resolve(path)
  for (let links = 0; links < 40; links++) {
    at = join(fs.realpathSync(dirname(at)), basename(at))
    const link = fs.lstatSync(at, { throwIfNoEntry: false })
    if (link === undefined || !link.isSymbolicLink()) return at
    at = resolve(dirname(at), fs.readlinkSync(at))
  }
  throw new JournalFailed({ detail: `${path}: too many symbolic links` })
}

/** Makes a folder and flushes the entries of what was made. */
export const makeFolder = (folder: string): void => {
  const first = fs.mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (first === undefined) return
  const above = dirname(first)
  for (let at = resolve(folder); at !== above && at !== dirname(at); at = dirname(at)) flushFolder(dirname(at))
}

/**
 * Refuses a folder, and a file that has a second name.
 *
 * With a second name (a hard link, or a mount of this file alone), the recovery log is beside one name only: after a
 * crash the other name would show a half-written journal.
 */
export const refuseSecondName = (path: string): void => {
  const file = fs.statSync(path, { throwIfNoEntry: false })
  if (file?.isDirectory()) throw new JournalFailed({ detail: "it is a folder: name a file in it" })
  const { nlink = 1 } = file ?? {}
  if (nlink > 1) {
    throw new JournalFailed({
      detail: `${path} has ${nlink} names (hard links): keep one of them, and use symbolic links for others`
    })
  }
  if (mountPoints().has(path)) {
    throw new JournalFailed({ detail: `${path} is mounted as a single file: mount its folder instead` })
  }
}

const mountPoints = (): ReadonlySet<string> => {
  try {
    const lines = fs.readFileSync("/proc/self/mountinfo", "utf8").split("\n")
    return new Set(lines.map((line) => unescaped(line.split(" ")[4] ?? "")))
  } catch {
    return new Set()
  }
}

/** `/proc` writes blanks and backslashes as three octal digits. */
const unescaped = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)))
