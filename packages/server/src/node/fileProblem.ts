/** What is wrong with a file, by the codes of the system and of SQLite: a search for words could match the file's path. */

/** Whether another process has the file. */
export const isInUse = (error: unknown): boolean => {
  const code = resultCode(error)
  return code === BUSY || code === LOCKED
}

/** Whether the disk is full, or what the user may have of it. */
export const isFull = (error: unknown): boolean =>
  resultCode(error) === FULL || ["ENOSPC", "EDQUOT"].includes(String((error as NodeJS.ErrnoException).code))

/** SQLite's primary result code; undefined where the error is not SQLite's. */
const resultCode = (error: unknown): number | undefined => {
  const { errcode } = error as { readonly errcode?: unknown }
  return typeof errcode === "number" ? errcode & 0xff : undefined
}

const BUSY = 5
const LOCKED = 6
const FULL = 13
