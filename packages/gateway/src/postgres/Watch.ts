/**
 * Waits for what another instance writes: the turn of a queued attempt, the end of an open one.
 *
 * One query serves all waiters of this process, each time this process or another one has written something, and once a
 * second. Others are notified outside of the payments' transactions, because a notification inside takes a lock that all
 * commits of the database share; and at most every 15 ms.
 */
import * as Effect from "effect/Effect"
import type { Database } from "./Database.ts"

/** Waits, and notifies others. */
export interface Watch {
  /** Waits until a queued attempt may have its turn. */
  readonly turn: (id: string) => Effect.Effect<void>
  /** Waits until an attempt is no longer open. */
  readonly end: (id: string) => Effect.Effect<void>
  /** Called after a write that an attempt may wait for. */
  readonly written: () => void
  /** Called after any other write. */
  readonly tell: () => void
  /** Tells the others that this instance exists and is to be notified; called once it is registered. */
  readonly arrive: () => Promise<void>
  /** Sets whether there are others to notify; until it is called, there are. */
  readonly tellOthers: (live: boolean) => void
  readonly close: () => void
}

const CHANNEL = "hipay_pos"
const BETWEEN_NOTIFICATIONS = 15
const POLL = 1_000

/** Makes a watch; `onWritten` is called whenever something may have been written, here or elsewhere. */
export const make = async (database: Database, onWritten = () => {}): Promise<Watch> => {
  type Waiting = Map<string, Set<() => void>>
  const queued: Waiting = new Map()
  const open: Waiting = new Map()
  let hasOthers = true
  let looking = false
  let again = false
  let telling: NodeJS.Timeout | undefined
  let isClosed = false

  const look = async () => {
    if (looking) {
      again = true
      return
    }
    looking = true
    do {
      again = false
      if (queued.size + open.size === 0) break
      const values = [[...queued.keys()].join("\n"), [...open.keys()].join("\n")]
      // If the database cannot be reached, the next poll asks again.
      const rows = await database.query("SELECT id FROM hipay_pos.watch_v1($1, $2)", values).catch(() => [])
      for (const { id } of rows) for (const waiting of [queued, open]) release(waiting, String(id))
    } while (again && !isClosed)
    looking = false
  }

  const release = (waiting: Waiting, id: string) => {
    const released = waiting.get(id)
    waiting.delete(id)
    for (const resume of released ?? []) resume()
  }

  const wait = (waiting: Waiting, id: string): Effect.Effect<void> =>
    Effect.callback((resume) => {
      const released = () => resume(Effect.void)
      const others = waiting.get(id) ?? new Set()
      waiting.set(id, others.add(released))
      void look()
      return Effect.sync(() => {
        others.delete(released)
        if (others.size === 0 && waiting.get(id) === others) waiting.delete(id)
      })
    })

  const notify = (payload: string) => database.query("SELECT pg_notify($1, $2)", [CHANNEL, payload]).catch(() => {})

  const poll = setInterval(() => {
    onWritten()
    void look()
  }, POLL)
  // If listening fails, the poll finds everything.
  const listening = database.listen(CHANNEL, (payload) => {
    if (payload === "here") hasOthers = true
    onWritten()
    void look()
  })
  await listening.catch(() => {})

  const tell = () => {
    onWritten()
    if (telling !== undefined || !hasOthers || isClosed) return
    telling = setTimeout(() => {
      telling = undefined
      void notify("")
    }, BETWEEN_NOTIFICATIONS)
  }

  return {
    turn: (id) => wait(queued, id),
    end: (id) => wait(open, id),
    written: () => {
      void look()
      tell()
    },
    tell,
    arrive: async () => {
      await notify("here")
    },
    tellOthers: (live) => {
      hasOthers = live
    },
    close: () => {
      isClosed = true
      clearInterval(poll)
      clearTimeout(telling)
    }
  }
}
