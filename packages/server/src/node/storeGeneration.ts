/**
 * The file beside a gateway's store, `PATH.generation`: the store's id, and how many attempts it had.
 *
 * If an older copy of the store is put back, it has fewer attempts and is recognised by that. The number is written after the
 * attempts themselves are on the disk, so that no crash leaves it larger than the store's. The file is only an aid: if it
 * cannot be read or written, nothing stops.
 */
import { readFileSync, renameSync, writeFileSync } from "node:fs"

/** What was last known of the store at a path. */
export interface Generation {
  readonly store: string
  /** How many attempts were ever opened in it. */
  readonly attempts: number
}

/** Where the file is. */
export const pathOf = (store: string): string => `${store}.generation`

/** Its content; undefined if it is missing or cannot be understood. */
export const read = (path: string): Generation | undefined => {
  try {
    const { store, attempts } = JSON.parse(readFileSync(pathOf(path), "utf8")) as Partial<Generation>
    return typeof store === "string" && Number.isSafeInteger(attempts)
      ? { store, attempts: Number(attempts) }
      : undefined
  } catch {
    return undefined
  }
}

/** Writes it all or nothing, even if the power fails. */
export const write = (path: string, { store, attempts }: Generation): void => {
  const place = pathOf(path)
  try {
    writeFileSync(`${place}.new`, `${JSON.stringify({ store, attempts })}\n`, { mode: 0o600, flush: true })
    renameSync(`${place}.new`, place)
  } catch {
    // Then a copy that is put back is recognised later, or never.
  }
}
