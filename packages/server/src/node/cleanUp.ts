/**
 * Removes customer data from old attempts, and from the disk: in small batches with pauses, so that payments under way go on in
 * between.
 */
import * as Effect from "effect/Effect"
import type { StoreFailed } from "../attempts/AttemptStore.ts"
import { COLUMNS, type Row } from "./attemptJson.ts"
import { failed } from "./commits.ts"
import { emptyLog } from "./displacedFile.ts"
import { prepare } from "./prepare.ts"
import * as SqliteFile from "./SqliteFile.ts"

/** The most that one batch rewrites: attempts, and bytes of them. */
export const BATCH = { attempts: 25, bytes: 500_000 }

/** The pause between two batches, and how long a starting server is left alone. */
const PAUSE = "100 millis"
const AFTER_START = "10 seconds"

/** The due attempts after a given one, by the index of those with customer data. */
export const DUE = `SELECT number, ${COLUMNS} FROM attempts
  WHERE customer = 1 AND opened_at < ? AND (opened_at, number) > (?, ?) ORDER BY opened_at, number LIMIT ?`

/** The most attempts that a warning names. */
const NAMED = 5

/**
 * Cleans once a day until interrupted; the next day makes up for a day on which it failed. `clean` returns the attempts that it
 * could not clean, which are reported each time.
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
 * Makes one round over all attempts opened before a time. Returns those that cannot be read, and so cannot be cleaned: they
 * stay, for a person to look at. `forget` returns a row's JSON without customers.
 */
export const makeCleanUp = (
  file: Pick<SqliteFile.SqliteFile, "database" | "descriptor">,
  forget: (row: Row) => string | undefined,
  write: (work: () => void) => void
): ((before: number) => Effect.Effect<ReadonlyArray<string>, StoreFailed>) => {
  const { database } = file
  const due = prepare<Row & Place>(database, DUE)
  const change = database.prepare("UPDATE attempts SET json = ?, customer = 0 WHERE id = ?")
  /** One batch after an attempt, in one transaction; undefined if nothing was left. */
  const batch = (before: number, behind: Place, left: Array<string>): Place | undefined => {
    let bytes = 0
    let last: Place | undefined
    write(() => {
      for (const row of due.all(before, behind.openedAt, behind.number, BATCH.attempts)) {
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
  /** Whether the log may still hold the old text, until it is emptied. */
  let isInLog = false
  const tryEmptyLog = () => {
    // Does not wait for readers: if one blocks it, the next day does it, or the end of the process.
    database.exec("PRAGMA busy_timeout = 0")
    try {
      isInLog = !emptyLog(file)
    } finally {
      database.exec(`PRAGMA busy_timeout = ${SqliteFile.BUSY_TIMEOUT}`)
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
    if (isInLog) yield* Effect.try({ try: tryEmptyLog, catch: failed })
    return left
  })
}

/** How far a round has come. */
interface Place {
  readonly openedAt: number
  readonly number: number
}
