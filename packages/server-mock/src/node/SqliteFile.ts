/** The file behind the store: how it is opened, for one process at a time, and its tables. */
import { chmodSync, closeSync, existsSync, openSync } from "node:fs"
import type { DatabaseSync } from "node:sqlite"
import { StartFailed } from "./serve.ts"

/** Opens the file, or makes it, and holds it until it is closed. */
export const open = (path: string, prepare: (database: DatabaseSync) => void): DatabaseSync => {
  // The file is nobody else's from its first byte on.
  if (!existsSync(path)) closeSync(openSync(path, "a", 0o600))
  chmodSync(path, 0o600)
  // Only now: Node 22 says on stderr that SQLite is experimental as soon as it is loaded, to those who keep no file too.
  const sqlite = process.getBuiltinModule("node:sqlite")
  const database = new sqlite.DatabaseSync(path, { timeout: 0 })
  try {
    // Taken here and held until the process ends, even when it is killed: a second process gets "locked".
    database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; BEGIN EXCLUSIVE; COMMIT")
    // 32 MB of log before it is brought into the file, and 16 MB of pages at hand: both spare work under load.
    database.exec("PRAGMA wal_autocheckpoint = 8000; PRAGMA cache_size = -16000")
    // What is deleted is overwritten; and on macOS a flush goes past the drive's own memory.
    database.exec("PRAGMA secure_delete = ON; PRAGMA fullfsync = ON")
    const { user_version: version } = database.prepare("PRAGMA user_version").get() as { readonly user_version: number }
    if (version > VERSION) throw new Error("it was written by a newer version")
    if (version < VERSION) database.exec(`BEGIN; ${SCHEMA}; PRAGMA user_version = ${VERSION}; COMMIT`)
    prepare(database)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** Why a file could not be opened, in one sentence. */
export const cannotOpen = (path: string, error: unknown): StartFailed => {
  const detail = error instanceof Error ? error.message : String(error)
  return new StartFailed({
    problem: /locked|busy/i.test(detail)
      ? `the store ${path} is in use by another process`
      : `cannot open the store ${path}: ${detail}`
  })
}

const VERSION = 1

const SCHEMA = `
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
