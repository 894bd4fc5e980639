/**
 * A store's file that is displaced: moved, removed or replaced while it is open, which the system allows. Later writes would go to
 * no store that the next start opens, and a second server can open the path.
 *
 * Its log, the `-wal`, stays beside the path. A file that was moved to another disk is a copy, and lacks that log.
 */
import { fstatSync, lstatSync } from "node:fs"
import type { DatabaseSync } from "node:sqlite"
import * as ErrorText from "@hipay-pos/core/ErrorText"

/** An open file: the connection to it, and another descriptor of it. */
interface OpenFile {
  readonly database: DatabaseSync
  readonly descriptor: number
}

/**
 * Makes the check of the file that was just opened: why it is displaced, or undefined. A link to a moved file does not count: the
 * log stays beside the path, and the next start would look for it beside the file.
 */
export const displacementOf = (path: string, descriptor: number): (() => string | undefined) => {
  const opened = lstatSync(path)
  return () => {
    try {
      const found = lstatSync(path, { throwIfNoEntry: false })
      if (found?.ino === opened.ino && found.dev === opened.dev) return undefined
      return isGone(descriptor) ? GONE : MOVED
    } catch (error) {
      return `the store's file cannot be looked at: ${ErrorText.of(error)}`
    }
  }
}

const MOVED =
  "the store's file was moved, removed or replaced; put it back where it was, and do not stop the server before then"

/** What is put back is then another file, with which the server cannot go on. */
const GONE =
  "the store's file was removed or replaced, or moved to another disk; put that file back beside its -wal, then start the server again"

/** Whether an open file has no name any more: it was removed, or moved to another disk, which makes a copy. */
const isGone = (descriptor: number): boolean => fstatSync(descriptor).nlink === 0

/**
 * Merges the log into the file, and empties it; false if a reader is in the way. Waits for readers as the connection does. Throws
 * if the file is gone: its copy on another disk lacks the log.
 */
export const emptyLog = ({ database, descriptor }: OpenFile): boolean => {
  if (isGone(descriptor)) throw new Error(GONE)
  return database.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get()?.busy === 0
}

/** The sentence for a person after closing a displaced file that needs no log. */
export const mergedElsewhere = (path: string): string =>
  `the store's file is no longer at ${path}; wherever it is now, it has everything that was written`

/** The same for one whose log could not be merged into it. */
export const logLeftAt = (path: string): string =>
  `the store's file is no longer at ${path}, and lacks what is in ${path}-wal: put it back beside that log before the next start, or, if it no longer exists, remove the log before another store takes its place`
