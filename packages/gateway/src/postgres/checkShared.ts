/** Checks a shared store without changing it, for `doctor --store` and for the warnings of a gateway at its start. */
import { randomUUID } from "node:crypto"
import * as ErrorText from "@hipay-pos/core/ErrorText"
import type { Address } from "./Address.ts"
import * as Database from "./Database.ts"
import { isRestored, SCHEMA, versionOf } from "./migrate.ts"
import { missingIndexes } from "./uniqueIndexes.ts"

/** The result of one check. */
export interface SharedCheck {
  readonly name:
    | "database"
    | "database clock"
    | "settings"
    | "replication"
    | "notifications"
    | "connections"
    | "schema"
    | "indexes"
    | "gateways"
    | "undecided"
    | "partitions"
    | "history"
    | "imports"
  readonly verdict: "ok" | "warning" | "failed"
  readonly detail: string
  /** What to do. */
  readonly next?: string
}

/** Checks a store; a database that cannot be reached is a failed check. */
export const checkShared = async (address: Address): Promise<ReadonlyArray<SharedCheck>> => {
  const database = await Database.connect(address, { name: "hipay-pos doctor" })
  try {
    const before = Date.now()
    const [server] = await database.query(
      `SELECT current_setting('server_version') AS version, pg_is_in_recovery() AS is_standby,
        current_setting('transaction_read_only') = 'on' AS is_read_only`
    )
    const took = Date.now() - before
    const checks: Array<SharedCheck> = [
      ofServer(String(server?.version), took, server?.is_standby === true, server?.is_read_only === true),
      await clock(database),
      await settings(database),
      // Only a primary is asked.
      ...(server?.is_standby === true ? [] : [await replication(database), await delivery(database)])
    ]
    const schema = await versionOf(database)
    checks.push(
      schema === SCHEMA
        ? { name: "schema", verdict: "ok", detail: `${schema}` }
        : {
            name: "schema",
            verdict: schema === SCHEMA + 1 ? "warning" : "failed",
            detail: `${schema}, this version has ${SCHEMA}`,
            next: schema < SCHEMA ? "Run hipay-pos gateway migrate." : "Install the version of the other gateways."
          }
    )
    const missing = await missingIndexes(database)
    if (missing !== undefined)
      checks.push({
        name: "indexes",
        verdict: "failed",
        detail: `lacks unique indexes, ${missing}, without which an order can be charged twice: a dump was not restored to its end`,
        next: "Stop all gateways, then restore the dump again into an empty database, with --single-transaction."
      })
    return schema === 0 ? checks : [...checks, ...(await contents(database))]
  } catch (error) {
    return [{ name: "database", verdict: "failed", detail: ErrorText.of(error) }]
  } finally {
    await database.close()
  }
}

const ofServer = (version: string, took: number, isStandby: boolean, isReadOnly: boolean): SharedCheck => {
  const name = "database"
  if (isStandby || isReadOnly) {
    return {
      name,
      verdict: "failed",
      detail: `PostgreSQL ${version}, ${isStandby ? "a standby" : "read-only"}: it takes no writes, and so no payments`,
      next: isStandby
        ? "Name the primary's host, too, in --store, or promote this one."
        : "Take default_transaction_read_only = on out of its settings, or those of this user or database."
    }
  }
  return Number.parseInt(version, 10) < 15
    ? { name, verdict: "warning", detail: `PostgreSQL ${version}`, next: "Use PostgreSQL 15 or newer." }
    : { name, verdict: "ok", detail: `PostgreSQL ${version}, answered in ${took} ms` }
}

/** Leases go by the database's clock, so a difference affects only the times on record. */
export const clock = async (database: Pick<Database.Database, "query">): Promise<SharedCheck> => {
  const before = Date.now()
  const [row] = await database.query("SELECT (1000 * extract(epoch FROM clock_timestamp()))::bigint AS now")
  const difference = Math.abs(Number(row?.now) - (before + Date.now()) / 2)
  const seconds = (difference / 1000).toFixed(1)
  return difference < 2_000
    ? { name: "database clock", verdict: "ok", detail: `within ${seconds} s of this machine's` }
    : {
        name: "database clock",
        verdict: "warning",
        detail: `the database's clock is ${seconds} s away from this machine's`,
        next: "Set both by NTP: leases do not depend on it, times on record do."
      }
}

/** A setting that {@link Database.connect} asks for. */
interface Setting {
  /** The value to make the role's default. */
  readonly value: string
  /** "failed" if an order can be charged twice with a value. */
  readonly judge: (found: string) => SharedCheck["verdict"]
}

