/**
 * The file behind the store: how it is made, opened and migrated, for one writer at a time.
 *
 * The writer holds SQLite's own lock on the file as long as it runs; the system drops it when the process is killed, and it
 * holds across containers and for any name of the file. Others may read meanwhile. A process becomes the writer only after
 * having had exclusive access; the count of starts distinguishes two processes that had it one after the other.
 */
import { randomUUID } from "node:crypto"
import { chmodSync, closeSync, existsSync, openSync, realpathSync, statSync } from "node:fs"
import { basename, dirname, join, resolve } from "node:path"
import type { DatabaseSync } from "node:sqlite"
import * as ErrorText from "@hipay-pos/core/ErrorText"
import { LOG_PAGES } from "./commits.ts"
import { displacementOf, emptyLog, logLeftAt, mergedElsewhere } from "./displacedFile.ts"
import { isForbidden, isInUse, mayPass } from "./fileProblem.ts"
import { GUARD_TABLES } from "./guardTables.ts"
import { IDENTITY_TABLE } from "./identityTable.ts"
import { LOCATED_COLUMNS, RESOLVED_INDEXES } from "./lastAt.ts"
import { NOTIFICATION_TABLES } from "./notificationTables.ts"
import { StartFailed } from "./StartFailed.ts"
import * as StoreGeneration from "./storeGeneration.ts"
import * as StoreIdentity from "./storeIdentity.ts"
import { type AskedUpstream, attemptsIn, upstreamRefusal, writeUpstream } from "./storeUpstream.ts"

/** Which file to open, and as what. */
export interface SqliteFileOptions {
  readonly path: string
  readonly mode: StoreIdentity.StoreMode
  /** Refuses to create a missing store; false by default. */
  readonly mustExist?: boolean
  /** The service that orders are relayed to; a store with orders of another service is refused. */
  readonly upstream?: AskedUpstream | undefined
  /** Opened to move its attempts to a shared store, perhaps the rest of them; false by default. */
  readonly toBeMoved?: boolean
}

/** A file open for writing. */
export interface SqliteFile {
  readonly database: DatabaseSync
  /** Another descriptor of the file, which says whether it still has a name. */
  readonly descriptor: number
  /** Absolute, without symbolic links. */
  readonly path: string
  readonly identity: StoreIdentity.Identity
  /** Why new writes would be lost: the file is displaced. Undefined while it is at its path. */
  readonly problem: () => string | undefined
  /** Whether the store was created now. */
  readonly created: boolean
  /** Things that a person should know about it, in sentences. */
  readonly warnings: ReadonlyArray<string>
}

/** Opens or creates the file. Throws errors that {@link cannotOpen} turns into a sentence. */
export const open = ({
  path: given,
  mode,
  mustExist = false,
  upstream,
  toBeMoved = false
}: SqliteFileOptions): SqliteFile => {
  const path = realPath(given)
  const refuseUnfit = (found: StoreIdentity.StoreFile) => {
    const refusal =
      StoreIdentity.refusalOf(found, mode) ?? (toBeMoved ? undefined : StoreIdentity.movedRefusal(found, path))
    if (refusal !== undefined) throw new Error(refusal)
    refuseNewer(found)
  }
  const found = StoreIdentity.inspect(path)
  refuseUnfit(found)
  if (found._tag === "Absent") {
    refuseLost(path, mode, mustExist)
    // Readable only by its owner, from its first byte on.
    closeSync(openSync(path, "a", 0o600))
  }
  chmodSync(path, 0o600)
  const warnings: Array<string> = []
  const refuseHeld = (held: StoreIdentity.StoreFile, database: DatabaseSync) => {
    refuseUnfit(held)
    if (held._tag !== "Store" || upstream === undefined) return
    const refusal = upstreamRefusal(held.identity.upstream, upstream, attemptsIn(database))
    if (refusal !== undefined) throw new Error(refusal)
  }
  const marked = prepare(path, mode, refuseHeld, warnings)
  const database = connect(path)
  try {
    const held = StoreIdentity.inspectDatabase(database)
    if (held._tag !== "Store" || held.identity.starts !== marked.starts) throw inUse(path)
    const created = found._tag === "Absent"
    if (upstream !== undefined) writeUpstream(database, upstream)
    if (created) warnings.unshift(`there was no store at ${path}: made an empty one, which knows no earlier payment`)
    if (mode === "gateway") warnings.push(...olderThan(path, marked, attemptsEver(database)))
    const descriptor = openSync(path, "r")
    const problem = displacementOf(path, descriptor)
    return { database, descriptor, path, identity: held.identity, problem, created, warnings }
  } catch (error) {
    database.close()
    throw error
  }
}

