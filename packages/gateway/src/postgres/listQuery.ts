/** A page of attempts that are looked for, the newest first. */
import type { Filter } from "@hipay-pos/server/AttemptStore"
import type { Value } from "./Database.ts"

/** What is selected to read an attempt. */
export const COLUMNS = "id, key, state, opened_at, json"

/** At most so many of those that match, below a number; what only the attempt itself says is left to look at. */
export const toQuery = (
  { login, state, text, terminals, from, to }: Filter,
  below: number | undefined,
  limit: number
) => {
  const parts = terminals === undefined || terminals.fragments.length === 0 ? undefined : terminals.fragments.join("\n")
  const conditions: ReadonlyArray<readonly [sql: string, value: Value | undefined]> = [
    ["number < ?", below],
    ["login = ?", login],
    ["state = ?", state],
    ["strpos(words, ?) > 0", text?.toLowerCase()],
    // What a pattern matches has a part of it; whether it matches is looked at once the row is read.
    ["EXISTS (SELECT FROM unnest(string_to_array(?, E'\\n')) AS parts (part) WHERE strpos(words, part) > 0)", parts],
    ["opened_at >= ?", from],
    ["opened_at < ?", to]
  ]
  const given = conditions.flatMap(([sql, value]) => (value === undefined ? [] : [{ sql, value }]))
  const where = given.map(({ sql }, i) => sql.replace("?", `$${i + 1}`)).join(" AND ") || "true"
  return {
    sql: `SELECT number, ${COLUMNS} FROM hipay_pos.attempts WHERE ${where} ORDER BY number DESC LIMIT ${limit}`,
    values: given.map(({ value }) => value)
  }
}
