/**
 * Copies a store into one file, even while a gateway writes to it: a consistent snapshot, including the log.
 *
 * The copy is checked, records when it was made, is readable only by its owner, and gets its name once it is complete.
 */
import { closeSync, openSync, rmSync } from "node:fs"
import { isFull } from "./fileProblem.ts"
import { makeIdentityWriter } from "./identityTable.ts"
import * as SqliteFile from "./SqliteFile.ts"
import type { StartFailed } from "./StartFailed.ts"
import * as StoreIdentity from "./storeIdentity.ts"
import { cannotWrite, flush, makeTarget, writing } from "./targetFile.ts"

/** What to back up, and where to. */
export interface BackupOptions {
  readonly store: string
  readonly to: string
  /** Replaces an existing file; false by default. */
  readonly overwrite?: boolean | undefined
  /** The time of the backup, in milliseconds since 1970. */
  readonly at: number
}

/** A backup that was made. */
export interface Backup {
  /** Absolute. */
  readonly file: string
  readonly attempts: number
}

/** Makes a backup. Throws {@link StartFailed}, one sentence that a person can act on, and then leaves the file as it was. */
export const backupStore = ({ store, to, overwrite = false, at }: BackupOptions): Backup => {
  const source = SqliteFile.find(store)
  const target = makeTarget({ to, overwrite, source, mayReplaceBackup: true })
  const { file } = target
  const made = `${file}.${process.pid}.new`
  try {
    needStore(source)
    writing(file, () => closeSync(openSync(made, "wx", 0o600)))
    StoreIdentity.withReadOnly(
      source,
      (database) => database.prepare("VACUUM INTO ?").run(made),
      SqliteFile.LOCK_TIMEOUT
    )
    const attempts = complete(made, at)
    target.publish(made)
    return { file, attempts }
  } catch (error) {
    // Reading a store needs no space, so it is the copy that ran out of it.
    if (isFull(error)) throw cannotWrite(file, error)
    throw SqliteFile.cannotOpen(source, error)
  } finally {
    rmSync(made, { force: true })
  }
}

const needStore = (path: string): void => {
  const found = StoreIdentity.inspect(path, SqliteFile.LOCK_TIMEOUT)
  if (found._tag === "Store") return
  throw new Error(
    found._tag === "Absent"
      ? "it is empty"
      : "it is of an earlier version; start its gateway or mock once, then try again"
  )
}

/** Marks the copy as a backup, checks it, and flushes it to the disk. */
const complete = (path: string, at: number): number => {
  const { DatabaseSync } = process.getBuiltinModule("node:sqlite")
  const database = new DatabaseSync(path)
  try {
    SqliteFile.refuseDamaged(database)
    makeIdentityWriter(database)("copied-at", String(at))
    return Number(database.prepare("SELECT count(*) AS count FROM attempts").get()?.count)
  } finally {
    database.close()
    flush(path)
  }
}
