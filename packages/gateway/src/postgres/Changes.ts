/**
 * The changes of all instances, read back from the history in one order: by transaction first, because numbers are assigned
 * before rows become visible, and only below the oldest transaction that is still running, so that no change is skipped.
 *
 * Order and numbers are the same for every instance: a watcher that loses its instance continues at another one, after the
 * last number that it saw. Nothing is read without watchers.
 *
 * What a watcher missed is read over the connections for lists, so that payments do not wait, and for one watcher at a time.
 */

import type { SharedChange, SharedChanges } from "@hipay-pos/server"
import type { Attempt } from "@hipay-pos/server/Attempt"
import * as Struct from "effect/Struct"
import type { Database, Row } from "./Database.ts"

/** The changes of a store. */
export interface Changes extends SharedChanges {
  /** Called when something may have been written, here or elsewhere. */
  readonly wake: () => void
  /** The age in milliseconds of the oldest change that cannot be emitted yet; 0 if there is none. */
  readonly lag: () => Promise<number>
}

/** A position in the order. */
interface Cursor {
  readonly tx: bigint
  readonly number: number
}

const PAGE = 500

/** A watcher that missed more than this does not catch up: it reads its lists again. */
const MAX_MISSED = 10_000

/** Likewise for all watchers that catch up at the same time: new changes are held back for each of them. */
const MAX_MISSED_OF_ALL = 10 * MAX_MISSED

/** In milliseconds: too short to notice, longer than a look takes. */
const BETWEEN_LOOKS = 10

const COMMITTED = "tx < pg_snapshot_xmin(pg_current_snapshot())"

// The page is read first, by its key: in a plain join the planner reads the whole history.
const AFTER = `WITH page AS MATERIALIZED (
    SELECT tx, number, attempt, opened_at, at, state FROM hipay_pos.history
    WHERE (tx, number) > ($1::text::xid8, $2::bigint) AND ${COMMITTED} ORDER BY tx, number LIMIT $3
  )
  SELECT p.tx::text AS tx, p.number AS change, p.at, p.state AS was, a.id, a.key, a.state, a.opened_at, a.json FROM page p
    LEFT JOIN hipay_pos.attempts a ON a.id = p.attempt AND a.opened_at = p.opened_at ORDER BY p.tx, p.number`
const NEWEST = `SELECT tx::text AS tx, number FROM hipay_pos.history WHERE ${COMMITTED} ORDER BY history.tx DESC, number DESC LIMIT 1`
const HELD_BACK = `SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint - min(at) AS lag FROM hipay_pos.history WHERE NOT ${COMMITTED}`
/** Counts the changes after one position up to another, and stops at one more than a watcher may have missed. */
const COUNT = `SELECT count(*) AS missed FROM (
    SELECT FROM hipay_pos.history
    WHERE (tx, number) > ($1::text::xid8, $2::bigint) AND (tx, number) <= ($3::text::xid8, $4::bigint)
    ORDER BY tx, number LIMIT ${MAX_MISSED + 1}
  ) AS page`
const PLACE = "SELECT tx::text AS tx, number FROM hipay_pos.history WHERE number = $1"

/** Reads changes; `read` returns the attempt of a row, or undefined if it cannot be read. */
export const make = (database: Database, read: (row: Row) => Attempt | undefined): Changes => {
  const watchers = new Set<(change: SharedChange) => void>()
  /** How many watch, or are about to. */
  let holders = 0
  let cursor: Cursor | undefined
  let looking: Promise<void> | undefined
  /** Whether something was written since the current look began. */
  let isDue = false
  let isPlanned = false
  /** How many changes each watcher has missed that catches up, or waits to. */
  const behind = new Map<(change: SharedChange) => void, number>()
  /** Resolves once the last of them is done. */
  let catchingUp = Promise.resolve()

  const after = async ({ tx, number }: Cursor, ask: Database["list"]) => {
    const rows = await ask(AFTER, [String(tx), number, PAGE])
    return rows.map((row) => ({ cursor: toCursor({ tx: row.tx, number: row.change }), change: toChange(row, read) }))
  }

  /** Emits new changes. */
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

  /** Resolves once everything is emitted that was committed when it was called. */
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

  /** If the database cannot be reached, the next write or poll looks again. */
  const lookSoon = () => {
    if (isPlanned) return
    isPlanned = true
    setTimeout(() => {
      isPlanned = false
      void lookOnce().catch(() => {})
    }, BETWEEN_LOOKS)
  }

  /**
   * The changes between two positions, a page at a time until the watcher stops; starts once earlier watchers have caught up.
   */
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

  /** The changes between a change's number and a position; undefined if the number is unknown, or too many were missed. */
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
        // No await between reading the position and adding the watcher: later changes are emitted, earlier ones are missed.
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

/** A change with the state of that time; the rest of the attempt is as it is now. */
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