/** The path of an existing store: absolute, without symbolic links. Throws {@link StartFailed} if there is none. */
export const find = (given: string): string => {
  if (!existsSync(given)) throw new StartFailed({ problem: `there is no store at ${resolve(given)}` })
  return realpathSync(given)
}

/**
 * Inspects an existing store's file. Also throws if the file is empty or was written by a newer version;
 * {@link cannotOpen} makes a sentence of that.
 */
export const inspectExisting = (
  path: string,
  timeout = LOCK_TIMEOUT
): Exclude<StoreIdentity.StoreFile, { _tag: "Absent" }> => {
  const found = StoreIdentity.inspect(path, timeout)
  if (found._tag === "Absent") throw new Error("it is empty")
  refuseNewer(found)
  return found
}

/** Why a file could not be opened, in one sentence; a {@link StartFailed} is returned unchanged. */
export const cannotOpen = (path: string, error: unknown): StartFailed => {
  if (error instanceof StartFailed) return error
  if (isInUse(error)) return inUse(path)
  const detail = isForbidden(error, path)
    ? "the user that this program runs as may not read and write it; give the file to that user, with chown"
    : ErrorText.of(error)
  return new StartFailed({
    problem: `cannot open the store ${path}: ${/malformed/.test(detail) ? damaged(detail) : detail}`,
    isTemporary: mayPass(error, path)
  })
}

const inUse = (path: string): StartFailed =>
  new StartFailed({ problem: `the store ${path} is in use by another process`, isTemporary: true })

const damaged = (detail: string): string =>
  `it is damaged (${detail.replace(/^\*+.*\*+\n/, "")}); put back a backup, and bring in what was paid since from the journals`

