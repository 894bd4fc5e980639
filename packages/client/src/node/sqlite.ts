/** Waits for a journal where another process has it. */
import { setTimeout as pause } from "node:timers/promises"
import { Sqlite } from "./files.ts"

/** Milliseconds between two tries of one that has waited for so long. */
export type Interval = (waited: number) => number

/** The longer it has waited the more often it tries, so that the oldest of many is the likeliest to be next. */
const queueing: Interval = (waited) => Math.max(5, 100 - waited / 50)

/** Runs what needs a lock until no other process has it. Rejects with the last error when that takes too long. */
export const whenFree = async <A>(run: () => A, timeout: number, interval = queueing): Promise<A> => {
  const since = performance.now()
  for (;;) {
    try {
      return run()
    } catch (error) {
      const waited = performance.now() - since
      if (Sqlite.resultCode(error) !== Sqlite.BUSY || waited > timeout) throw error
      await pause(interval(waited) * (0.5 + Math.random()))
    }
  }
}

/** What SQLite throws where another process has a lock. */
export const busy = (): Error => Object.assign(new Error("another process has the lock"), { errcode: Sqlite.BUSY })
