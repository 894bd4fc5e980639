/**
 * Node's own SQLite: loaded when the first journal is used, without a word on stderr, and waited for where another
 * process has the file.
 */

import type { DatabaseSync } from "node:sqlite"
import { setTimeout as pause } from "node:timers/promises"

let loaded: typeof import("node:sqlite") | undefined

/** Opens a file. It must be there, or is made with the permissions that the umask leaves. */
export const openDatabase = (path: string, options: { readonly readOnly?: boolean } = {}): DatabaseSync =>
  new (load().DatabaseSync)(path, { timeout: 0, ...options })

/** Node 22 warns on stderr that SQLite is experimental as soon as it is used; what is used here has not changed since. */
const load = (): typeof import("node:sqlite") => {
  if (loaded !== undefined) return loaded
  const { emitWarning } = process
  process.emitWarning = () => {}
  try {
    loaded = process.getBuiltinModule("node:sqlite")
    new loaded.DatabaseSync(":memory:").close()
    return loaded
  } finally {
    process.emitWarning = emitWarning
  }
}

/** SQLite's primary result code of an error, or `undefined` for one that is not SQLite's. */
export const resultCode = (error: unknown): number | undefined => {
  const { errcode } = error as { readonly errcode?: unknown }
  return typeof errcode === "number" ? errcode & 0xff : undefined
}

export const BUSY = 5

/** Milliseconds between two tries of one that has waited for so long. */
export type Interval = (waited: number) => number

/** The longer it has waited the more often it tries, so that the oldest of many is the likeliest to be next. */
const queueing: Interval = (waited) => Math.max(5, 100 - waited / 50)

/** Runs what needs a lock until no other process has it. Rejects with the last error when that takes too long. */
export const whenFree = async <A>(run: () => A, patience: number, interval = queueing): Promise<A> => {
  const since = performance.now()
  for (;;) {
    try {
      return run()
    } catch (error) {
      const waited = performance.now() - since
      if (resultCode(error) !== BUSY || waited > patience) throw error
      await pause(interval(waited) * (0.5 + Math.random()))
    }
  }
}

/** What SQLite throws where another process has a lock. */
export const busy = (): Error => Object.assign(new Error("another process has the lock"), { errcode: BUSY })
