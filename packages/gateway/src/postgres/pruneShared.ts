/**
 * Prunes a shared store while its gateways go on: removes old attempts that moved no money, and what is large from old ones
 * that were approved. The same attempts go as from a file.
 *
 * Each attempt is a statement of its own, which does nothing where the row has changed since it was read. The history stays:
 * it has states and reasons, and nothing about customers.
 */
import { setTimeout } from "node:timers/promises"
import { type AttemptJson, type Pruned, type PruneOptions, Pruning } from "@hipay-pos/server/node"
import type { Address } from "./Address.ts"
import { rowOf } from "./attemptRows.ts"
import * as Database from "./Database.ts"
import { requireSchema } from "./migrate.ts"

const PAGE = 500

const OLD = `SELECT number, id, key, state, opened_at, json FROM hipay_pos.attempts
  WHERE opened_at < $1 AND number > $2 ORDER BY number LIMIT ${PAGE}`

/** Not one that guards a terminal, guards its order although it moved no money, or has a notification on the way. */
const FREE = `a.id = $1 AND a.opened_at = $2 AND a.json = $3
  AND NOT EXISTS (SELECT FROM hipay_pos.terminal_guards g WHERE g.attempt = a.id)
  AND NOT EXISTS (
    SELECT FROM hipay_pos.order_guards g
    WHERE g.key = a.key AND g.attempt = a.id AND a.state IN ('declined', 'not-started')
  )
  AND NOT EXISTS (SELECT FROM hipay_pos.notification_work w WHERE w.attempt = a.id)
  AND NOT EXISTS (
    SELECT FROM hipay_pos.notifications n JOIN hipay_pos.notification_forwards f ON f.notification = n.number
    WHERE n.attempt = a.id
  )`

/** Transactions stay those of their attempts: what is said of one that is gone is not taken for another attempt's. */
const forgetting = (pruned: string): string => `WITH pruned AS (${pruned} RETURNING a.id),
  forgotten AS (DELETE FROM hipay_pos.notifications n USING pruned WHERE n.attempt = pruned.id)
  SELECT count(*)::integer AS pruned FROM pruned`

const REMOVE = forgetting(`DELETE FROM hipay_pos.attempts a WHERE ${FREE}`)
const REDUCE = forgetting(`UPDATE hipay_pos.attempts a SET json = $4, words = $5, customer = false WHERE ${FREE}`)
const LOOK = `SELECT count(*)::integer AS pruned FROM hipay_pos.attempts a WHERE ${FREE}`

/** Prunes. Rejects with one sentence a person can act on; what was pruned until then stays pruned. */
export const pruneShared = async (address: Address, options: PruneOptions): Promise<Pruned> => {
  const { dryRun = false, now } = options
  const before = Pruning.startOf(options)
  const database = await Database.connect(address, { name: "hipay-pos prune", deadline: 60_000 })
  const total = { removed: 0, reduced: 0, kept: 0, earlier: 0, bytes: 0 }
  let written = 0
  const prune = async (row: AttemptJson.Row): Promise<void> => {
    const pruned = Pruning.decide(row, before, now)
    if (pruned._tag === "Earlier") {
      total.earlier++
      return
    }
    const place = [row.id, row.openedAt, row.json]
    const [answer] =
      pruned._tag === "Kept"
        ? []
        : dryRun
          ? await database.query(LOOK, place)
          : pruned._tag === "Removed"
            ? await database.query(REMOVE, place)
            : await database.query(REDUCE, [...place, pruned.json, pruned.words])
    if (pruned._tag === "Kept" || answer?.pruned !== 1) {
      total.kept++
      return
    }
    total[pruned._tag === "Removed" ? "removed" : "reduced"]++
    total.bytes += pruned.bytes
    if (!dryRun && ++written % Pruning.BATCH === 0) await setTimeout(Pruning.PAUSE)
  }
  try {
    await requireSchema(database, address)
    let last = Number.MIN_SAFE_INTEGER
    for (;;) {
      const rows = await database.query(OLD, [before, last])
      for (const row of rows) {
        last = Number(row.number)
        await prune(rowOf(row))
      }
      if (rows.length < PAGE) return { store: address.text, ...total }
    }
  } catch (error) {
    throw Database.cannotOpen(address, error)
  } finally {
    await database.close()
  }
}
