/**
 * The schema of a shared store, by numbered migrations that only go forward. Migrating is a step of its own, before new
 * gateways start: a start only looks.
 *
 * A gateway works with the schema of its own version and of the next one, so that those of the version before go on while a
 * deploy is under way: a migration only adds, and what it replaced goes with the migration after it.
 */
import { StartFailed } from "@hipay-pos/server/node"
import type { Address } from "./Address.ts"
import type { Database } from "./Database.ts"
import { CHANGE_AND_BEAT, FUNCTIONS, PLANS, TURN } from "./functions.ts"
import { CHANGE_GROUP, GROUPS } from "./groupFunctions.ts"
import { IMPORT, IMPORT_ATTEMPTS } from "./importFunctions.ts"
import { FORWARDS_BY_PLACE, NOTIFICATION_TABLES } from "./notificationTables.ts"
import { ALARM_TABLE } from "./sharedAlarms.ts"
import { PARTITIONS, RESOLVED_INDEXES, TABLES } from "./tables.ts"

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
  RESOLVED_INDEXES,
  [CHANGE_AND_BEAT, CHANGE_GROUP].join(";\n")
]

/** The schema that this version makes and needs. */
export const SCHEMA = migrations.length

/** What a migration did. */
export interface Migrated {
  readonly from: number
  readonly to: number
}

/** Brings the schema to this version's, and makes the partitions of the next twelve months. */
export const migrate = async (database: Database): Promise<Migrated> => {
  const from = await versionOf(database)
  if (from > SCHEMA) throw new StartFailed({ problem: newer(from) })
  const steps = migrations
    .slice(from)
    .map((sql, i) => `${sql};\nINSERT INTO hipay_pos.schema_version (version) VALUES (${from + i + 1})`)
  await database.script(`
    BEGIN;
    SELECT pg_advisory_xact_lock(${LOCK});
    SET LOCAL client_min_messages = warning;
    CREATE SCHEMA IF NOT EXISTS hipay_pos;
    CREATE TABLE IF NOT EXISTS hipay_pos.schema_version (
      version integer PRIMARY KEY, at timestamptz NOT NULL DEFAULT clock_timestamp()
    );
    ${[...steps, PARTITIONS].join(";\n")};
    COMMIT`)
  return { from, to: SCHEMA }
}

/** "hipay", so that two deploys at once wait for each other. */
const LOCK = 0x6869706179

/** The version of a database's schema; 0 where there is none. */
export const versionOf = async (database: Database): Promise<number> => {
  const [found] = await database.query("SELECT to_regclass('hipay_pos.schema_version') IS NOT NULL AS is_there")
  if (found?.is_there !== true) return 0
  const [row] = await database.query("SELECT coalesce(max(version), 0) AS version FROM hipay_pos.schema_version")
  return Number(row?.version ?? 0)
}

/** Throws where this version cannot work with the schema, with a sentence. */
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
}

const newer = (version: number) =>
  `the store has schema ${version}, this version knows ${SCHEMA}; install the version of the other gateways`
