/**
 * The changes that all instances write, read back from the history in one order: by transaction first, because numbers are
 * given before rows become visible, and only below every transaction that is still running, so that none is passed over.
 *
 * The order is the same for every instance, and so is the number of a change: a watcher that
 * loses an instance continues at another one, behind the number that it saw last. Nothing is read without watchers.
 *
 * What a watcher missed is read beside the payments, over the connections of lists, and for one watcher at a time.
 */

import type { SharedChange, SharedChanges } from "@hipay-pos/server"
import type { Attempt } from "@hipay-pos/server/Attempt"
import * as Struct from "effect/Struct"
import type { Database, Row } from "./Database.ts"

/** The changes of a store. */
export interface Changes extends SharedChanges {
  /** Something may have been written, here or elsewhere. */
  readonly wake: () => void
  /** For how long the oldest change has been written that cannot be told yet, in milliseconds; 0 where there is none. */
  readonly lag: () => Promise<number>
}

/** A place in the order. */
interface Cursor {
  readonly tx: bigint
  readonly number: number
}

const PAGE = 500

/** More than that is not caught up with: lists are read again. */
const MAX_MISSED = 10_000

/** Nor is more than that by all watchers at the same time: what comes meanwhile is held back for each of them. */
const MAX_MISSED_OF_ALL = 10 * MAX_MISSED

/** Shorter than people notice, and longer than a look takes. */
const BETWEEN_LOOKS = 10

const COMMITTED = "tx < pg_snapshot_xmin(pg_current_snapshot())"

// A page of the history first, by its key; joined at once, the planner reads all of it.
const AFTER = `WITH page AS MATERIALIZED (
    SELECT tx, number, attempt, opened_at, at, state FROM hipay_pos.history
    WHERE (tx, number) > ($1::text::xid8, $2::bigint) AND ${COMMITTED} ORDER BY tx, number LIMIT $3
  )
  SELECT p.tx::text AS tx, p.number AS change, p.at, p.state AS was, a.id, a.key, a.state, a.opened_at, a.json FROM page p
    LEFT JOIN hipay_pos.attempts a ON a.id = p.attempt AND a.opened_at = p.opened_at ORDER BY p.tx, p.number`
const NEWEST = `SELECT tx::text AS tx, number FROM hipay_pos.history WHERE ${COMMITTED} ORDER BY history.tx DESC, number DESC LIMIT 1`
const HELD_BACK = `SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint - min(at) AS lag FROM hipay_pos.history WHERE NOT ${COMMITTED}`
/** How many there are behind one place up to another, as far as they are caught up with. */
const COUNT = `SELECT count(*) AS missed FROM (
    SELECT FROM hipay_pos.history
    WHERE (tx, number) > ($1::text::xid8, $2::bigint) AND (tx, number) <= ($3::text::xid8, $4::bigint)
    ORDER BY tx, number LIMIT ${MAX_MISSED + 1}
  ) AS page`
const PLACE = "SELECT tx::text AS tx, number FROM hipay_pos.history WHERE number = $1"

