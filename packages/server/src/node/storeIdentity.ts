/**
 * Whose store a file is: SQLite's `application_id`, and a table with the program and the mode that made it.
 *
 * It is checked before anything is written, so that another program's file stays untouched. A mock and a gateway never share a
 * file: a simulated approval must not stand for a payment, and a mock must not resolve a real one. The tables' format is
 * SQLite's `user_version`, plus {@link MOVED} once the attempts were moved elsewhere.
 */

import { existsSync, statSync } from "node:fs"
import type { DatabaseSync } from "node:sqlite"
import { pathToFileURL } from "node:url"
import { defined } from "@hipay-pos/core/Defined"
import { makeIdentityWriter, readIdentity } from "./identityTable.ts"
import { fromRows, type StoreUpstream } from "./storeUpstream.ts"

/** The programs that write to stores. */
export type StoreMode = "mock" | "gateway"

/** SQLite's mark for a program's files: "HPos". */
export const APPLICATION_ID = 0x48506f73

/** What a store records about itself. */
export interface Identity {
  readonly mode: StoreMode
  /** Random, made with the file; copies have the same. */
  readonly store: string
  /** How many times it was opened for writing. */
  readonly starts: number
  /** If the file is a backup that was not opened yet, when it was made, in milliseconds since 1970. */
  readonly copiedAt?: number | undefined
  /** Absent if nothing was relayed. */
  readonly upstream?: StoreUpstream | undefined
  /** The shared store that its attempts were moved to; absent if they were not. */
  readonly moved?: Moved | undefined
}

/** Where a store's attempts were moved. */
export interface Moved {
  /** The database's address, without secrets. */
  readonly to: string
  /** The shared store's own id. */
  readonly store: string
  /** When all of them had arrived, in milliseconds since 1970; absent until then. */
  readonly at?: number | undefined
}

/** What was found at a path. */
export type StoreFile =
  /** No file, an empty one, or a database without tables. */
  | { readonly _tag: "Absent" }
  | { readonly _tag: "Store"; readonly format: number; readonly identity: Identity }
  /** A store of the first format, which recorded nothing about itself, with its number of attempts of each kind. */
  | { readonly _tag: "Unmarked"; readonly dialled: number; readonly simulated: number; readonly damaged: number }

/** Writes what a store records about itself. */
export const write = (database: DatabaseSync, { mode, store, starts, copiedAt }: Identity): void => {
  const set = makeIdentityWriter(database)
  set("program", PROGRAM)
  set("mode", mode)
  set("store", store)
  set("starts", String(starts))
  if (copiedAt === undefined) database.exec("DELETE FROM identity WHERE name = 'copied-at'")
  else set("copied-at", String(copiedAt))
}

/**
 * Marks a store as moved: before its first attempt is moved elsewhere, and again when the last one has arrived. From the first
 * mark on, it is opened for writing only to continue the move. Versions that do not know the mark refuse its format.
 */
export const markMoved = (database: DatabaseSync, { to, store, at }: Moved): void => {
  database.exec("PRAGMA synchronous = FULL; BEGIN IMMEDIATE")
  const set = makeIdentityWriter(database)
  set("moved-to", to)
  set("moved-store", store)
  if (at !== undefined) set("moved-at", String(at))
  database.exec(`PRAGMA user_version = ${MOVED + formatOf(database)}; COMMIT`)
}

/** Removes the mark from a store of which nothing was moved: a gateway may use it again. */
export const unmarkMoved = (database: DatabaseSync): void => {
  database.exec("PRAGMA synchronous = FULL; BEGIN IMMEDIATE; DELETE FROM identity WHERE name LIKE 'moved-%'")
  database.exec(`PRAGMA user_version = ${formatOf(database)}; COMMIT`)
}

/** Added to the format of a moved store: larger than any format. */
const MOVED = 1_000_000

const versionOf = (database: DatabaseSync): number =>
  (database.prepare("PRAGMA user_version").get() as { readonly user_version: number }).user_version

/** The format of a database's tables. */
export const formatOf = (database: DatabaseSync): number => versionOf(database) % MOVED

/** Writes the format of a database's tables; a moved store stays marked. */
export const writeFormat = (database: DatabaseSync, format: number): void =>
  database.exec(`PRAGMA user_version = ${versionOf(database) - formatOf(database) + format}`)

/**
 * Opens a file read-only; another process may be writing meanwhile. `timeout` is how long to wait for a process with exclusive
 * access, in milliseconds.
 */
export const openReadOnly = (path: string, timeout = 1_000): DatabaseSync => {
  const { DatabaseSync } = process.getBuiltinModule("node:sqlite")
  // A store that is open, or whose process was killed, has a log beside it, without which the file is incomplete. If there is
  // none, SQLite need not create one.
  return existsSync(`${path}-wal`) ? new DatabaseSync(path, { readOnly: true, timeout }) : openAlone(path)
}

const openAlone = (path: string): DatabaseSync => {
  const { DatabaseSync } = process.getBuiltinModule("node:sqlite")
  return new DatabaseSync(new URL(`${pathToFileURL(path)}?immutable=1`), { readOnly: true })
}

