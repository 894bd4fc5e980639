/**
 * Finds the last attempt at a terminal by index: looking it up for a cancellation must not get slower as the store grows, and
 * must work even if the attempt cannot be read.
 */
import type { DatabaseSync } from "node:sqlite"
import type { Among } from "../attempts/AttemptStore.ts"
import { type GuardedTerminal, MAY_HAVE_MOVED, namesOf } from "../attempts/Guards.ts"

/** Columns and indexes of the third format; existing rows are filled in from their JSON. */
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
CREATE INDEX moved_by_terminal ON attempts (terminal, number, connected, id, state)
  WHERE terminal IS NOT NULL AND state NOT IN ('declined', 'not-started');
CREATE INDEX moved_by_address ON attempts (connected, number, terminal, id, state)
  WHERE connected IS NOT NULL AND state NOT IN ('declined', 'not-started')
`

/**
 * For attempts with resolutions. They are few. Made at each start, because versions that do not know the indexes keep them all
 * the same.
 */
export const RESOLVED_INDEXES = `
CREATE INDEX IF NOT EXISTS resolved_by_terminal ON attempts (terminal, number, id) WHERE resolutions > 0;
CREATE INDEX IF NOT EXISTS resolved_by_address ON attempts (connected, number, id) WHERE resolutions > 0
`

const last = (index: string, column: string, condition: string) =>
  `SELECT id, number FROM attempts INDEXED BY ${index} WHERE ${condition} AND ${column} = ?
    AND id IS NOT ? AND number < ? ORDER BY number DESC LIMIT 1`

const [MOVED, RESOLVED] = MAY_HAVE_MOVED

/** The newest attempt at a terminal, by its name and by its address, that may have moved money or was resolved. */
export const LAST = {
  moved: last("moved_by_terminal", "terminal", MOVED),
  movedAt: last("moved_by_address", "connected", MOVED),
  resolved: last("resolved_by_terminal", "terminal", RESOLVED),
  resolvedAt: last("resolved_by_address", "connected", RESOLVED)
}

/** Makes `lastAt`. */
export const makeLastAt = (database: DatabaseSync) => {
  const numberOf = database.prepare("SELECT number FROM attempts WHERE id = ?")
  const statements = Object.values(LAST).map((sql) => database.prepare(sql))
  return (terminal: GuardedTerminal, { except, before }: Among = {}): string | undefined => {
    const below = before === undefined ? Number.MAX_SAFE_INTEGER : Number(numberOf.get(before)?.number ?? 0)
    let newest: { readonly id: string; readonly number: number } | undefined
    for (const name of namesOf(terminal)) {
      for (const statement of statements) {
        const row = statement.get(name, except ?? null, below) as typeof newest
        if (row !== undefined && row.number > (newest?.number ?? 0)) newest = row
      }
    }
    return newest?.id
  }
}
