/** A page of attempts that are looked for, the newest first. */
import type { Filter } from "@hipay-pos/server/AttemptStore"
import { AttemptJson } from "@hipay-pos/server/node"
import type { Value } from "./Database.ts"

/** What is selected to read an attempt. */
export const COLUMNS = "id, key, state, opened_at, json"

/**
 * The numbers of a time, by the index of times: the number is not taken as it is, or the database goes through all numbers
 * from the first one on.
 */
export const NUMBERS_OF = `SELECT min(number + 0) AS first, max(number + 0) AS last FROM hipay_pos.attempts
  WHERE opened_at >= $1 AND opened_at < $2`

/** Between which numbers a page looks: from the first on, and below the other. */
export interface Bounds {
  readonly first?: number | undefined
  readonly below?: number | undefined
}

/**
 * At most so many of those that match; what only the attempt itself says is left to look at. So are times where numbers say
 * where to look: asked for both, the database makes the order anew for each page.
 */
export const toQuery = (
  { login, state, text, terminals, to, hasAlarms }: Filter,
  { first, below }: Bounds,
  limit: number
) => {
  const parts = terminals === undefined || terminals.fragments.length === 0 ? undefined : terminals.fragments.join("\n")
  const conditions: ReadonlyArray<readonly [sql: string, value: Value | undefined]> = [
    ["number >= ?", first],
    ["number < ?", below],
    ["login = ?", login],
    ["state = ?", state],
    ["strpos(words, ?) > 0", text?.toLowerCase()],
    ["strpos(json, ?) > 0", hasAlarms && AttemptJson.ALARMS],
    // What a pattern matches has a part of it; whether it matches is looked at once the row is read.
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
