/**
 * Takes what orders say about customers out of old attempts, and off the disk: some at a time, with pauses, so that the
 * payments under way go on in between.
 */
import type { DatabaseSync } from "node:sqlite"
import * as Effect from "effect/Effect"
import { COLUMNS, type Row } from "./attemptJson.ts"
import { BUSY_TIMEOUT } from "./SqliteFile.ts"

/** At most so much is rewritten in one go: attempts, and bytes of them. */
export const BATCH = { attempts: 25, bytes: 500_000 }

/** How long others have their turn between two batches, and how long a server that starts is left alone. */
const PAUSE = "100 millis"
const AFTER_START = "10 seconds"

/** Those that are due, by the index of those that hold something. */
export const DUE = `SELECT ${COLUMNS} FROM attempts WHERE customer = 1 AND opened_at < ? LIMIT ?`

/** Cleans once a day, for as long as it is not interrupted; a day on which it cannot be done is made up for by the next one. */
export const everyDay = (clean: Effect.Effect<void, unknown>): Effect.Effect<never> =>
  Effect.andThen(Effect.sleep(AFTER_START), Effect.forever(Effect.andThen(Effect.ignore(clean), Effect.sleep("1 day"))))

/** Makes one round over all that was opened before a time. `forget` gives a row's JSON without customers. */
export const makeCleanUp = (
  database: DatabaseSync,
  forget: (row: Row) => string,
  write: (work: () => void) => void
): ((before: number) => Effect.Effect<void, unknown>) => {
  const due = database.prepare(DUE)
  const change = database.prepare("UPDATE attempts SET json = ?, customer = 0 WHERE id = ?")
  /** One batch, in one transaction; false when nothing was left. */
  const batch = (before: number): boolean => {
    let bytes = 0
    let count = 0
    write(() => {
      for (const row of due.all(before, BATCH.attempts) as unknown as ReadonlyArray<Row>) {
        change.run(forget(row), row.id)
        count++
        bytes += row.json.length
        if (bytes > BATCH.bytes) break
      }
    })
    return count > 0
  }
  /** The log of what was written holds the old text until it is emptied. */
  let isInLog = false
  const emptyLog = () => {
    // Does not wait for a reader: what it blocks is done on the next day, or when the process ends.
    database.exec("PRAGMA busy_timeout = 0")
    isInLog = database.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get()?.busy !== 0
    database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT}`)
  }
  return Effect.fnUntraced(function* (before: number) {
    while (yield* Effect.try(() => batch(before))) {
      isInLog = true
      yield* Effect.sleep(PAUSE)
    }
    if (isInLog) yield* Effect.try(emptyLog)
  })
}
