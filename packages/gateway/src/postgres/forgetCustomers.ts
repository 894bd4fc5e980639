/**
 * Removes customer data from old attempts of a shared store, a batch at a time. Every instance does so: an attempt that one
 * has cleaned is not found by the others, and one that changes meanwhile is left for the next round.
 *
 * The data is gone from the rows, but not from the database's log, from dead rows until they are vacuumed, or from backups.
 */
import { AttemptJson, forgetCustomer } from "@hipay-pos/server/node"
import type { Frames } from "@hipay-pos/server/Terminals"
import { rowOf } from "./attemptRows.ts"
import type { Database } from "./Database.ts"

/** How many attempts are read at a time. */
const BATCH = 25

const DUE = `SELECT id, key, state, opened_at, json FROM hipay_pos.attempts
  WHERE customer AND opened_at < $1 AND (opened_at, id) > ($2, $3) ORDER BY opened_at, id LIMIT ${BATCH}`

const CLEAN = `UPDATE hipay_pos.attempts SET json = $4, customer = false
  WHERE id = $1 AND opened_at = $2 AND json = $3`

/**
 * Cleans all attempts opened before a time. Returns the ids of those that cannot be read, and so not be cleaned: they stay,
 * so that a person can look at them.
 */
export const forgetCustomers = async (
  database: Database,
  frames: Pick<Frames, "withoutContact">,
  before: number
): Promise<ReadonlyArray<string>> => {
  const left: Array<string> = []
  let last: readonly [openedAt: number, id: string] = [Number.MIN_SAFE_INTEGER, ""]
  for (;;) {
    const rows = await database.query(DUE, [before, ...last])
    for (const row of rows) {
      const found = rowOf(row)
      const { id, openedAt, json } = found
      last = [openedAt, id]
      const attempt = AttemptJson.fromRow(found)
      if (attempt === undefined) left.push(id)
      else await database.query(CLEAN, [id, openedAt, json, AttemptJson.toJson(forgetCustomer(attempt, frames))])
    }
    if (rows.length < BATCH) return left
  }
}
