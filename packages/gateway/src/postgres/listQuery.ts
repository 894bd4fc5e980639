/** A page of attempts that are looked for, the newest first. */
import type { Filter } from "@hipay-pos/server/AttemptStore"
import * as Guards from "@hipay-pos/server/Guards"
import { AttemptJson } from "@hipay-pos/server/node"
import type { Row, Value } from "./Database.ts"

/** The columns that an attempt is read from. */
export const COLUMNS = "id, key, state, opened_at, json"

/**
 * The steps that numbers are grouped in: a thousand of those claimed here, and an hour of those below 0, which are the times,
 * in microseconds, when imported attempts were opened.
 */
const [CLAIMED, IMPORTED] = [1_000, 3_600_000_000]

/** The numbers in a time range, in steps, the highest first. Uses the index of times. */
export const NUMBERS_OF = `SELECT min(number) AS first, max(number) AS last FROM hipay_pos.attempts
  WHERE opened_at >= $1 AND opened_at < $2
  GROUP BY CASE WHEN number > 0 THEN number / ${CLAIMED} ELSE number / ${IMPORTED} END ORDER BY 1 DESC`

/** The most gaps at which the numbers of a time range are split. */
const GAPS = 10

/** The numbers that a page covers: from `first` on, and below `below`. */
export interface Bounds {
  readonly first?: number | undefined
  readonly below?: number | undefined
}

/**
 * Joins rows of {@link NUMBERS_OF} to stretches of numbers, split at the widest gaps. Mostly there is one; attempts opened by
 * a wrong clock, or imported, have numbers far from the others of their time, and those in between are not read.
 */
export const stretchesOf = (rows: ReadonlyArray<Row>): ReadonlyArray<Required<Bounds>> => {
  const steps = rows.map((row) => ({ first: Number(row.first), last: Number(row.last) }))
  const gaps = steps.map(({ last }, i) => stepOf(steps[i - 1]?.first ?? last) - stepOf(last))
  const narrow = Math.max(1, gaps.toSorted((a, b) => b - a)[GAPS] ?? 0)
  const stretches: Array<{ first: number; below: number }> = []
  for (const [i, { first, last }] of steps.entries()) {
    const above = stretches.at(-1)
    if (above === undefined || (gaps[i] ?? 0) > narrow) stretches.push({ first, below: last + 1 })
    else above.first = first
  }
  return stretches
}

const stepOf = (number: number): number => Math.floor(number / (number > 0 ? CLAIMED : IMPORTED))

/**
 * At most `limit` rows that may match; conditions on the attempt itself are checked after reading. So are times if numbers
 * bound the page: given both, the database sorts all rows again for each page.
 */
export const toQuery = (filter: Filter, { first, below }: Bounds, limit: number) => {
  const { login, state, orderId, idempotencyKey, text, terminals, terminal, to, hasAlarms } = filter
  const parts = terminals === undefined || terminals.fragments.length === 0 ? undefined : terminals.fragments.join("\n")
  const conditions: ReadonlyArray<readonly [sql: string, value: Value | undefined]> = [
    ["number >= ?", first],
    ["number < ?", below],
    ["login = ?", login],
    ["state = ?", state],
    // Whether it is the whole id is checked once the row is read.
    ["strpos(words, ?) > 0", orderId?.toLowerCase()],
    [AttemptJson.OF_ORDER, AttemptJson.orderOf(filter)],
    ["strpos(json, ?) > 0", idempotencyKey],
    ["strpos(words, ?) > 0", text?.toLowerCase()],
    ["ARRAY[terminal, connected] && string_to_array(?, E'\\n')", terminal && Guards.namesOf(terminal).join("\n")],
    ["strpos(json, ?) > 0", hasAlarms && AttemptJson.ALARMS],
    // Text that matches a pattern contains a fragment of it; the pattern itself is checked once the row is read.
    ["EXISTS (SELECT FROM unnest(string_to_array(?, E'\\n')) AS parts (part) WHERE strpos(words, part) > 0)", parts],
    ["opened_at < ?", first === undefined ? to : undefined]
  ]
  const given = conditions.flatMap(([sql, value]) => (value === undefined ? [] : [{ sql, value }]))
  const where = given.map(({ sql }, i) => sql.replace("?", `$${i + 1}`)).join(" AND ") || "true"
  return {
    sql: `SELECT number, ${COLUMNS} FROM hipay_pos.attempts WHERE ${where} ORDER BY number DESC LIMIT ${limit}`,
    values: given.map(({ value }) => value)
  }
}
