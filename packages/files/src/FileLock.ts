/**
 * A lock that ends with its process: the operating system's own, on an empty file.
 *
 * It holds between processes of one machine, whatever PID namespace or mount they see the file through, and is gone when
 * the process is, however it ended. SQLite takes it, because Node itself cannot. The file stays; a lock file that is left
 * over locks nothing. It must not be opened by anything else in the same process: closing it would free the lock.
 */
import * as fs from "node:fs"

/** SQLite's primary result codes. */
const BUSY = 5
const NOT_A_DATABASE = 26

/** Takes the lock, or returns `undefined` while a process has it. The returned function frees it. Throws for a file that is not a lock. */
export const takeLock = (path: string): (() => void) | undefined => {
  if (!fs.existsSync(path)) fs.closeSync(fs.openSync(path, "a", 0o600))
  if (fs.statSync(path).size > 0) throw notALock(path)
  const database = new (load().DatabaseSync)(path, { timeout: 0 })
  try {
    // Nothing is ever written, so that no recovery log is needed beside it.
    database.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE")
  } catch (error) {
    database.close()
    const code = resultCode(error)
    if (code === BUSY) return undefined
    throw code === NOT_A_DATABASE ? notALock(path) : error
  }
  return () => {
    if (database.isOpen) database.close()
  }
}

const notALock = (path: string): Error =>
  new Error(`${path} is not a lock file: it should be empty. Move it away if no other program needs it`)

const resultCode = (error: unknown): number | undefined => {
  const { errcode } = error as { readonly errcode?: unknown }
  return typeof errcode === "number" ? errcode & 0xff : undefined
}

let loaded: typeof import("node:sqlite") | undefined

/** Node 22 warns on stderr that SQLite is experimental as soon as it is used; what is used here has not changed since. */
const load = (): typeof import("node:sqlite") => {
  if (loaded !== undefined) return loaded
  const { emitWarning } = process
  process.emitWarning = () => {}
  try {
    loaded = process.getBuiltinModule("node:sqlite")
    new loaded.DatabaseSync(":memory:").close()
    return loaded
  } finally {
    process.emitWarning = emitWarning
  }
}
