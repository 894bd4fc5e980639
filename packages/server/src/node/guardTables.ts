/**
 * The guards of orders and terminals in the store's file: separate tables, so that a guard holds even if the row of its attempt
 * cannot be read.
 *
 * A terminal has a row for each attempt that guards it: one, unless a file of an older format brought several.
 */
import type { DatabaseSync } from "node:sqlite"
import { GUARDS_ORDER } from "../attempts/Guards.ts"
import { prepare } from "./prepare.ts"

/** Migrates a file from the third format to the fourth: guards of what may have been paid, and of what is undecided. */
export const GUARD_TABLES = `
DROP INDEX IF EXISTS unresolved_by_terminal;
DROP INDEX IF EXISTS unresolved_by_address;
ALTER TABLE attempts ADD COLUMN queued INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attempts ADD COLUMN resolutions INTEGER NOT NULL DEFAULT 0;
UPDATE attempts SET resolutions = json_array_length(json, '$.resolutions')
  WHERE CASE WHEN json_valid(json) THEN json_type(json, '$.resolutions') END = 'array';
UPDATE attempts SET terminal = (
    SELECT substr(rest, 1, instr(rest, char(10)) - 1)
    FROM (SELECT substr(attempts.words, instr(attempts.words, char(10)) + 1) AS rest)
  )
  WHERE terminal IS NULL AND NOT json_valid(json);
CREATE INDEX queued_by_terminal ON attempts (terminal, number) WHERE queued = 1;
CREATE INDEX queued_by_address ON attempts (connected, number) WHERE queued = 1;
CREATE TABLE order_guards (key TEXT PRIMARY KEY, attempt TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO order_guards SELECT key, id FROM attempts WHERE number IN (
  SELECT max(number) FROM attempts
  WHERE state NOT IN ('declined', 'not-started')
    OR CASE WHEN json_valid(json) THEN json_extract(json, '$.state') IS NOT state ELSE 1 END
  GROUP BY key
);
CREATE TABLE terminal_guards (terminal TEXT NOT NULL, attempt TEXT NOT NULL, PRIMARY KEY (terminal, attempt)) STRICT, WITHOUT ROWID;
CREATE INDEX terminal_guards_by_attempt ON terminal_guards (attempt);
INSERT OR IGNORE INTO terminal_guards
  SELECT terminal, id FROM attempts WHERE state IN ('open', 'unknown') AND set_aside = 0 AND terminal IS NOT NULL
  UNION SELECT connected, id FROM attempts WHERE state IN ('open', 'unknown') AND set_aside = 0 AND connected IS NOT NULL;
ALTER TABLE attempts DROP COLUMN set_aside
`

/** The statements of a claim, so that tests can check their query plans. */
export const QUERIES = {
  order: "SELECT attempt FROM order_guards WHERE key = ?",
  pass: `INSERT OR IGNORE INTO order_guards SELECT key, id FROM attempts
    WHERE key = ? AND id <> ? AND ${GUARDS_ORDER} ORDER BY number DESC LIMIT 1`,
  /** Undecided attempts first, newest first. */
  holder: `SELECT terminal_guards.attempt AS id, attempts.state FROM terminal_guards
    LEFT JOIN attempts ON attempts.id = terminal_guards.attempt
    WHERE terminal_guards.terminal IN (?, ?) AND terminal_guards.attempt <> ?
    ORDER BY attempts.state IS 'open', attempts.number DESC LIMIT 1`,
  queued: `SELECT id FROM (
      SELECT id, number FROM attempts WHERE queued = 1 AND terminal IN (?1, ?2)
      UNION SELECT id, number FROM attempts WHERE queued = 1 AND connected IN (?1, ?2)
    ) ORDER BY number`
}

/** The attempt that has a terminal's guard. */
export interface Holder {
  readonly id: string
  /** Null if its row is gone. */
  readonly state: string | null
}

/** Reads and writes guards; each call is part of the caller's transaction. */
export const makeGuards = (database: DatabaseSync) => {
  const statements = {
    order: prepare<{ readonly attempt: string }>(database, QUERIES.order),
    takeOrder: database.prepare("INSERT OR IGNORE INTO order_guards (key, attempt) VALUES (?, ?)"),
    releaseOrder: database.prepare("DELETE FROM order_guards WHERE key = ? AND attempt = ?"),
    passOrder: database.prepare(QUERIES.pass),
    holder: prepare<Holder>(database, QUERIES.holder),
    take: database.prepare("INSERT OR IGNORE INTO terminal_guards (terminal, attempt) VALUES (?, ?)"),
    release: database.prepare("DELETE FROM terminal_guards WHERE attempt = ?"),
    queued: prepare<{ readonly id: string }>(database, QUERIES.queued)
  }
  return {
    /** The id of the attempt that has an order's guard. */
    order: (key: string) => statements.order.get(key)?.attempt,
    /** Takes an order's guard if it is free. */
    takeOrder: (key: string, id: string) => void statements.takeOrder.run(key, id),
    /** Releases it, or passes it to another attempt that may have paid the order because its end came late. */
    releaseOrder: (key: string, id: string) => {
      if (statements.releaseOrder.run(key, id).changes > 0) statements.passOrder.run(key, id)
    },
    /** Another attempt that has a terminal's guard: preferably an undecided one, else an open one. */
    holder: ([name, other]: ReadonlyArray<string>, except = "") =>
      name === undefined ? undefined : statements.holder.get(name, other ?? name, except),
    takeTerminal: (names: ReadonlyArray<string>, id: string) => {
      for (const name of names) statements.take.run(name, id)
    },
    releaseTerminal: (id: string) => void statements.release.run(id),
    /** Ids of the attempts queued for a terminal, in order. */
    queued: ([name, other]: ReadonlyArray<string>): ReadonlyArray<string> =>
      name === undefined ? [] : statements.queued.all(name, other ?? name).map(({ id }) => id)
  }
}

export type Guards = ReturnType<typeof makeGuards>
