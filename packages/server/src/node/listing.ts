/**
 * Lists attempts a few at a time: after some milliseconds, payments get the event loop before the list goes on. Only one list
 * works at a time, so that all of them together take at most a third of the time.
 */
import type { DatabaseSync, SQLInputValue } from "node:sqlite"
import * as Effect from "effect/Effect"
import * as Semaphore from "effect/Semaphore"
import type { Attempt } from "../attempts/Attempt.ts"
import {
  type AttemptStore,
  beforeGone,
  brief,
  type Filter,
  matchesRead,
  StoreFailed
} from "../attempts/AttemptStore.ts"
import { namesOf } from "../attempts/Guards.ts"
import { ALARMS, COLUMNS, OF_ORDER, orderOf, type Row } from "./attemptJson.ts"
import { prepare, type Query } from "./prepare.ts"

/** How long a list may work at a time, in milliseconds; it finishes the row that it has begun. */
const BURST = 2

/** How long the event loop is then left to others, in milliseconds. */
const PAUSE = 4

/** The most attempts that one query looks at. */
export const WINDOW = 1_000

interface NumberedRow extends Row {
  readonly number: number
}

/** The range of some attempts' numbers; null if there are none. */
interface Numbers {
  readonly first: number | null
  readonly last: number | null
}

/** A list's progress. */
interface Progress {
  /** The number of the next attempt to look at. */
  top: number
  readonly found: Array<Attempt>
}

/** Makes `list`. `read` returns the attempt of a row, or undefined to leave it out. */
export const makeList = (
  database: DatabaseSync,
  read: (row: Row, filter: Filter) => Attempt | undefined,
  failed: (error: unknown) => StoreFailed
): AttemptStore["list"] => {
  const oneAtATime = Semaphore.makeUnsafe(1).withPermits(1)
  const everywhere = prepare<Numbers>(database, "SELECT 1 AS first, max(number) AS last FROM attempts")
  const ofDay = prepare<Numbers>(database, DAY)
  const placeOf = prepare<{ readonly number: number }>(database, "SELECT number FROM attempts WHERE id = ?")
  const queries = new Map<string, Query<NumberedRow>>()
  const queryOf = (sql: string): Query<NumberedRow> => {
    const query = queries.get(sql) ?? prepare<NumberedRow>(database, sql)
    queries.set(sql, query)
    return query
  }

  /** The range of numbers in which attempts can match. */
  const boundsOf = ({ from, to, before }: Filter): readonly [first: number, last: number] => {
    const numbers =
      from === undefined && to === undefined ? everywhere.get() : ofDay.get(from ?? 0, to ?? Number.MAX_SAFE_INTEGER)
    const older = before === undefined ? undefined : placeOf.get(before)
    if (before !== undefined && older === undefined) throw beforeGone(before)
    const last = numbers?.last ?? 0
    return [numbers?.first ?? 1, older === undefined ? last : Math.min(last, older.number - 1)]
  }

  /** Looks at some attempts; true if none are left. */
  const burst = (filter: Filter, first: number, progress: Progress): boolean => {
    const { sql, values } = toQuery(filter)
    const until = performance.now() + BURST
    const query = queryOf(sql)
    const limit = filter.limit ?? Number.POSITIVE_INFINITY
    while (progress.top >= first && progress.found.length < limit) {
      const bottom = Math.max(first, progress.top - WINDOW + 1)
      let next = bottom - 1
      for (const row of query.iterate(progress.top, bottom, ...values)) {
        const attempt = read(row, filter)
        if (attempt !== undefined && matchesRead(attempt, filter))
          progress.found.push(filter.isBrief === true ? brief(attempt) : attempt)
        if (progress.found.length === limit || performance.now() >= until) {
          next = row.number - 1
          break
        }
      }
      progress.top = next
      if (performance.now() >= until) return false
    }
    return true
  }

  return (filter) =>
    Effect.suspend(() => {
      let bounds: readonly [first: number, last: number] | undefined
      const progress: Progress = { top: 0, found: [] }
      const work = Effect.try({
        try: () => {
          if (bounds === undefined) {
            bounds = boundsOf(filter)
            progress.top = bounds[1]
          }
          return burst(filter, bounds[0], progress)
        },
        catch: (error) => (error instanceof StoreFailed ? error : failed(error))
      })
      const turn = oneAtATime(Effect.tap(work, (isOver) => (isOver ? Effect.void : pause)))
      const goOn: Effect.Effect<ReadonlyArray<Attempt>, StoreFailed> = Effect.flatMap(turn, (isOver) =>
        isOver ? Effect.succeed(progress.found) : goOn
      )
      return goOn
    })
}

/** Real time, because a mock's clock may stand still. */
const pause = Effect.callback<void>((resume) => {
  const timer = setTimeout(() => resume(Effect.void), PAUSE)
  return Effect.sync(() => clearTimeout(timer))
})

/** The range of a day's attempts, by the index of times. */
export const DAY =
  "SELECT min(number) AS first, max(number) AS last FROM attempts WHERE opened_at >= ? AND opened_at < ?"

/** The query for a list's attempts in a range of numbers, newest first. */
export const toQuery = (filter: Filter) => {
  const { login, state, orderId, idempotencyKey, text, terminals, terminal, from, to, hasAlarms } = filter
  const fragments = terminals?.fragments ?? []
  const names = namesOf(terminal)
  const conditions: ReadonlyArray<readonly [sql: string, value: SQLInputValue | undefined]> = [
    ["login = ?", login],
    ["state = ?", state],
    // Finds ids that contain it; once the row is read, the whole id is compared.
    ["instr(words, ?) > 0", orderId?.toLowerCase()],
    [OF_ORDER, orderOf(filter)],
    ["instr(json, ?) > 0", idempotencyKey],
    ["instr(words, ?) > 0", text?.toLowerCase()],
    ["instr(json, ?) > 0", hasAlarms && ALARMS],
    // The range of numbers is enough; the plus keeps SQLite from using the index of times, which would require sorting.
    ["+opened_at >= ?", from],
    ["+opened_at < ?", to]
  ]
  const given = conditions.flatMap(([sql, value]) => (value === undefined ? [] : [{ sql, value }]))
  const where = [
    "number <= ?",
    "number >= ?",
    ...given.map(({ sql }) => sql),
    // Whatever a pattern matches contains a fragment; the pattern itself is checked once the row is read.
    ...anyOf("instr(words, ?) > 0", fragments),
    ...anyOf("? IN (terminal, connected)", names)
  ].join(" AND ")
  return {
    sql: `SELECT number, ${COLUMNS} FROM attempts WHERE ${where} ORDER BY number DESC`,
    values: [...given.map(({ value }) => value), ...fragments, ...names]
  }
}

/** A condition for any of some values; none if there are no values. */
const anyOf = (sql: string, values: ReadonlyArray<string>): ReadonlyArray<string> =>
  values.length === 0 ? [] : [`(${values.map(() => sql).join(" OR ")})`]
