/**
 * A lock that ends with its process: the operating system's own, on an empty file.
 *
 * It holds between processes of one machine, whatever PID namespace or mount they see the file through, and is gone when
 * the process is, however it ended. SQLite takes it, because Node itself cannot. The file stays; a lock file that is left
 * over locks nothing. It must not be opened by anything else in the same process: closing it would free the lock.
 */
import * as fs from "node:fs"
import * as Sqlite from "./Sqlite.ts"

/** Takes the lock, or returns `undefined` while a process has it. The returned function frees it. Throws for a file that is not a lock. */
export const takeLock = (path: string): (() => void) | undefined => {
  if (!fs.existsSync(path)) fs.closeSync(fs.openSync(path, "a", 0o600))
  if (fs.statSync(path).size > 0) throw notALock(path)
  const database = Sqlite.open(path)
  try {
    // Nothing is ever written, so that no recovery log is needed beside it.
    database.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE")
  } catch (error) {
    database.close()
    const code = Sqlite.resultCode(error)
    if (code === Sqlite.BUSY) return undefined
    throw code === Sqlite.NOT_A_DATABASE ? notALock(path) : error
  }
  return () => {
    if (database.isOpen) database.close()
  }
}

const notALock = (path: string): Error =>
  new Error(`${path} is not a lock file: it should be empty. Move it away if no other program needs it`)

/** Whether a process has the lock. */
export const isLocked = (path: string): boolean => {
  if (!fs.existsSync(path)) return false
  const database = Sqlite.open(path, { readOnly: true })
  try {
    database.exec("SELECT count(*) FROM sqlite_master")
    return false
  } catch (error) {
    if (Sqlite.resultCode(error) === Sqlite.BUSY) return true
    throw error
  } finally {
    database.close()
  }
}
