/** Waits while another process has a journal locked. */
import { setTimeout as pause } from "node:timers/promises"
import { Sqlite } from "./files.ts"

/** Milliseconds until the next try, after having waited so long. */
export type Interval = (waited: number) => number

/** Tries more often the longer it has waited, so that the process that has waited longest is likeliest to be next. */
const queueing: Interval = (waited) => Math.max(5, 100 - waited / 50)

/** Retries while another process has the lock. Rejects with the last error at the timeout. */
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

/** What SQLite throws while another process has a lock. */
export const busy = (): Error => Object.assign(new Error("another process has the lock"), { errcode: Sqlite.BUSY })
