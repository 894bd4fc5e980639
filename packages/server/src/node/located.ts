/**
 * Which attempts were at which terminal, by index: what every order at a gateway looks for must not cost more as the
 * store grows.
 *
 * The columns say again what the JSON says; all that is looked up here stands in the indexes themselves.
 */
import type { DatabaseSync, StatementSync } from "node:sqlite"
import type { Attempt } from "../attempts/Attempt.ts"
import { isSetAside, type Located, locate, type Near } from "../attempts/AttemptStore.ts"

/** Columns and indexes beside those of the first format; rows that are there are filled in from their JSON. */
export const LOCATED_COLUMNS = `
ALTER TABLE attempts ADD COLUMN terminal TEXT;
ALTER TABLE attempts ADD COLUMN connected TEXT;
ALTER TABLE attempts ADD COLUMN set_aside INTEGER NOT NULL DEFAULT 0;
UPDATE attempts SET
  terminal = lower(json_extract(json, '$.target.host')) || ':' || json_extract(json, '$.target.port'),
  connected = (
    SELECT each.value ->> '$.to' FROM json_each(attempts.json, '$.moments') AS each
    WHERE each.value ->> '$.kind' = 'connected' LIMIT 1
  ),
  set_aside = coalesce(json_extract(json, '$.resolutions[#-1].outcome') = 'set-aside', 0)
WHERE json_valid(json) AND json_extract(json, '$.terminal') = 'dialled';
CREATE INDEX attempts_by_time ON attempts (opened_at);
CREATE INDEX unresolved_by_terminal ON attempts (terminal, number, connected, id) WHERE state = 'unknown' AND set_aside = 0;
CREATE INDEX unresolved_by_address ON attempts (connected, number, terminal, id) WHERE state = 'unknown' AND set_aside = 0;
CREATE INDEX moved_by_terminal ON attempts (terminal, number, connected, id, state) WHERE state NOT IN ('declined', 'not-started');
CREATE INDEX moved_by_address ON attempts (connected, number, terminal, id, state) WHERE state NOT IN ('declined', 'not-started')
`

const conditions: Readonly<Record<Near["which"], string>> = {
  unresolved: "state = 'unknown' AND set_aside = 0",
  moved: "state NOT IN ('declined', 'not-started')"
}

const NOT_THESE = "id NOT IN (SELECT value FROM json_each(?))"

/** The queries, for a look at their plans. Each names its index, so that it fails where it could not use it. */
export const queries = (which: Near["which"]) => {
  const where = (index: string, condition: string) =>
    `FROM attempts INDEXED BY ${which}_by_${index} WHERE ${conditions[which]} AND ${condition} AND ${NOT_THESE}`
  return {
    /** The newest under a terminal's name. */
    named: `SELECT id, number, terminal, connected ${where("terminal", "terminal = ?")} ORDER BY number DESC LIMIT 1`,
    /** The newest by the address that was connected to. */
    connected: `SELECT id, number, terminal, connected ${where("address", "connected = ?")} ORDER BY number DESC LIMIT 1`,
    /** The newest of each name that was never seen to connect. */
    elsewhere: `SELECT id, max(number) AS number, terminal, connected ${where("address", "connected IS NULL AND terminal IS NOT NULL")} GROUP BY terminal`
  }
}

/** What a row says beside its JSON. */
export const columnsOf = (
  attempt: Attempt
): readonly [terminal: string | null, connected: string | null, setAside: number] => {
  // What was simulated was at no terminal that a gateway has.
  const { terminal, connected } = attempt.terminal === "dialled" ? locate(attempt) : {}
  return [terminal ?? null, connected ?? null, isSetAside(attempt) ? 1 : 0]
}

/** Looks for attempts at terminals, the newest first. */
export const makeLocator = (database: DatabaseSync): ((near: Near) => ReadonlyArray<Located>) => {
  const prepared = new Map<string, StatementSync>()
  const all = (sql: string, ...values: ReadonlyArray<string>) => {
    const statement = prepared.get(sql) ?? database.prepare(sql)
    prepared.set(sql, statement)
    return statement.all(...values) as unknown as ReadonlyArray<Row>
  }
  return ({ which, named, resolved, except = [] }) => {
    const sql = queries(which)
    const others = JSON.stringify(except)
    const rows = [
      ...all(sql.named, named, others),
      ...(resolved === undefined ? [] : [...all(sql.connected, resolved, others), ...all(sql.elsewhere, others)])
    ]
    return [...new Map(rows.map((row) => [row.id, row])).values()]
      .sort((a, b) => b.number - a.number)
      .map(({ id, terminal, connected }) => ({
        id,
        ...(terminal === null ? {} : { terminal }),
        ...(connected === null ? {} : { connected })
      }))
  }
}

interface Row {
  readonly id: string
  readonly number: number
  readonly terminal: string | null
  readonly connected: string | null
}
