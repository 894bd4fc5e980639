/**
 * Masks card numbers in a store that older versions wrote, including its history.
 *
 * History is otherwise never changed, so it records who had it redacted, and when. The file's old content is overwritten. No
 * server may have the file open.
 */
import type { DatabaseSync } from "node:sqlite"
import * as CardNumber from "@hipay-pos/core/CardNumber"
import { redactAttempt } from "../attempts/redactAttempt.ts"
import { maskTexts } from "../maskCardNumbers.ts"
import type { Frames } from "../terminals/Terminals.ts"
import { fromJson, toJson } from "./attemptJson.ts"
import { prepare, type Query } from "./prepare.ts"
import * as SqliteFile from "./SqliteFile.ts"
import { withoutTrigger } from "./withoutTrigger.ts"

/** How many rows had something to mask. */
export interface Redacted {
  readonly attempts: number
  readonly history: number
}

/** Redacts the store. Rejects with one sentence that a person can act on; then nothing has changed. */
export const redactStore = async (
  given: string,
  frames: Pick<Frames, "redact">,
  by: string,
  at: number
): Promise<Redacted> => {
  const path = SqliteFile.find(given)
  try {
    SqliteFile.inspectExisting(path, SqliteFile.BUSY_TIMEOUT)
    const sqlite = process.getBuiltinModule("node:sqlite")
    const database = new sqlite.DatabaseSync(path, { timeout: 0 })
    try {
      database.exec(
        "PRAGMA locking_mode = EXCLUSIVE; PRAGMA secure_delete = ON; PRAGMA fullfsync = ON; BEGIN EXCLUSIVE"
      )
      const redacted = await redact(database, frames, CardNumber.maskWritten(by), at)
      if (redacted.attempts + redacted.history === 0) {
        database.exec("ROLLBACK")
        return redacted
      }
      // Old pages and the log hold the old text until they are rebuilt.
      database.exec("COMMIT; VACUUM; PRAGMA wal_checkpoint(TRUNCATE)")
      return redacted
    } finally {
      database.close()
    }
  } catch (error) {
    throw SqliteFile.cannotOpen(path, error)
  }
}

const redact = async (
  database: DatabaseSync,
  frames: Pick<Frames, "redact">,
  by: string,
  at: number
): Promise<Redacted> => {
  const changed = new Set<string>()
  const attempts = prepare<NumberedRow & { readonly id: string }>(
    database,
    "SELECT number, id, json FROM attempts WHERE number > ? ORDER BY number LIMIT 200"
  )
  const change = database.prepare("UPDATE attempts SET json = ? WHERE number = ?")
  let count = 0
  for (const { number, id, json } of rowsOf(attempts)) {
    const attempt = fromJson(json)
    if (attempt === undefined) throw new Error(`attempt ${id} cannot be read`)
    const masked = toJson(await redactAttempt(attempt, frames))
    if (masked === toJson(attempt)) continue
    change.run(masked, number)
    changed.add(id)
    count++
  }
  const history = prepare<NumberedRow & { readonly attempt: string }>(
    database,
    "SELECT number, attempt, json FROM history WHERE number > ? ORDER BY number LIMIT 200"
  )
  const rewrite = database.prepare("UPDATE history SET json = ? WHERE number = ?")
  let rewritten = 0
  withoutTrigger(database, "history_stays", () => {
    for (const { number, attempt, json } of rowsOf(history)) {
      const masked = JSON.stringify(maskTexts(JSON.parse(json)))
      if (masked === json) continue
      rewrite.run(masked, number)
      changed.add(attempt)
      rewritten++
    }
  })
  const trace = database.prepare(
    "INSERT INTO history (attempt, at, state, json) SELECT id, ?, state, ? FROM attempts WHERE id = ?"
  )
  for (const id of changed) trace.run(at, JSON.stringify({ redacted: { by } }), id)
  return { attempts: count, history: rewritten }
}

interface NumberedRow {
  readonly number: number
  readonly json: string
}

/** All rows, in batches. */
function* rowsOf<Row extends NumberedRow>(query: Query<Row>): Generator<Row> {
  for (let last = 0; ; ) {
    const rows = query.all(last)
    if (rows.length === 0) return
    yield* rows
    last = rows.at(-1)?.number ?? last
  }
}
