/**
 * The table of a journal: one row per attempt, as JSON, beside the columns it is looked up by.
 *
 * Attempts settled long ago are compacted: who ended them and on what evidence is removed. Order, outcome and amount
 * stay, and so does what a server said of an earlier payment: a forgotten order id could be paid again. An attempt that
 * a later version has ended in a state unknown here is left as it is.
 */

import type { DatabaseSync } from "node:sqlite"
import { defined } from "@hipay-pos/core/Defined"
import { attemptStates, isUndecided } from "@hipay-pos/core/wire/AttemptState"
import { type Attempt, type Ending, ended, isUnsettled, type Opening, opened } from "../AttemptJournal.ts"

/** "HPJA", so that another program's file is not mistaken for a journal. */
export const APPLICATION = 0x48504a41

/** Migrates each format to the next, starting with the first; a migrated journal opens like a new one. */
export const MIGRATIONS: ReadonlyArray<string> = []

const FORMAT = MIGRATIONS.length + 1

/** How long a settled attempt keeps everything that was recorded of it, in milliseconds: 90 days. */
export const KEPT_WHOLE = 90 * 86_400_000

const decided = attemptStates.filter((state) => !isUndecided({ state }))

/**
 * The rows of unsettled attempts. A later version may have written one as settled, in a state that this version does
 * not know. Exactly the expression of the index, which SQLite does not use otherwise.
 */
export const UNSETTLED = `(unsettled = 1 OR coalesce(json_extract(json, '$.state'), '') NOT IN ('${decided.join("', '")}'))`

export const SCHEMA = `
CREATE TABLE attempts (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  order_id TEXT NOT NULL,
  unsettled INTEGER NOT NULL,
  owner TEXT,
  settled_at INTEGER,
  json TEXT NOT NULL
) STRICT;
CREATE INDEX attempts_by_order ON attempts (order_id, number);
CREATE INDEX attempts_unsettled ON attempts (number) WHERE ${UNSETTLED};
CREATE INDEX attempts_whole ON attempts (settled_at) WHERE settled_at IS NOT NULL;
PRAGMA application_id = ${APPLICATION};
PRAGMA user_version = ${FORMAT}
`

/** An ending as the client reads it: earlier versions wrote its address at the server as `attempt`. */
const fromWritten = ({ attempt, ...ending }: Ending & { readonly attempt?: string }): Ending =>
  defined({ serverAttempt: attempt, ...ending })

/** Statements on the table of an open file. */
export const makeTable = (database: DatabaseSync) => {
  const select = (where: string) => database.prepare(`SELECT json FROM attempts ${where} ORDER BY number`)
  const rows = (found: ReadonlyArray<unknown>): ReadonlyArray<Attempt> =>
    (found as ReadonlyArray<{ readonly json: string }>).map(({ json }) => {
      const attempt = JSON.parse(json) as Attempt
      return { ...attempt, endings: attempt.endings.map(fromWritten) }
    })
  const insert = database.prepare(
    "INSERT INTO attempts (id, order_id, unsettled, owner, settled_at, json) VALUES (?, ?, ?, ?, ?, ?)"
  )
  const byId = database.prepare("SELECT json FROM attempts WHERE id = ?")
  const change = database.prepare(
    "UPDATE attempts SET unsettled = ?, owner = NULL, settled_at = ?, json = ? WHERE id = ?"
  )
  const changeJson = database.prepare("UPDATE attempts SET json = ? WHERE id = ?")
  const due = database.prepare(`SELECT json FROM attempts WHERE settled_at < ? AND NOT ${UNSETTLED} LIMIT ?`)
  const owner = database.prepare("SELECT owner FROM attempts WHERE id = ?")

  const put = (attempt: Attempt, settledAt: number | null) => {
    change.run(isUnsettled(attempt) ? 1 : 0, settledAt, JSON.stringify(attempt), attempt.id)
  }

  return {
    all: () => rows(select("").all()),
    ofOrder: (orderId: string) => rows(select("WHERE order_id = ?").all(orderId)),
    unsettled: () => rows(select(`WHERE ${UNSETTLED}`).all()),
    /** The owner of an open attempt. */
    ownerOf: (id: string) => (owner.get(id) as { readonly owner: string | null } | undefined)?.owner ?? undefined,
    has: (id: string) => byId.get(id) !== undefined,
    open: (opening: Opening, name?: string) => {
      const attempt = opened(opening)
      insert.run(opening.id, opening.orderId, 1, name ?? null, null, JSON.stringify(attempt))
      return attempt
    },
    /** Drops an ending without an opening. `at` is the time of writing. */
    end: (ending: Ending, at: number) => {
      const [attempt] = rows(byId.all(ending.id))
      if (attempt === undefined) return
      const changed = ended(attempt, ending)
      put(changed, isUnsettled(changed) ? null : at)
    },
    /** Changes the text of endings; returns how many attempts changed. */
    rewrite: (change: (text: string) => string): number => {
      let count = 0
      for (const attempt of rows(select("").all())) {
        const json = JSON.stringify({ ...attempt, endings: attempt.endings.map((ending) => rewritten(ending, change)) })
        if (json === JSON.stringify(attempt)) continue
        changeJson.run(json, attempt.id)
        count++
      }
      return count
    },
    /** Compacts up to `atMost` of the attempts settled before a time. */
    compact: (before: number, atMost: number) => {
      for (const attempt of rows(due.all(before, atMost))) put(compacted(attempt), null)
    }
  }
}

/** The fields of an ending that people and servers write. */
const words = ["detail", "by", "evidence"] as const

const rewritten = (ending: Ending, change: (text: string) => string): Ending => {
  const changed = { ...ending }
  for (const name of words) {
    const text = ending[name]
    if (text !== undefined) changed[name] = change(text)
  }
  return changed
}

const compacted = (attempt: Attempt): Attempt => ({
  ...attempt,
  endings: attempt.endings
    .slice(-1)
    .map(({ id, state, endedAt, paid, tip, reason }) => defined({ id, state, endedAt, paid, tip, reason }))
})
