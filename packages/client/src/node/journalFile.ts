/**
 * The file of a journal, opened by name for each read or write, because it may have been moved or restored meanwhile.
 *
 * SQLite keeps it: each write is one transaction under a lock of the operating system, flushed before it returns.
 * Without WAL the file alone is the journal, so a copy of it is a backup.
 */
import * as fs from "node:fs"
import { dirname } from "node:path"
import type { DatabaseSync } from "node:sqlite"
import { getSystemErrorMessage } from "node:util"
import * as ErrorText from "@hipay-pos/core/ErrorText"
import { JournalFailed } from "../AttemptJournal.ts"
import { FileLock, Sqlite } from "./files.ts"
import { makeFolder, realPath, refuseSecondName } from "./journalPath.ts"
import { APPLICATION, MIGRATIONS, makeTable, SCHEMA } from "./journalTable.ts"
import { busy, whenFree } from "./sqlite.ts"
import { oldJournalOf, takeIn } from "./takeIn.ts"

const CORRUPT = 11
const NOT_A_DATABASE = 26

/** The rows of a journal. */
export type Table = ReturnType<typeof makeTable>

/** Files that this process has seen. */
const seen = new Set<string>()

/** Reads; returns `none` if there is no file yet. */
export const read = <A>(path: string, timeout: number, see: (table: Table, real: string) => A, none: A): Promise<A> =>
  failing(path, timeout, async () => {
    if (!fs.existsSync(dirname(path))) return none
    const real = realPath(path)
    const reading = () => (isEmpty(real) ? none : inTransaction(real, "BEGIN", (table) => see(table, real)))
    return withOld(real, timeout, () => whenFree(reading, timeout))
  })

/** Writes in one transaction, rolled back if `change` throws. Makes the file and its folder if need be. */
export const write = <A>(path: string, timeout: number, change: (table: Table, real: string) => A): Promise<A> =>
  failing(path, timeout, async () => {
    makeFolder(dirname(path))
    const real = realPath(path)
    return withOld(real, timeout, () =>
      inTurn(real, timeout, (locked) => {
        if (isEmpty(real)) fs.closeSync(fs.openSync(real, "a", 0o600))
        return inTransaction(real, "BEGIN EXCLUSIVE", (table) => change(table, real), locked)
      })
    )
  })

/** Rewrites the whole file, without the old entries that its free pages still hold. */
export const vacuum = (path: string, timeout: number): Promise<void> =>
  failing(path, timeout, () =>
    inTurn(realPath(path), timeout, (locked) => {
      const database = Sqlite.open(realPath(path))
      try {
        database.exec("PRAGMA synchronous = EXTRA; PRAGMA fullfsync = ON; PRAGMA secure_delete = ON; VACUUM")
        locked()
      } finally {
        database.close()
      }
    })
  )

/**
 * Writes in this process's turn: the process next in line holds a lock of its own until it has the file. Otherwise one
 * that writes entry after entry would take the file again each time before the others retry.
 */
const inTurn = async <A>(real: string, timeout: number, run: (locked: () => void) => A): Promise<A> => {
  const pass = await whenFree(() => {
    const taken = FileLock.takeLock(`${real}.turn`)
    if (taken === undefined) throw busy()
    return taken
  }, timeout)
  try {
    return await whenFree(
      () => run(pass),
      timeout,
      () => 2
    )
  } finally {
    pass()
  }
}

/** First imports a journal that an earlier version left under this name. */
const withOld = async <A>(real: string, timeout: number, run: () => Promise<A>): Promise<A> => {
  const old = fs.existsSync(real) ? undefined : oldJournalOf(real)
  if (old !== undefined) await whenFree(() => takeIn(old, real), timeout)
  try {
    return await run()
  } catch (error) {
    if (Sqlite.resultCode(error) !== NOT_A_DATABASE) throw error
  }
  await whenFree(() => takeIn(real, real), timeout)
  return run()
}

/**
 * An empty file was never written, for instance because of a crash before the first entry, unless this process has seen
 * entries in it.
 */
const isEmpty = (real: string): boolean => {
  const { size } = fs.statSync(real, { throwIfNoEntry: false }) ?? {}
  if (!size && seen.has(real)) {
    const what = size === undefined ? "was there and is gone" : "had attempts and is empty"
    throw new JournalFailed({
      detail: `${real} ${what}: put it back, or start this program again to begin a new journal`
    })
  }
  return !size
}

const inTransaction = <A>(real: string, begin: string, run: (table: Table) => A, locked = () => {}): A => {
  refuseSecondName(real)
  const database = Sqlite.open(real)
  try {
    // EXTRA also flushes the directory once the recovery log is removed: otherwise a power cut could undo what was
    // written.
    database.exec("PRAGMA synchronous = EXTRA; PRAGMA fullfsync = ON; PRAGMA secure_delete = ON")
    database.exec(begin)
    locked()
    identify(database)
    const result = run(makeTable(database))
    database.exec("COMMIT")
    seen.add(real)
    return result
  } finally {
    // Rolls back what was not committed.
    database.close()
  }
}

/** Makes the table in an empty file, and migrates an earlier format. */
export const identify = (database: DatabaseSync, migrations = MIGRATIONS): void => {
  const pragma = (name: string) => Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]
  const tables = database.prepare("SELECT count(*) AS count FROM sqlite_master").get() as { readonly count: number }
  if (tables.count === 0 && pragma("application_id") === 0) {
    database.exec(SCHEMA)
    return
  }
  if (pragma("application_id") !== APPLICATION) {
    throw new JournalFailed({ detail: "this is another program's file, not a journal of attempts: name another file" })
  }
  const format = Number(pragma("user_version"))
  const today = migrations.length + 1
  if (format < 1) throw new JournalFailed({ detail: DAMAGED })
  if (format > today) {
    throw new JournalFailed({
      detail:
        `a newer version of this program wrote it (format ${format}; this version knows ${today}): update this ` +
        "program. Do not begin another journal: it would not know what was paid"
    })
  }
  for (const migration of migrations.slice(format - 1)) database.exec(migration)
  if (format < today) database.exec(`PRAGMA user_version = ${today}`)
}

const DAMAGED = "it is damaged: restore a copy. Do not begin another journal: it would not know what was paid"

const failing = async <A>(path: string, timeout: number, run: () => Promise<A>): Promise<A> => {
  try {
    return await run()
  } catch (error) {
    throw new JournalFailed({ detail: `${path}: ${reasonOf(error, timeout)}` })
  }
}

/** What is wrong, in the system's own words if known, and what to do. */
const reasonOf = (error: unknown, timeout: number): string => {
  if (error instanceof JournalFailed) return error.detail
  switch (Sqlite.resultCode(error)) {
    case Sqlite.BUSY:
      return `another process has locked it for ${timeout / 1000} s: try again, or end that process`
    case CORRUPT:
    case NOT_A_DATABASE:
      return DAMAGED
  }
  const { code, errno } = error as NodeJS.ErrnoException
  return typeof errno === "number" ? `${getSystemErrorMessage(errno)} (${code})` : ErrorText.of(error)
}