/** How many attempts were ever opened in the store. */
export const attemptsEver = (database: DatabaseSync): number =>
  Number(database.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'attempts'").get()?.seq ?? 0)

/** How long to wait for a reader, in milliseconds. */
export const BUSY_TIMEOUT = 1_000

/** How long to wait while a server has a store to itself for a moment, in milliseconds. */
export const LOCK_TIMEOUT = 5_000

/** The newest format that this version writes. */
export const FORMAT = 5

/** The largest file that is checked at each start, in bytes: about two seconds on a disk of 150 MB a second. */
const CHECKED = 256 * 1024 ** 2

/** The real path, or that of its folder if the file does not exist. */
const realPath = (path: string): string => {
  const place = resolve(path)
  try {
    return realpathSync(place)
  } catch {
    return join(realpathSync(dirname(place)), basename(place))
  }
}

/** Throws if a newer version wrote the file: this one would misread and spoil it. */
export const refuseNewer = (found: StoreIdentity.StoreFile): void => {
  if (found._tag !== "Store" || found.format <= FORMAT) return
  throw new Error(`it was written by a newer version (format ${found.format}, this version knows ${FORMAT})`)
}

/** Refuses to create a store where there evidently was one: the orders it knew could be paid again. */
const refuseLost = (path: string, mode: StoreIdentity.StoreMode, mustExist: boolean): void => {
  if (mustExist) {
    throw new Error(
      "there is none, and --require-store is set; put back a backup, or start once without --require-store to make a new one"
    )
  }
  const log = `${path}-wal`
  if (sizeOf(path) === 0 && sizeOf(log) > 0) {
    throw new Error(`it is gone or empty, but its log ${log} is there; put back the store, or remove the log`)
  }
  const known = mode === "gateway" ? StoreGeneration.read(path) : undefined
  if (known !== undefined && known.attempts > 0) {
    throw new Error(
      `it is gone or empty, but ${StoreGeneration.pathOf(path)} says that it had ${known.attempts} attempts; put back the store or a backup of it, or remove that file to begin anew`
    )
  }
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0

/** With exclusive access: checks the file, migrates it to the newest format and counts the start. */
const prepare = (
  path: string,
  mode: StoreIdentity.StoreMode,
  refuseHeld: (held: StoreIdentity.StoreFile, database: DatabaseSync) => void,
  warnings: Array<string>
): StoreIdentity.Identity => {
  const database = connect(path, { exclusive: true })
  try {
    const found = StoreIdentity.inspectDatabase(database)
    refuseHeld(found, database)
    if (sizeOf(path) <= CHECKED) refuseDamaged(database)
    else warnings.push(`the store ${path} is too large to be checked at the start; hipay-pos store check looks at it`)
    const identity = found._tag === "Store" ? found.identity : { mode, store: randomUUID(), starts: 0 }
    const { copiedAt, ...kept } = identity
    if (copiedAt !== undefined) {
      warnings.push(
        `the store ${path} is a backup of ${new Date(copiedAt).toISOString()}: payments since then are not in it`
      )
    }
    const marked = { ...kept, starts: kept.starts + 1 }
    database.exec("BEGIN IMMEDIATE")
    migrate(database)
    StoreIdentity.write(database, marked)
    database.exec("COMMIT")
    return marked
  } finally {
    // Merges the log into the file, so that the next connection finds everything, whatever its log is called.
    database.close()
  }
}

/**
 * Closes the file. SQLite does not merge the log of a moved file: under another name the file would lack what is in the log, and
 * another file at the path would get it. Returns a sentence for a person if the file was moved.
 */
export const close = (file: SqliteFile): string | undefined => {
  try {
    if (file.problem() === undefined) return undefined
    return emptyLog(file) ? mergedElsewhere(file.path) : logLeftAt(file.path)
  } catch {
    return logLeftAt(file.path)
  } finally {
    file.database.close()
    // Not before: closing any descriptor of a file drops all of the process's locks on it.
    closeSync(file.descriptor)
  }
}

/** Throws if SQLite finds a fault in the file. */
export const refuseDamaged = (database: DatabaseSync): void => {
  const { integrity_check: said } = database.prepare("PRAGMA integrity_check(1)").get() as {
    readonly integrity_check: string
  }
  if (said !== "ok") {
    throw new Error(damaged(said))
  }
}

/** Warns if the file is an older copy of the last store at this path, or another store. */
const olderThan = (path: string, { store }: StoreIdentity.Identity, attempts: number): ReadonlyArray<string> => {
  const known = StoreGeneration.read(path)
  if (known === undefined || (known.store === store && known.attempts <= attempts)) return []
  return [
    known.store === store
      ? `the store ${path} is an older copy: it has ${attempts} attempts, and had ${known.attempts}; orders paid in between are not known and can be paid again`
      : `the store ${path} is another one than stood there before: orders that only that one has are not known and can be paid again`
  ]
}

const connect = (path: string, { exclusive = false } = {}): DatabaseSync => {
  // Loaded on demand: Node 22 warns on stderr that SQLite is experimental, even to those who keep no file.
  const { DatabaseSync } = process.getBuiltinModule("node:sqlite")
  // Waits for readers, and for a program that is slow to end.
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT })
  try {
    // Overwrites deleted data; on macOS, flushes past the drive's own cache.
    database.exec("PRAGMA secure_delete = ON; PRAGMA fullfsync = ON")
    if (exclusive) database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; BEGIN EXCLUSIVE; COMMIT")
    // A long log and 16 MB of cached pages save work under load.
    else database.exec(`PRAGMA wal_autocheckpoint = ${LOG_PAGES}; PRAGMA cache_size = -16000`)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

const migrate = (database: DatabaseSync): void => {
  const format = StoreIdentity.formatOf(database)
  if (format < 1) database.exec(TABLES)
  if (format < 2) database.exec(`${IDENTITY_TABLE}; PRAGMA application_id = ${StoreIdentity.APPLICATION_ID}`)
  if (format < 3) database.exec(LOCATED_COLUMNS)
  if (format < 4) database.exec(GUARD_TABLES)
  if (format < 5) database.exec(NOTIFICATION_TABLES)
  database.exec(RESOLVED_INDEXES)
  if (format < FORMAT) StoreIdentity.writeFormat(database, FORMAT)
}

const TABLES = `
CREATE TABLE attempts (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  key TEXT NOT NULL,
  login TEXT NOT NULL,
  state TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  words TEXT NOT NULL,
  customer INTEGER NOT NULL DEFAULT 1,
  json TEXT NOT NULL
) STRICT;
CREATE INDEX attempts_with_customer ON attempts (opened_at) WHERE customer = 1;
CREATE INDEX attempts_by_key ON attempts (key, number);
CREATE INDEX attempts_by_state ON attempts (state, number);
CREATE TABLE history (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  attempt TEXT NOT NULL,
  at INTEGER NOT NULL,
  state TEXT NOT NULL,
  json TEXT NOT NULL
) STRICT;
CREATE INDEX history_by_attempt ON history (attempt, number);
CREATE TRIGGER history_stays BEFORE UPDATE ON history BEGIN SELECT RAISE(ABORT, 'history is never changed'); END;
CREATE TRIGGER history_is_kept BEFORE DELETE ON history BEGIN SELECT RAISE(ABORT, 'history is never changed'); END
`
