/**
 * Takes what orders say about customers out of old attempts, and off the disk: some at a time, with pauses, so that the
 * payments under way go on in between.
 */
import type { DatabaseSync } from "node:sqlite"
import * as Effect from "effect/Effect"
import type { StoreFailed } from "../attempts/AttemptStore.ts"
import { COLUMNS, type Row } from "./attemptJson.ts"
import { failed } from "./commits.ts"
import { BUSY_TIMEOUT } from "./SqliteFile.ts"

/** At most so much is rewritten in one go: attempts, and bytes of them. */
export const BATCH = { attempts: 25, bytes: 500_000 }

/** How long others have their turn between two batches, and how long a server that starts is left alone. */
const PAUSE = "100 millis"
const AFTER_START = "10 seconds"

/** Those that are due and come after one, by the index of those that hold something. */
export const DUE = `SELECT number, ${COLUMNS} FROM attempts
  WHERE customer = 1 AND opened_at < ? AND (opened_at, number) > (?, ?) ORDER BY opened_at, number LIMIT ?`

/** How many attempts a warning names. */
const NAMED = 5

/**
 * Cleans once a day, for as long as it is not interrupted; a day on which it cannot be done is made up for by the next one.
 * `clean` gives the attempts that it had to leave as they are, which is told each time.
 */
export const everyDay = (
  clean: Effect.Effect<ReadonlyArray<string>, StoreFailed>,
  onWarning: (detail: string) => void
): Effect.Effect<never> => {
  const round = Effect.match(clean, {
    onSuccess: (left) => {
      if (left.length === 0) return
      const more = left.length > NAMED ? ` and ${left.length - NAMED} more` : ""
      const named = `${left.slice(0, NAMED).join(", ")}${more}`
      onWarning(`customer data of 30 days ago stays in attempts that cannot be read: ${named}`)
    },
    onFailure: ({ detail }) =>
      onWarning(`customer data of 30 days ago could not be removed, and is tried again in a day: ${detail}`)
  })
  return Effect.andThen(Effect.sleep(AFTER_START), Effect.forever(Effect.andThen(round, Effect.sleep("1 day"))))
}

/**
 * Makes one round over all that was opened before a time; gives the attempts that cannot be read, and so not be cleaned
 * either: they stay, so that a person can look at them. `forget` gives a row's JSON without customers.
 */
export const makeCleanUp = (
  database: DatabaseSync,
  forget: (row: Row) => string | undefined,
  write: (work: () => void) => void
): ((before: number) => Effect.Effect<ReadonlyArray<string>, StoreFailed>) => {
  const due = database.prepare(DUE)
  const change = database.prepare("UPDATE attempts SET json = ?, customer = 0 WHERE id = ?")
  /** One batch behind an attempt, in one transaction; undefined when nothing was left. */
  const batch = (before: number, behind: Place, left: Array<string>): Place | undefined => {
    let bytes = 0
    let last: Place | undefined
    write(() => {
      const rows = due.all(before, behind.openedAt, behind.number, BATCH.attempts)
      for (const row of rows as unknown as ReadonlyArray<Row & Place>) {
        const json = forget(row)
        if (json === undefined) left.push(row.id)
        else change.run(json, row.id)
        last = row
        bytes += row.json.length
        if (bytes > BATCH.bytes) break
      }
    })
    return last
  }
  /** The log of what was written holds the old text until it is emptied. */
  let isInLog = false
  const emptyLog = () => {
    // Does not wait for a reader: what it blocks is done on the next day, or when the process ends.
    database.exec("PRAGMA busy_timeout = 0")
    try {
      isInLog = database.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get()?.busy !== 0
    } finally {
      database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT}`)
    }
  }
  return Effect.fnUntraced(function* (before: number) {
    const left: Array<string> = []
    let last: Place | undefined = { openedAt: Number.MIN_SAFE_INTEGER, number: 0 }
    for (;;) {
      const behind: Place = last
      last = yield* Effect.try({ try: () => batch(before, behind, left), catch: failed })
      if (last === undefined) break
      isInLog = true
      yield* Effect.sleep(PAUSE)
    }
    if (isInLog) yield* Effect.try({ try: emptyLog, catch: failed })
    return left
  })
}

/** Where a round is. */
interface Place {
  readonly openedAt: number
  readonly number: number
}
