/**
 * The file beside a gateway's store, `PATH.generation`: which store it was, and how many attempts it had.
 *
 * An older copy of the store that is put back has fewer, and is recognised by that. The number is written after the
 * attempts themselves are on the disk, so that no crash makes it larger than what the store has. It is a help: that it
 * cannot be read or written stops nothing.
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

/** What it says; undefined where it is not there, or says nothing that can be understood. */
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

/** Writes it whole or not at all, also where the power fails. */
export const write = (path: string, { store, attempts }: Generation): void => {
  const place = pathOf(path)
  try {
    writeFileSync(`${place}.new`, `${JSON.stringify({ store, attempts })}\n`, { mode: 0o600, flush: true })
    renameSync(`${place}.new`, place)
  } catch {
    // A copy that is put back is then recognised later, or not.
  }
}
