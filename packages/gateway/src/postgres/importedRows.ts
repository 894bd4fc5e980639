/** The shared store's rows of imported attempts, and what it has pruned since. */
import type { Attempt } from "@hipay-pos/server/Attempt"
import * as Guards from "@hipay-pos/server/Guards"
import { AttemptJson } from "@hipay-pos/server/node"
import { rowOf } from "./attemptRows.ts"
import * as Database from "./Database.ts"

const SELECT_EXISTING = `SELECT asked.id AS asked, a.id, a.key, a.state, a.opened_at, a.json,
    (SELECT count(*) FROM hipay_pos.history h WHERE h.attempt = asked.id) AS lines,
    (SELECT h.state FROM hipay_pos.history h WHERE h.attempt = asked.id ORDER BY h.tx DESC, h.number DESC LIMIT 1) AS last,
    (SELECT string_agg(g.terminal, E'\n') FROM hipay_pos.terminal_guards g WHERE g.attempt = asked.id) AS terminals
  FROM json_array_elements_text($1::text::json) AS asked (id) LEFT JOIN hipay_pos.attempts a ON a.id = asked.id`

/** A row for each of these attempts, by its id as the database stores it; `id` is null if the attempt is not there. */
export const lookUp = async (database: Database.Database, of: ReadonlyArray<{ readonly id: string }>) => {
  const rows = await database.query(SELECT_EXISTING, [Database.rowsToJson(of.map(({ id }) => id))])
  return new Map(rows.map((row) => [String(row.asked), row]))
}

/** Whether an attempt that moved no money was removed from the shared store since: its history stays. */
export const isRemoved = (row: Database.Row | undefined): boolean =>
  row !== undefined &&
  row.id === null &&
  row.last !== null &&
  !Guards.guardsOrder({ state: row.last as Attempt["state"] })

/** Whether an attempt was reduced in the shared store. */
export const isReduced = (row: Database.Row | undefined): boolean =>
  row !== undefined && row.id !== null && AttemptJson.fromRow(rowOf(row))?.prunedAt !== undefined

/** Leaves out notifications of attempts pruned in the shared store: they were removed with them, and stay so. */
export const ofUnpruned = async <N extends { readonly attempt: string | null }>(
  database: Database.Database,
  batch: ReadonlyArray<N>
): Promise<ReadonlyArray<N>> => {
  const ids = batch.flatMap(({ attempt }) => (attempt === null ? [] : [{ id: attempt }]))
  const there = await lookUp(database, ids)
  return batch.filter(({ attempt }) => {
    const row = there.get(Database.storable(attempt ?? ""))
    return !isRemoved(row) && !isReduced(row)
  })
}
