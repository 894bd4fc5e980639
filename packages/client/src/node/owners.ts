/**
 * Which process opened an attempt, and whether it still runs: a random name per process and journal, and a lock file of
 * that name beside the journal, locked until the process ends.
 */
import { randomBytes } from "node:crypto"
import * as fs from "node:fs"
import { basename, dirname, join } from "node:path"
import { FileLock } from "./files.ts"

/** This process's names, by journal. */
const own = new Map<string, string>()
const held: Array<() => void> = []

/** The name of this process at a journal. Call it under the journal's own lock, so that no other process sweeps. */
export const ownerOf = (journal: string): string => {
  const known = own.get(journal)
  if (known !== undefined && fs.existsSync(fileOf(journal, known))) return known
  sweep(journal)
  const name = randomBytes(8).toString("hex")
  const release = FileLock.takeLock(fileOf(journal, name))
  if (release === undefined) throw new Error(`the lock ${fileOf(journal, name)} cannot be taken`)
  if (held.length === 0) process.once("exit", giveUp)
  held.push(() => {
    release()
    fs.rmSync(fileOf(journal, name), { force: true })
  })
  own.set(journal, name)
  return name
}

const giveUp = () => {
  for (const release of held) release()
}

/** Whether another running process has this name at a journal. */
export const isRunningElsewhere = (journal: string, name: string): boolean =>
  own.get(journal) !== name && FileLock.isLocked(fileOf(journal, name))

const fileOf = (journal: string, name: string): string => `${journal}.${name}.owner`

/** Removes the lock files of processes that were killed, and those that earlier versions left. */
const sweep = (journal: string): void => {
  const folder = dirname(journal)
  const prefix = `${basename(journal)}.`
  for (const file of fs.readdirSync(folder)) {
    if (!file.startsWith(prefix)) continue
    const path = join(folder, file)
    const rest = file.slice(prefix.length)
    const left = /^[0-9a-f]{16}\.owner$/.test(rest) ? !FileLock.isLocked(path) : isOldLock(path, rest)
    if (left) fs.rmSync(path, { force: true })
  }
}

/** An earlier version's lock holds a process id, or is empty after a power cut; any other file is not ours. */
const isOldLock = (path: string, rest: string): boolean =>
  /^lock(\.\d+(\.old)?)?$/.test(rest) && /^(\d+( \d*)?)?$/.test(fs.readFileSync(path, "utf8").slice(0, 100))
