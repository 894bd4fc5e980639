/**
 * A lock that ends with its process: the operating system's own, on a file of no content.
 *
 * It holds between processes of one machine, whatever PID namespace or mount they see the file through, and is gone when
 * the process is, however it ended. SQLite takes it, because Node itself cannot. The file must not be opened by anything
 * else in the same process: closing it would free the lock.
 */
import * as fs from "node:fs"
import { BUSY, openDatabase, resultCode } from "./sqlite.ts"

/** Takes the lock, or returns `undefined` where another process has it. The function that it returns frees it, once. */
export const takeLock = (path: string): (() => void) | undefined => {
  if (!fs.existsSync(path)) fs.closeSync(fs.openSync(path, "a", 0o600))
  const database = openDatabase(path)
  try {
    // Nothing is ever written, so that no recovery log is needed beside it.
    database.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE")
  } catch (error) {
    database.close()
    if (resultCode(error) === BUSY) return undefined
    throw error
  }
  return () => {
    if (database.isOpen) database.close()
  }
}

/** Whether a process has the lock. */
export const isLocked = (path: string): boolean => {
  if (!fs.existsSync(path)) return false
  const database = openDatabase(path, { readOnly: true })
  try {
    database.exec("SELECT count(*) FROM sqlite_master")
    return false
  } catch (error) {
    if (resultCode(error) === BUSY) return true
    throw error
  } finally {
    database.close()
  }
}