/** Reads a file as {@link openReadOnly} opens it. */
export const withReadOnly = <A>(path: string, read: (database: DatabaseSync) => A, timeout?: number): A => {
  const database = openReadOnly(path, timeout)
  try {
    return read(database)
  } finally {
    database.close()
  }
}

/** Inspects the file at a path. Throws an error with a sentence if it is not a store or cannot be read. */
export const inspect = (path: string, timeout?: number): StoreFile => {
  if (sizeOf(path) === 0) return { _tag: "Absent" }
  refuseOtherLog(path)
  return withReadOnly(path, inspectDatabase, timeout)
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0

/**
 * Throws if a backup that was never opened has a log beside it: that is the log of the store whose place the backup took, and
 * SQLite would write it into the backup. (Or a process was killed while it first opened the backup: its log has no attempts.)
 */
const refuseOtherLog = (path: string): void => {
  const log = `${path}-wal`
  if (sizeOf(log) > 0 && isUnopenedBackup(path))
    throw new Error(
      `it is a backup, and the log ${log} beside it is that of the store that was there before; move ${log} and ${path}-shm away, then try again`
    )
}

/** Reads the file without its log; false if that is not possible. */
const isUnopenedBackup = (path: string): boolean => {
  const database = openAlone(path)
  try {
    const found = inspectDatabase(database)
    return found._tag === "Store" && found.identity.copiedAt !== undefined
  } catch {
    return false
  } finally {
    database.close()
  }
}

/** Inspects an open database. */
export const inspectDatabase = (database: DatabaseSync): StoreFile => {
  const { application_id: application } = database.prepare("PRAGMA application_id").get() as {
    readonly application_id: number
  }
  const format = formatOf(database)
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").all()
  const names = tables.map(({ name }) => String(name)).filter((name) => !name.startsWith("sqlite_"))
  if (application === APPLICATION_ID) return { _tag: "Store", format, identity: read(database) }
  if (application === 0 && format === 0 && names.length === 0) return { _tag: "Absent" }
  if (application === 0 && format === 1 && names.join() === "attempts,history") {
    return { _tag: "Unmarked", ...countKinds(database) }
  }
  throw new Error("it is the database of another program; give another path")
}

/** Why a moved store takes no more attempts, in a sentence; undefined if it was not moved. */
export const movedRefusal = (found: StoreFile, path: string): string | undefined => {
  const moved = found._tag === "Store" ? found.identity.moved : undefined
  if (moved === undefined) return undefined
  const { to, at } = moved
  return at === undefined
    ? `its attempts are being imported into ${to}, and the import is not complete; run: hipay-pos store import ${path} --store ${to}`
    : `its attempts were imported into ${to} on ${new Date(at).toISOString()}; start the gateway with --store ${to}`
}

/** Why a mode may not write to what was found, in a sentence; undefined if it may. */
export const refusalOf = (found: StoreFile, mode: StoreMode): string | undefined => {
  switch (found._tag) {
    case "Absent":
      return undefined
    case "Store":
      return found.identity.mode === mode ? undefined : belongsElsewhere[mode]
    case "Unmarked": {
      const { dialled, simulated, damaged } = found
      if (mode === "gateway" && simulated > 0) {
        return `${simulated} of its attempts are simulated, and a gateway keeps real payments only; give the gateway another path`
      }
      if (mode === "mock" && dialled + damaged > 0) {
        return `${dialled + damaged} of its attempts may be real payments, and a mock keeps simulated ones only; give the mock another path`
      }
      return undefined
    }
  }
}

const belongsElsewhere = {
  gateway: "it is the store of a mock, whose payments are simulated; give the gateway another path",
  mock: "it is the store of a gateway, whose payments are real; give the mock another path"
} as const satisfies Record<StoreMode, string>

const PROGRAM = "hipay-pos"

const read = (database: DatabaseSync): Identity => {
  const values = readIdentity(database)
  const mode = values.get("mode")
  const store = values.get("store")
  if (values.get("program") !== PROGRAM || (mode !== "mock" && mode !== "gateway") || store === undefined) {
    throw new Error("it does not say whether it belongs to a mock or to a gateway")
  }
  const copiedAt = values.get("copied-at")
  const [to, target, at] = [values.get("moved-to"), values.get("moved-store"), values.get("moved-at")]
  return {
    mode,
    store,
    starts: Number(values.get("starts")),
    upstream: fromRows(values),
    ...defined({
      copiedAt: copiedAt === undefined ? undefined : Number(copiedAt),
      moved:
        to === undefined || target === undefined
          ? undefined
          : { to, store: target, ...defined({ at: at === undefined ? undefined : Number(at) }) }
    })
  }
}

const countKinds = (database: DatabaseSync) => {
  const kind = "CASE WHEN json_valid(json) THEN json_extract(json, '$.terminal') END"
  const rows = database.prepare(`SELECT ${kind} AS kind, count(*) AS count FROM attempts GROUP BY 1`).all()
  const counted = (wanted: string) => Number(rows.find(({ kind }) => kind === wanted)?.count ?? 0)
  const all = rows.reduce((sum, { count }) => sum + Number(count), 0)
  const dialled = counted("dialled")
  const simulated = counted("simulated")
  return { dialled, simulated, damaged: all - dialled - simulated }
}
