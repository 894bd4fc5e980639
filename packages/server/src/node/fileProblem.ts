/** What is wrong with a file, by the codes of the system and of SQLite: a search for words could match the file's path. */

import { accessSync, constants, statSync } from "node:fs"
import { dirname } from "node:path"

/** Whether another process has the file. */
export const isInUse = (error: unknown): boolean => {
  const code = resultCode(error)
  return code === BUSY || code === LOCKED
}

/** Whether the disk is full, or what the user may have of it. */
export const isFull = (error: unknown): boolean =>
  resultCode(error) === FULL || ["ENOSPC", "EDQUOT"].includes(systemCode(error))

/**
 * Whether the same may succeed later, with nobody changing the settings: the disk is full, fails or was mounted again to be read
 * only, or this process or the machine has too many files open or too little memory. That this user may not have the file does
 * not pass.
 */
export const mayPass = (error: unknown, path: string): boolean => {
  if (isForbidden(error, path)) return false
  if (isFull(error) || PASSING.has(systemCode(error))) return true
  const code = resultCode(error)
  if (code === IO_ERROR || code === NO_MEMORY) return true
  // SQLite does not say why. A file that is there, with a folder that takes its log, should open.
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

/** What the system says of a disk that fails, or of what the process has too little of. */
const PASSING: ReadonlySet<string> = new Set(["EIO", "EROFS", "EMFILE", "ENFILE", "ENOMEM", "EAGAIN"])

const systemCode = (error: unknown): string => String((error as NodeJS.ErrnoException).code)

/** Whether the user of this process may not read and write the file, which is why it could not be opened. */
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

/** Whether what the file holds can be no database, or is a damaged one. */
export const isDamaged = (error: unknown): boolean => {
  const code = resultCode(error)
  return code === CORRUPT || code === NOT_A_DATABASE
}

/** SQLite's primary result code; undefined where the error is not SQLite's. */
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
