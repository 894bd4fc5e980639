/**
 * Replaces a file, whole or not at all: readers see the old text or the new one. Behind symbolic links, and with the mode
 * and, where this user may, the owner that it has.
 */
import { randomBytes } from "node:crypto"
import { chmod, chown, lstat, open, realpath, rename, rm, stat } from "node:fs/promises"

/** The file, or where it would be. Rejects for a link that leads nowhere. */
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
  // No process id: in containers that share a folder, all have the same.
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

/** Writes the text; `mode` is that of a file which was not there. */
export const replaceFile = (path: string, text: string, mode = 0o666): Promise<void> =>
  written(path, text, mode, rename)

/** Rejects where the file could not be replaced now; changes nothing. */
export const checkReplaceable = (path: string): Promise<void> => written(path, "", 0o600, async () => {})
