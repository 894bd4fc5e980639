/**
 * Prunes a shared store while its gateways run: removes old attempts that moved no money, and the large parts of old ones
 * that were approved. The rules are those for a file.
 *
 * Each batch is one statement, which skips rows that have changed since they were read. The history stays: it has states and
 * reasons, and nothing about customers. A run records the time up to which all that can go has gone, and the next run starts
 * there, unless a file was imported in between. Attempts that a slow clock dates before that time are not pruned.
 */
import { setTimeout } from "node:timers/promises"
import { type AttemptJson, type Pruned, type PruneOptions, Pruning } from "@hipay-pos/server/node"
import type { Address } from "./Address.ts"
import { rowOf } from "./attemptRows.ts"
import * as Database from "./Database.ts"
import { requireSchema } from "./migrate.ts"

const PAGE = 500

/** Ordered by time, by its index. */
const OLD = `SELECT number, id, key, state, opened_at, json FROM hipay_pos.attempts
  WHERE opened_at < $1 AND opened_at >= $2 AND (opened_at, number, id) > ($2, $3, $4)
  ORDER BY opened_at, number, id LIMIT ${PAGE}`

/**
 * Which of the given attempts, opened between $2 and $3, may be pruned: not one that has changed since, guards a terminal,
 * guards its order although it moved no money, or has a notification on the way.
 */
const IS_PRUNABLE = `a.id = g.id AND a.opened_at = g.opened_at AND a.json = g.seen AND a.opened_at BETWEEN $2 AND $3
  AND NOT EXISTS (SELECT FROM hipay_pos.terminal_guards t WHERE t.attempt = a.id)
  AND NOT EXISTS (
    SELECT FROM hipay_pos.order_guards o
    WHERE o.key = a.key AND o.attempt = a.id AND a.state IN ('declined', 'not-started')
  )
  AND NOT EXISTS (SELECT FROM hipay_pos.notification_work w WHERE w.attempt = a.id)
  AND NOT EXISTS (
    SELECT FROM hipay_pos.notifications n JOIN hipay_pos.notification_forwards f ON f.notification = n.number
    WHERE n.attempt = a.id
  )`

const GIVEN =
  "json_to_recordset($1::text::json) AS g (id text, opened_at bigint, seen text, is_removed boolean, json text, words text)"

/** The bindings of transactions stay: a notification for a removed attempt is not taken for another attempt's. */
const PRUNE = `WITH given AS MATERIALIZED (SELECT * FROM ${GIVEN} ORDER BY id),
  removed AS (DELETE FROM hipay_pos.attempts a USING given g WHERE g.is_removed AND ${IS_PRUNABLE} RETURNING a.id),
  reduced AS (
    UPDATE hipay_pos.attempts a SET json = g.json, words = g.words, customer = false
    FROM given g WHERE NOT g.is_removed AND ${IS_PRUNABLE} RETURNING a.id
  ),
  pruned AS (SELECT id FROM removed UNION ALL SELECT id FROM reduced),
  forgotten AS (DELETE FROM hipay_pos.notifications n USING pruned WHERE n.attempt = pruned.id)
  SELECT id FROM pruned`
const LOOK = `SELECT a.id FROM ${GIVEN} JOIN hipay_pos.attempts a ON ${IS_PRUNABLE}`

/** The time from which on attempts may not be pruned yet. */
const DONE = "SELECT value FROM hipay_pos.identity WHERE name = 'pruned'"
const IMPORTS = `(SELECT coalesce(string_agg(name || ' ' || value, E'\n' ORDER BY name), '')
  FROM hipay_pos.identity WHERE name LIKE 'import %')`
/** Not if an import has added older attempts meanwhile. */
const NOTE = `INSERT INTO hipay_pos.identity AS i SELECT 'pruned', $1::text WHERE ${IMPORTS} = $2
  ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE i.value::bigint < excluded.value::bigint`

/** A row that is to be pruned, and what it is to become. */
interface Prunable {
  readonly row: AttemptJson.Row
  readonly pruned: Extract<Pruning.PrunedRow, { readonly bytes: number }>
}

/** Prunes. Rejects with one sentence a person can act on; what was pruned until then stays pruned. */
export const pruneShared = async (address: Address, options: PruneOptions): Promise<Pruned> => {
  const { dryRun = false, now } = options
  const before = Pruning.startOf(options)
  const database = await Database.connect(address, { name: "hipay-pos prune", deadline: 60_000 })
  const total = { removed: 0, reduced: 0, kept: 0, earlier: 0, bytes: 0 }
  /** When the oldest attempt was opened that a later run may prune. */
  let left = before
  const keep = ({ openedAt }: AttemptJson.Row) => {
    total.kept++
    left = Math.min(left, openedAt)
  }
  const write = async (batch: ReadonlyArray<Prunable>): Promise<void> => {
    const times = batch.map(({ row }) => row.openedAt)
    const given = batch.map(({ row: { id, openedAt, json }, pruned }) => ({
      ...{ id, opened_at: openedAt, seen: json, is_removed: pruned._tag === "Removed" },
      ...(pruned._tag === "Reduced" ? { json: pruned.json, words: pruned.words } : {})
    }))
    const rows = await database.query(dryRun ? LOOK : PRUNE, [
      Database.rowsToJson(given),
      Math.min(...times),
      Math.max(...times)
    ])
    const done = new Set(rows.map(({ id }) => String(id)))
    for (const { row, pruned } of batch) {
      if (!done.has(row.id)) {
        keep(row)
        continue
      }
      total[pruned._tag === "Removed" ? "removed" : "reduced"]++
      total.bytes += pruned.bytes
    }
    if (!dryRun) await setTimeout(Pruning.PAUSE)
  }
  try {
    await requireSchema(database, address)
    const [imports] = await database.query(`SELECT ${IMPORTS} AS all`)
    const [done] = await database.query(DONE)
    let last: ReadonlyArray<Database.Value> = [
      Number(done?.value ?? Number.MIN_SAFE_INTEGER),
      Number.MIN_SAFE_INTEGER,
      ""
    ]
    for (let isOver = false; !isOver; ) {
      const rows = await database.query(OLD, [before, ...last])
      const found: Array<Prunable> = []
      for (const each of rows) {
        const row = rowOf(each)
        last = [row.openedAt, Number(each.number), row.id]
        const pruned = Pruning.decide(row, before, now)
        if (pruned._tag === "Earlier") total.earlier++
        else if (pruned._tag !== "Kept") found.push({ row, pruned })
        else if (pruned.isForGood) total.kept++
        else keep(row)
      }
      for (let i = 0; i < found.length; i += Pruning.BATCH) await write(found.slice(i, i + Pruning.BATCH))
      isOver = rows.length < PAGE
    }
    if (!dryRun) await database.query(NOTE, [String(left), String(imports?.all)])
    return { store: address.text, ...total }
  } catch (error) {
    throw Database.cannotOpen(address, error)
  } finally {
    await database.close()
  }
}