/** Reads changes; `read` gives the attempt of a row, or undefined where it cannot be read. */
export const make = (database: Database, read: (row: Row) => Attempt | undefined): Changes => {
  const watchers = new Set<(change: SharedChange) => void>()
  /** Those that watch or are about to. */
  let holders = 0
  let cursor: Cursor | undefined
  let looking: Promise<void> | undefined
  /** Something was written since the look that is under way began. */
  let isDue = false
  let isPlanned = false
  /** How many changes those have missed that catch up, or wait for that. */
  const behind = new Map<(change: SharedChange) => void, number>()
  /** Resolves once the last of them is done. */
  let catchingUp = Promise.resolve()

  const after = async ({ tx, number }: Cursor, ask: Database["list"]) => {
    const rows = await ask(AFTER, [String(tx), number, PAGE])
    return rows.map((row) => ({ cursor: toCursor({ tx: row.tx, number: row.change }), change: toChange(row, read) }))
  }

  /** Tells what is new. */
  const look = async () => {
    if (cursor === undefined || watchers.size === 0) {
      const [newest] = await database.query(NEWEST)
      cursor = newest === undefined ? ZERO : toCursor(newest)
      return
    }
    for (;;) {
      const page = await after(cursor, database.query)
      for (const next of page) {
        cursor = next.cursor
        if (next.change !== undefined) for (const watcher of watchers) watcher(next.change)
      }
      if (page.length < PAGE) return
    }
  }

  /** Resolves once all is told that was committed when it was called. */
  const lookOnce = async (): Promise<void> => {
    if (looking !== undefined) {
      await looking.catch(() => {})
      return lookOnce()
    }
    isDue = false
    looking = look()
    try {
      await looking
    } finally {
      looking = undefined
      if (isDue) lookSoon()
    }
  }

  /** A database that is away is asked again when something is written, or by the poll. */
  const lookSoon = () => {
    if (isPlanned) return
    isPlanned = true
    setTimeout(() => {
      isPlanned = false
      void lookOnce().catch(() => {})
    }, BETWEEN_LOOKS)
  }

  /** What is between two places, a page at a time until the watcher stops, once those before it are done. */
  const between = async function* (from: Cursor, to: Cursor, watcher: (change: SharedChange) => void) {
    const before = catchingUp
    const { promise, resolve } = Promise.withResolvers<void>()
    catchingUp = promise
    await before
    try {
      for (let at = from; isBefore(at, to) && behind.has(watcher); ) {
        const page = await after(at, database.list)
        for (const { cursor: here, change } of page) {
          at = here
          if (change !== undefined && !isBefore(to, here)) yield change
        }
        if (page.length < PAGE) return
      }
    } finally {
      behind.delete(watcher)
      resolve()
    }
  }

  /** What a watcher missed between the change of a number and a place; undefined where that is not known, or too much. */
  const missedBy = async (watcher: (change: SharedChange) => void, number: number, to: Cursor) => {
    const [from] = number === 0 ? [ZERO] : (await database.list(PLACE, [number])).map(toCursor)
    if (from === undefined) return undefined
    const [row] = await database.list(COUNT, [String(from.tx), from.number, String(to.tx), to.number])
    const count = Number(row?.missed)
    const ofAll = [...behind.values()].reduce((sum, each) => sum + each, count)
    if (count > MAX_MISSED || ofAll > MAX_MISSED_OF_ALL) return undefined
    behind.set(watcher, count)
    return between(from, to, watcher)
  }

  return {
    lag: async () => {
      const [row] = await database.query(HELD_BACK)
      return Math.max(0, Number(row?.lag ?? 0))
    },
    wake: () => {
      if (holders === 0) return
      if (looking === undefined) lookSoon()
      else isDue = true
    },
    follow: async (number, onChange) => {
      holders++
      const stop = () => {
        behind.delete(onChange)
        if (!watchers.delete(onChange)) return
        if (--holders === 0) cursor = undefined
      }
      try {
        await lookOnce()
        // From here on without a pause: what comes after this place is told, what came before is missed.
        const here = cursor ?? ZERO
        watchers.add(onChange)
        const missed = number === undefined ? [] : await missedBy(onChange, number, here)
        return { last: here.number, missed, stop }
      } catch (error) {
        watchers.delete(onChange)
        if (--holders === 0) cursor = undefined
        throw error
      }
    }
  }
}

const ZERO: Cursor = { tx: 0n, number: 0 }

const toCursor = ({ tx, number }: Row): Cursor => ({ tx: BigInt(String(tx)), number: Number(number) })

const isBefore = (a: Cursor, b: Cursor): boolean => a.tx < b.tx || (a.tx === b.tx && a.number < b.number)

/** A change as it was; the rest of an attempt is as it is by now. */
const toChange = (row: Row, read: (row: Row) => Attempt | undefined): SharedChange | undefined => {
  const attempt = row.id == null ? undefined : read(row)
  if (attempt === undefined) return undefined
  return { number: Number(row.change), at: Number(row.at), attempt: asItWas(attempt, String(row.was)) }
}

const asItWas = (attempt: Attempt, state: string): Attempt => {
  if (state === attempt.state || attempt.state === "open") return attempt
  const known = Struct.omit(attempt, ["outcome", "error", "endedAt", "resolutions", "alarms", "recorded", "provedBy"])
  if (state === "open") return { ...known, state, events: [] }
  if (state !== "unknown") return attempt
  const { endedAt, error } = attempt
  return { ...known, endedAt, state, ...(error?._tag === "TerminalOutcomeUnknown" && { error }) }
}
