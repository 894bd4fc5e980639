/**
 * The unique indexes of a shared store. Without its guard's index an order is charged each time it is sent. A dump creates
 * indexes last, so that a store whose restore was interrupted has all tables and lacks these.
 */
import { StartFailed } from "@hipay-pos/server/node"
import type { Database } from "./Database.ts"

/** By table, each as `pg_get_indexdef` prints it. */
const UNIQUE: Readonly<Record<string, ReadonlyArray<string>>> = {
  order_guards: ["(key)"],
  terminal_guards: ["(terminal)"],
  instances: ["(id)", "(name) WHERE (NOT gone)"],
  attempts: ["(id, opened_at)"],
  queue: ["(terminal, number)"],
  history: ["(tx, number)"],
  alarms: ["(id)"],
  identity: ["(name)"],
  notification_bindings: ["(owner, reference)"],
  notification_forwards: ["(number)", "(notification)"],
  notification_work: ["(attempt)"],
  notifications: ["(number)", "(key)"],
  schema_version: ["(version)"]
}

/** Looks at existing tables only. The attempts' index is valid once each month's is. */
const MISSING = `SELECT u.name || ' ' || u.columns AS missing
  FROM (VALUES ${Object.entries(UNIQUE)
    .flatMap(([table, indexes]) => indexes.map((columns) => `('${table}', '${columns}')`))
    .join(", ")}) AS u (name, columns)
  WHERE to_regclass('hipay_pos.' || u.name) IS NOT NULL AND NOT EXISTS (
    SELECT FROM pg_index i WHERE i.indrelid = to_regclass('hipay_pos.' || u.name)
      AND i.indisunique AND i.indisvalid AND i.indimmediate
      AND split_part(pg_get_indexdef(i.indexrelid), ' USING btree ', 2) = u.columns
  )`

/** How many a message names. */
const NAMED = 3

/** The missing indexes, for a message; undefined if there are none. */
export const missingIndexes = async (database: Database): Promise<string | undefined> => {
  const missing = (await database.query(MISSING)).map((row) => String(row.missing))
  if (missing.length === 0) return undefined
  const more = missing.length > NAMED ? ` and ${missing.length - NAMED} more` : ""
  return `${missing.slice(0, NAMED).join(", ")}${more}`
}

/** Throws {@link StartFailed} if a store lacks one. */
export const requireIndexes = async (database: Database, store: string): Promise<void> => {
  const missing = await missingIndexes(database)
  if (missing !== undefined)
    throw new StartFailed({
      problem: `${store} lacks unique indexes, ${missing}, without which an order can be charged twice: a dump was not restored to its end; restore the dump again into an empty database, with --single-transaction`
    })
}
