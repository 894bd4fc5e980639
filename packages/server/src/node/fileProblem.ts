/** What is wrong with a file, by the codes of the system and of SQLite: a search for words could match the file's path. */

import { accessSync, constants } from "node:fs"

/** Whether another process has the file. */
export const isInUse = (error: unknown): boolean => {
  const code = resultCode(error)
  return code === BUSY || code === LOCKED
}

/** Whether the disk is full, or what the user may have of it. */
export const isFull = (error: unknown): boolean =>
  resultCode(error) === FULL || ["ENOSPC", "EDQUOT"].includes(String((error as NodeJS.ErrnoException).code))

/** Whether the user of this process may not read and write the file, which is why it could not be opened. */
export const isForbidden = (error: unknown, path: string): boolean => {
  if (["EACCES", "EPERM"].includes(String((error as NodeJS.ErrnoException).code))) return true
  const code = resultCode(error)
  if (code !== CANNOT_OPEN && code !== READ_ONLY) return false
  try {
    accessSync(path, constants.R_OK | constants.W_OK)
    return false
  } catch (refused) {
    return (refused as NodeJS.ErrnoException).code === "EACCES"
  }
}

/** SQLite's primary result code; undefined where the error is not SQLite's. */
const resultCode = (error: unknown): number | undefined => {
  const { errcode } = error as { readonly errcode?: unknown }
  return typeof errcode === "number" ? errcode & 0xff : undefined
}

const BUSY = 5
const LOCKED = 6
const READ_ONLY = 8
const FULL = 13
const CANNOT_OPEN = 14
