/**
 * The schema of a shared store, as numbered migrations that only go forward. Migrating is a separate step before new gateways
 * start; a gateway only checks the schema.
 *
 * A gateway works with the schema of its own version and of the next one, so that the gateways of the previous version keep
 * running during a deploy: a migration only adds, and the migration after it removes what it replaced. So a release has at
 * most one migration, and changes since the last release go into it.
 */
import { setTimeout as sleep } from "node:timers/promises"
import * as ErrorText from "@hipay-pos/core/ErrorText"
import { StartFailed } from "@hipay-pos/server/node"
import type { Address } from "./Address.ts"
import { type Database, isTemporary } from "./Database.ts"
import { CHANGE_AND_BEAT, FUNCTIONS, PLANS, REGISTER, TAKE_GUARDS, TURN } from "./functions.ts"
import { GROUPS, GROUPS_AGAIN } from "./groupFunctions.ts"
import { IMPORT, IMPORT_ATTEMPTS } from "./importFunctions.ts"
import { buildIndexes } from "./indexes.ts"
import { REQUIRE_WRITTEN } from "./LastWritten.ts"
import { FORWARDS_BY_PLACE, NOTIFICATION_TABLES, RECEIVE } from "./notificationTables.ts"
import { MAKE_PARTITION, MAKE_PARTITIONS } from "./partitions.ts"
import { ALARM_TABLE } from "./sharedAlarms.ts"
import { INDEXES, TABLES } from "./tables.ts"
import { requireIndexes } from "./uniqueIndexes.ts"

const migrations: ReadonlyArray<string> = [
  `${TABLES};\n${FUNCTIONS}`,
  NOTIFICATION_TABLES,
  TURN,
  IMPORT,
  IMPORT_ATTEMPTS,
  ALARM_TABLE,
  PLANS,
  GROUPS,
  FORWARDS_BY_PLACE,
  [TAKE_GUARDS, CHANGE_AND_BEAT, REGISTER, RECEIVE, GROUPS_AGAIN, MAKE_PARTITION, INDEXES, REQUIRE_WRITTEN].join(";\n")
]

/** The schema that this version makes and needs. */
export const SCHEMA = migrations.length

/** What a migration did. */
export interface Migrated {
  readonly from: number
  readonly to: number
  /** Whether the history had to be put in order, because a dump was restored. */
  readonly restored: boolean
}

/** "hipay" in ASCII: two deploys at once wait for each other. */
const LOCK = 0x6869706179

/** Brings the schema to this version's, with its indexes, and makes the tables of the next twelve months. */
export const migrate = (database: Database): Promise<Migrated> =>
  database.session(async (run) => {
    // Polled: building an index concurrently would wait for the transaction of a session that waits for the lock.
    while ((await run(`SELECT pg_try_advisory_lock(${LOCK}) AS locked`))[0]?.locked !== true) await sleep(200)
    const from = await versionOf(database)
    if (from > SCHEMA) throw new StartFailed({ problem: newer(from) })
    await requireIndexes(database, "the store")
    const restored = from > 0 && (await isRestored(database))
    const steps = migrations
      .slice(from)
      .map((sql, i) => `${sql};\nINSERT INTO hipay_pos.schema_version (version) VALUES (${from + i + 1})`)
    if (restored) steps.push(IN_ORDER)
    await run(`
      BEGIN;
      SET LOCAL client_min_messages = warning;
      SET LOCAL lock_timeout = '1s';
      CREATE SCHEMA IF NOT EXISTS hipay_pos;
      CREATE TABLE IF NOT EXISTS hipay_pos.schema_version (
        version integer PRIMARY KEY, at timestamptz NOT NULL DEFAULT clock_timestamp()
      );
      ${steps.map((step) => `${step};`).join("\n")}
      COMMIT`)
    // After the transaction of the schema: a table may be in use for long, such as by a dump that takes an hour.
    await buildIndexes(run).catch(notAll("its indexes"))
    await run(MAKE_PARTITIONS).catch(notAll("tables of the next twelve months"))
    return { from, to: SCHEMA, restored }
  })

const notAll =
  (what: string) =>
  (error: unknown): never => {
    throw new StartFailed({
      problem: `the store has schema ${SCHEMA}, but not all ${what}: ${ErrorText.of(error)}; run it again`,
      isTemporary: isTemporary(error)
    })
  }

/**
 * Whether the history has transaction ids that this database has not reached: it was restored from a dump of another
 * database, and new changes would come before it.
 */
export const isRestored = async (database: Database): Promise<boolean> => {
  const rows = await database.query(
    "SELECT FROM hipay_pos.history WHERE tx >= pg_snapshot_xmax(pg_current_snapshot()) LIMIT 1"
  )
  return rows.length > 0
}

/**
 * Puts the restored history before all new changes, ordered by number: the other database's transaction ids mean nothing
 * here.
 */
const IN_ORDER = `
ALTER TABLE hipay_pos.history DISABLE TRIGGER history_stays;
UPDATE hipay_pos.history SET tx = '0' WHERE tx <> '0';
ALTER TABLE hipay_pos.history ENABLE TRIGGER history_stays
`

/** The version of a database's schema; 0 where there is none. */
export const versionOf = async (database: Database): Promise<number> => {
  const [found] = await database.query("SELECT to_regclass('hipay_pos.schema_version') IS NOT NULL AS is_there")
  if (found?.is_there !== true) return 0
  const [row] = await database.query("SELECT coalesce(max(version), 0) AS version FROM hipay_pos.schema_version")
  return Number(row?.version ?? 0)
}

/** Throws {@link StartFailed} if this version cannot work with the schema. */
export const requireSchema = async (database: Database, address: Address): Promise<void> => {
  const version = await versionOf(database)
  if (version === 0)
    throw new StartFailed({
      problem: `the store ${address.text} has no tables yet; run: hipay-pos gateway migrate --store ${address.text}`
    })
  if (version < SCHEMA)
    throw new StartFailed({
      problem: `the store ${address.text} has schema ${version}, this version needs ${SCHEMA}; run: hipay-pos gateway migrate --store ${address.text}`
    })
  if (version > SCHEMA + 1) throw new StartFailed({ problem: newer(version) })
  await requireIndexes(database, `the store ${address.text}`)
  if (await isRestored(database))
    throw new StartFailed({
      problem: `the store ${address.text} was restored from a dump; run: hipay-pos gateway migrate --store ${address.text}`
    })
}

/** The store's id and the oid of its guards' table: restoring a dump keeps the id, but makes a new table. */
const IDENTITY = `SELECT 'hipay_pos.order_guards'::regclass::oid || ' ' || value AS identity FROM hipay_pos.identity
  WHERE name = 'store'`

/**
 * Returns a check that the store is still the one that it is now, and complete; the check throws {@link StartFailed} if not.
 */
export const sameStore = async (database: Database, address: Address): Promise<() => Promise<void>> => {
  const identityNow = async () => (await database.query(IDENTITY))[0]?.identity
  const identity = await identityNow()
  return async () => {
    await requireSchema(database, address)
    if ((await identityNow()) !== identity)
      throw new StartFailed({
        problem: `the store ${address.text} is not the one that this gateway was started on: another one is in its place and may lack the last payments; stop all gateways of the store, and check those payments at the terminals before you start them again`
      })
  }
}

const newer = (version: number) =>
  `the store has schema ${version}, this version knows ${SCHEMA}; install the version of the other gateways`