const SETTINGS: Readonly<Record<string, Setting>> = {
  synchronous_commit: {
    value: "on",
    judge: (found) => (found === "on" || found === "remote_apply" ? "ok" : "failed")
  },
  default_transaction_isolation: {
    value: "read committed",
    judge: (found) => (found === "read committed" ? "ok" : "failed")
  },
  statement_timeout: {
    // No timeout.
    value: "0",
    judge: (found) => {
      if (found === "0" || Number(found) >= Database.UNLIMITED) return "ok"
      // The gateway gives a statement up before the database does.
      return Number(found) >= Database.DEADLINE ? "warning" : "failed"
    }
  },
  lock_timeout: {
    value: `${Database.DEADLINE}`,
    judge: (found) => (Number(found) > 0 && Number(found) <= Database.DEADLINE ? "ok" : "warning")
  }
}

/**
 * Whether a connection has the settings that it asked for. A pooler may drop them, so that those of the role or the database
 * hold: with `synchronous_commit` off, a crash of the database loses claims that it had confirmed.
 */
export const settings = async (database: Pick<Database.Database, "query">): Promise<SharedCheck> => {
  const rows = await database.query(
    "SELECT name, setting, quote_ident(current_user) AS role FROM pg_settings WHERE name = ANY (string_to_array($1, ','))",
    [Object.keys(SETTINGS).join()]
  )
  const judged = Object.entries(SETTINGS).map(([name, { value, judge }]) => {
    const row = rows.find((each) => each.name === name)
    const found = String(row?.setting)
    return { name, found, value, role: row?.role, verdict: judge(found) }
  })
  const wrong = judged.filter(({ verdict }) => verdict !== "ok")
  if (wrong.length === 0) return { name: "settings", verdict: "ok", detail: "connections have those that they ask for" }
  const isFailed = wrong.some(({ verdict }) => verdict === "failed")
  const risk = isFailed
    ? "without which an order can be charged twice"
    : "so that statements can end too early or too late"
  const list = wrong.map(({ name, found, value }) => `${name} is ${found}, not ${value}`).join("; ")
  const statements = wrong.map(({ name, value, role }) => `ALTER ROLE ${role} SET ${name} = '${value}'`).join("; ")
  return {
    name: "settings",
    verdict: isFailed ? "failed" : "warning",
    detail: `a pooler drops the settings that connections ask for, ${risk}: ${list}`,
    next: `Connect without the pooler, or make them the defaults of the role: ${statements}`
  }
}

