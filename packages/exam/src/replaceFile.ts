/**
 * Replaces a file, whole or not at all: readers see the old text or the new one. Behind symbolic links, and with the mode
 * and, where this user may, the owner that it has.
 */
import { randomBytes } from "node:crypto"
import { chmod, chown, lstat, open, realpath, rename, rm, stat } from "node:fs/promises"

/** The path of the file behind links, which need not exist. Rejects for a dangling link. */
const placeOf = (path: string): Promise<string> =>
  realpath(path).catch(async (error) => {
    if ((await lstat(path).catch(() => undefined)) !== undefined) throw error
    return path
  })

const written = async <A>(
  path: string,
  text: string,
  mode: number,
  use: (made: string, place: string) => Promise<A>
): Promise<A> => {
  const place = await placeOf(path)
  // Not the process id: processes in containers that share a folder may all have the same one.
  const made = `${place}.${randomBytes(6).toString("hex")}.new`
  const there = await stat(place).catch(() => undefined)
  const file = await open(made, "wx", there === undefined ? mode : there.mode & mode)
  try {
    await file.writeFile(text).finally(() => file.close())
    if (there !== undefined) {
      await chown(made, there.uid, there.gid).catch(() => {})
      await chmod(made, there.mode & 0o7777)
    }
    return await use(made, place)
  } finally {
    await rm(made, { force: true })
  }
}

/** Writes the text; `mode` is for a new file. */
export const replaceFile = (path: string, text: string, mode = 0o666): Promise<void> =>
  written(path, text, mode, rename)

/** Rejects if the file could not be replaced; changes nothing. */
export const checkReplaceable = (path: string): Promise<void> => written(path, "", 0o600, async () => {})
