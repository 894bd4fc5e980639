/**
 * The file that a backup or an export becomes: whether it may be written, and naming it once it is complete.
 *
 * A database is never replaced unless it is marked as a backup: it may be a store, in use or not, and its payments would be
 * lost.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  readSync,
  realpathSync,
  renameSync,
  statSync
} from "node:fs"
import { basename, dirname, join, resolve } from "node:path"
import * as ErrorText from "@hipay-pos/core/ErrorText"
import { mayPass } from "./fileProblem.ts"
import { StartFailed } from "./StartFailed.ts"
import * as StoreGeneration from "./storeGeneration.ts"
import * as StoreIdentity from "./storeIdentity.ts"

/** Where a new file goes. */
export interface TargetOptions {
  readonly to: string
  /** Replaces an existing file. */
  readonly overwrite: boolean
  /** The real path of the store being read, if it is a file. */
  readonly source?: string | undefined
  /** Whether a backup may be replaced; no other database ever is. */
  readonly mayReplaceBackup: boolean
}

/** A file that may be written. */
export interface Target {
  /** Absolute; symbolic links are followed. */
  readonly file: string
  /** Gives a complete file its name, after another check of what is there. */
  readonly publish: (made: string) => void
}

/** Makes the target. Throws {@link StartFailed} if a file is there that may not be replaced. */
export const makeTarget = ({ to, overwrite, source, mayReplaceBackup }: TargetOptions): Target => {
  const file = pathOf(to, overwrite)
  refuseParts(file, source)
  const refuseUnfit = () => writing(file, () => refuseDatabase(file, mayReplaceBackup))
  refuseUnfit()
  return {
    file,
    publish: (made) => {
      // A gateway may have been started on it meanwhile.
      refuseUnfit()
      writing(file, () => name(made, file, overwrite))
    }
  }
}

const pathOf = (to: string, overwrite: boolean): string => {
  const given = resolve(to)
  if (lstatSync(given, { throwIfNoEntry: false }) === undefined) return given
  if (!existsSync(given))
    throw new StartFailed({ problem: `${given} is a link to a file that is not there; give another path` })
  if (!statSync(given).isFile()) throw new StartFailed({ problem: `${given} is not a file; give another path` })
  if (!overwrite) throw exists(given)
  return realpathSync(given)
}

/** SQLite's files beside an open database. */
const LOGS = ["-wal", "-shm", "-journal"]

/** The files beside a store: the logs, its generation, and alarms not delivered yet. */
const PARTS = [...LOGS, StoreGeneration.pathOf(""), ".alarms"]

const refuseParts = (file: string, source: string | undefined): void => {
  const folder = dirname(file)
  const place = existsSync(folder) ? join(realpathSync(folder), basename(file)) : file
  if (place === source) throw new StartFailed({ problem: `${file} is the store itself; give another path` })
  const ending = PARTS.find((each) => place.endsWith(each)) ?? ""
  const store = place.slice(0, place.length - ending.length)
  if (ending !== "" && statSync(store, { throwIfNoEntry: false })?.isFile())
    throw new StartFailed({ problem: `${file} is a part of the store ${store}; give another path` })
}

const refuseDatabase = (file: string, mayReplaceBackup: boolean): void => {
  const log = LOGS.map((ending) => `${file}${ending}`).find((each) => existsSync(each))
  if (log !== undefined) {
    throw new StartFailed({
      problem: `${file} is a database in use, or was when its process was killed: ${log} is there; give another path`
    })
  }
  if (!isSqlite(file) || (mayReplaceBackup && isBackup(file))) return
  throw new StartFailed({
    problem: `${file} is a database${mayReplaceBackup ? ", and no backup of a store" : ""}; give another path`
  })
}

const HEADER = "SQLite format 3\0"

const isSqlite = (path: string): boolean => {
  if (!existsSync(path)) return false
  const file = openSync(path, "r")
  try {
    const bytes = Buffer.alloc(HEADER.length)
    readSync(file, bytes, 0, HEADER.length, 0)
    return bytes.toString("latin1") === HEADER
  } finally {
    closeSync(file)
  }
}

const isBackup = (path: string): boolean => {
  try {
    const found = StoreIdentity.inspect(path)
    return found._tag === "Store" && found.identity.copiedAt !== undefined
  } catch {
    return false
  }
}

/** Does work that writes to a file; a failure is reported as the file's, not the store's. */
export const writing = <A>(file: string, work: () => A): A => {
  try {
    return work()
  } catch (error) {
    throw error instanceof StartFailed ? error : cannotWrite(file, error)
  }
}

/** Why a file cannot be written. */
export const cannotWrite = (file: string, error: unknown): StartFailed =>
  new StartFailed({ problem: `cannot write ${file}: ${ErrorText.of(error)}`, isTemporary: mayPass(error, file) })

/** Flushes a file to the disk. */
export const flush = (path: string): void => {
  const file = openSync(path, "r+")
  fsyncSync(file)
  closeSync(file)
}

const name = (made: string, file: string, overwrite: boolean): void => {
  try {
    if (overwrite) renameSync(made, file)
    else linkSync(made, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") throw exists(file)
    // A disk without links, such as a USB stick: checking for the file is all that can be done.
    if (overwrite || existsSync(file)) throw error
    renameSync(made, file)
  }
}

const exists = (file: string) =>
  new StartFailed({ problem: `${file} is there already; give another path, or --overwrite to replace it` })