/** How many standbys have to confirm a write, according to `synchronous_standby_names`. */
const askedOf = (names: string): number => Number(/^\s*(?:(?:FIRST|ANY)\s+)?(\d+)\s*\(/i.exec(names)?.[1] ?? 1)

/** Whether a failover can lose a claim, and so charge an order twice, and whether a write waits for a standby that is away. */
export const replication = async (database: Database.Database): Promise<SharedCheck> => {
  const [row] = await database.query(
    `SELECT current_setting('synchronous_standby_names') AS names, current_setting('fsync') AS fsync,
      count(r.pid) AS standbys, count(r.pid) FILTER (WHERE r.sync_state IN ('sync', 'quorum')) AS confirming,
      -- NULL unless this role may read all statistics.
      count(r.pid) FILTER (WHERE r.sync_state IS NULL) AS hidden
      FROM pg_stat_replication r`
  )
  const names = String(row?.names)
  if (row?.fsync !== "on")
    return {
      name: "replication",
      verdict: "failed",
      detail: "fsync is off: a crash loses payments",
      next: "Set fsync = on."
    }
  if (names !== "") {
    const [asked, connected] = [askedOf(names), Number(row?.confirming) + Number(row?.hidden)]
    return connected >= asked
      ? { name: "replication", verdict: "ok", detail: `synchronous: ${names}` }
      : {
          name: "replication",
          verdict: "failed",
          detail: `synchronous: ${names}; each write waits for ${asked} of them, and ${connected} ${connected === 1 ? "is" : "are"} connected: no payment is possible`,
          next: "Start the standbys, or take those that are away out of synchronous_standby_names."
        }
  }
  return {
    name: "replication",
    verdict: "warning",
    detail: `synchronous_standby_names is empty, ${Number(row?.standbys)} standbys: a failover loses the last claims, and can charge an order twice`,
    next: "Set synchronous_standby_names, such as 'ANY 1 (s1, s2)', or never fail over."
  }
}

const CHANNEL = "hipay_pos_check"

/** Whether the database's notifications arrive: a pooler in transaction mode loses them. */
export const delivery = async (database: Pick<Database.Database, "listen" | "query">): Promise<SharedCheck> => {
  const name = "notifications"
  const sent = randomUUID()
  const heard = Promise.withResolvers<boolean>()
  const late = setTimeout(() => heard.resolve(false), Database.DEADLINE)
  database
    .listen(CHANNEL, (payload) => payload === sent && heard.resolve(true))
    .then(() => database.query("SELECT pg_notify($1, $2)", [CHANNEL, sent]))
    .catch(() => heard.resolve(false))
  const arrives = await heard.promise
  clearTimeout(late)
  return arrives
    ? { name, verdict: "ok", detail: "they arrive" }
    : {
        name,
        verdict: "warning",
        detail:
          "notifications of the database do not arrive: orders that wait for another gateway wait up to a second longer",
        next: "Connect without a pooler, or through one in session mode."
      }
}

/**
 * Whether the tables of the next months exist. Without one, the next `migrate` has to move that month's attempts under a
 * lock.
 */
export const partitions = async (database: Database.Database): Promise<SharedCheck> => {
  const [row] = await database.query(
    "SELECT to_regclass('hipay_pos.attempts_' || to_char(now() + interval '2 months', 'YYYY_MM')) IS NOT NULL AS ahead"
  )
  return row?.ahead === true
    ? { name: "partitions", verdict: "ok", detail: "made for the next two months" }
    : {
        name: "partitions",
        verdict: "warning",
        detail: "the tables of the next two months are not made",
        next: "Run hipay-pos gateway migrate."
      }
}

/** Whether the running gateways, counted as at least one, can open all of their connections. */
export const connections = async (database: Database.Database): Promise<SharedCheck> => {
  const [row] = await database.query(
    `SELECT greatest(1, (SELECT count(*) FROM hipay_pos.instances WHERE NOT gone AND alive_until > clock_timestamp()))
        AS gateways, l.name, l.most
      FROM pg_roles r, pg_database d, LATERAL (VALUES
        ('max_connections leaves', current_setting('max_connections')::int
          - current_setting('superuser_reserved_connections')::int
          -- From PostgreSQL 16 on.
          - coalesce(current_setting('reserved_connections', true), '0')::int),
        (format('the role %s may have', r.rolname), r.rolconnlimit),
        (format('the database %s may have', d.datname), d.datconnlimit)
      ) AS l(name, most)
      WHERE r.rolname = current_user AND d.datname = current_database()
        AND l.most >= 0 AND NOT (r.rolsuper AND l.name <> 'max_connections leaves')
      ORDER BY l.most LIMIT 1`
  )
  const [gateways, most] = [Number(row?.gateways), Number(row?.most)]
  const asked = gateways * Database.MAX_CONNECTIONS
  const name = "connections"
  const detail = `${gateways === 1 ? "a gateway takes" : `${gateways} gateways take`} up to ${asked}, ${row?.name} ${most}`
  return asked <= most
    ? { name, verdict: "ok", detail }
    : {
        name,
        verdict: "warning",
        detail,
        next: "Raise that limit, or run fewer gateways: an order that gets no connection is refused."
      }
}

/** Attempts that have been undecided for a day. A person has set aside those that are unknown and have resolutions. */
const OLD = `SELECT count(*) FILTER (WHERE resolutions = 0) AS undecided, count(*) FILTER (WHERE resolutions > 0) AS set_aside
  FROM hipay_pos.attempts WHERE (state = 'unknown' OR state = 'open')
    AND opened_at < extract(epoch FROM clock_timestamp() - interval '1 day') * 1000`

const contents = async (database: Database.Database): Promise<ReadonlyArray<SharedCheck>> => {
  const [row] = await database.query(
    `SELECT old.undecided + (
        SELECT count(DISTINCT g.attempt) FROM hipay_pos.terminal_guards g WHERE g.at < clock_timestamp() - interval '1 day'
          AND NOT EXISTS (SELECT FROM hipay_pos.attempts a WHERE a.id = g.attempt AND a.opened_at = g.opened_at)
      ) AS undecided, old.set_aside,
      (SELECT string_agg(format('%s %s (lease: %s s left)', name, version,
          floor(extract(epoch FROM alive_until - clock_timestamp()))), ', ' ORDER BY name) FROM hipay_pos.instances
        WHERE NOT gone AND alive_until > clock_timestamp()) AS alive,
      (SELECT string_agg(substr(value, 7), ', ') FROM hipay_pos.identity WHERE name LIKE 'import %' AND value LIKE 'begun %')
        AS begun
      FROM (${OLD}) AS old`
  )
  const [undecided, setAside] = [Number(row?.undecided), Number(row?.set_aside)]
  const beside = setAside === 0 ? "" : `; set aside: ${setAside}`
  return [
    {
      name: "gateways",
      verdict: "ok",
      detail: row?.alive == null ? "none is running" : String(row.alive)
    },
    undecided === 0
      ? { name: "undecided", verdict: "ok", detail: `none has been undecided for a day${beside}` }
      : {
          name: "undecided",
          verdict: "warning",
          detail: `undecided for more than a day: ${undecided}${beside}`,
          next: "See them with hipay-pos attempts --state unknown, and resolve them."
        },
    await partitions(database),
    await connections(database),
    ...((await isRestored(database))
      ? [
          {
            name: "history",
            verdict: "failed",
            detail: "restored from a dump: what is written from now on would come before it",
            next: "Run hipay-pos gateway migrate."
          } as const
        ]
      : []),
    ...(row?.begun == null
      ? []
      : [
          {
            name: "imports",
            verdict: "warning",
            detail: `started and not finished: ${row.begun}; orders that only the file has are not known here and can be paid again`,
            next: "Run hipay-pos store import again."
          } as const
        ])
  ]
}
