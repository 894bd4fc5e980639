/**
 * What is wrong with a file, by error codes of the system and of SQLite: words in a message could come from the file's path.
 */

import { accessSync, constants, statSync } from "node:fs"
import { dirname } from "node:path"

/** Whether another process has the file open. */
export const isInUse = (error: unknown): boolean => {
  const code = resultCode(error)
  return code === BUSY || code === LOCKED
}

/** Whether the disk, or the user's quota, is full. */
export const isFull = (error: unknown): boolean =>
  resultCode(error) === FULL || ["ENOSPC", "EDQUOT"].includes(systemCode(error))

/**
 * Whether the same may succeed later without a change of the settings: the disk is full, failing or remounted read-only, or the
 * process or the machine has too many open files or too little memory. A missing permission does not pass.
 */
export const mayPass = (error: unknown, path: string): boolean => {
  if (isForbidden(error, path)) return false
  if (isFull(error) || PASSING.has(systemCode(error))) return true
  const code = resultCode(error)
  if (code === IO_ERROR || code === NO_MEMORY) return true
  // SQLite does not say why. An existing file in a folder that can take its log should open.
  return (code === CANNOT_OPEN || code === READ_ONLY) && isUsable(path)
}

const isUsable = (path: string): boolean => {
  try {
    if (!statSync(path).isFile()) return false
    accessSync(dirname(path), constants.W_OK | constants.X_OK)
    return true
  } catch (refused) {
    return PASSING.has(systemCode(refused))
  }
}

/** The system's codes for a failing disk or a shortage in the process. */
const PASSING: ReadonlySet<string> = new Set(["EIO", "EROFS", "EMFILE", "ENFILE", "ENOMEM", "EAGAIN"])

const systemCode = (error: unknown): string => String((error as NodeJS.ErrnoException).code)

/** Whether the file could not be opened because this process's user may not read and write it. */
export const isForbidden = (error: unknown, path: string): boolean => {
  if (["EACCES", "EPERM"].includes(systemCode(error))) return true
  const code = resultCode(error)
  if (code !== CANNOT_OPEN && code !== READ_ONLY) return false
  try {
    accessSync(path, constants.R_OK | constants.W_OK)
    return false
  } catch (refused) {
    return (refused as NodeJS.ErrnoException).code === "EACCES"
  }
}

/** Whether the file's content is not a database, or a damaged one. */
export const isDamaged = (error: unknown): boolean => resultCode(error) === CORRUPT || isNoDatabase(error)

/** Whether the file does not begin like a database. */
export const isNoDatabase = (error: unknown): boolean => resultCode(error) === NOT_A_DATABASE

/** SQLite's primary result code; undefined for other errors. */
const resultCode = (error: unknown): number | undefined => {
  const { errcode } = error as { readonly errcode?: unknown }
  return typeof errcode === "number" ? errcode & 0xff : undefined
}

const BUSY = 5
const LOCKED = 6
const NO_MEMORY = 7
const READ_ONLY = 8
const IO_ERROR = 10
const CORRUPT = 11
const FULL = 13
const CANNOT_OPEN = 14
const NOT_A_DATABASE = 26
