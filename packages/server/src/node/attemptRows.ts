/** Attempts as rows of the store's file, read and written individually. */
import type { DatabaseSync } from "node:sqlite"
import type { Attempt, Resolution } from "../attempts/Attempt.ts"
import { damaged, type StoreFailed, textOf } from "../attempts/AttemptStore.ts"
import { holdsCustomer } from "../attempts/forgetCustomer.ts"
import { type GuardedTerminal, namesOf, resolutionsOf } from "../attempts/Guards.ts"
import type { Frames } from "../terminals/Terminals.ts"
import { COLUMNS, historyOf, makeRowReader, type Row, toJson, wordsOf } from "./attemptJson.ts"
import { prepare } from "./prepare.ts"
import type { StoreMode } from "./storeIdentity.ts"

/**
 * The attempt of a row, a failure with its id if it cannot be read, or undefined for a simulated attempt in a gateway's store.
 */
export type Read = (row: Row) => Attempt | StoreFailed | undefined

/** Reads rows. Damaged rows are reported once; simulated attempts do not count in a gateway's store. */
export const makeReader = (mode: StoreMode, onWarning: (detail: string) => void): Read => {
  const attemptIn = makeRowReader(onWarning)
  return (row) => {
    const attempt = attemptIn(row)
    if (attempt === undefined) return damaged(row.id)
    return mode === "gateway" && attempt.terminal === "simulated" ? undefined : attempt
  }
}

/** The SQL statements for rows. */
export const makeAttemptRows = (database: DatabaseSync, frames: Pick<Frames, "withoutContact">, read: Read) => {
  const byId = prepare<Row>(database, `SELECT ${COLUMNS} FROM attempts WHERE id = ?`)
  const byKey = prepare<Row>(database, `SELECT ${COLUMNS} FROM attempts WHERE key = ? ORDER BY number DESC`)
  const insert = database.prepare(
    `INSERT INTO attempts (id, key, login, state, opened_at, words, customer, terminal, connected, queued, resolutions, json)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
  )
  const change = database.prepare(
    "UPDATE attempts SET state = ?, words = ?, customer = ?, resolutions = ?, json = ? WHERE id = ?"
  )
  const append = database.prepare("INSERT INTO history (attempt, at, state, json) VALUES (?, ?, ?, ?)")
  const resolveDamaged = database.prepare("UPDATE attempts SET state = ?, resolutions = resolutions + 1 WHERE id = ?")
  const record = (attempt: Attempt, at: number) => {
    append.run(attempt.id, at, attempt.state, JSON.stringify(historyOf(attempt)))
  }
  /** The JSON that each attempt was read from. */
  const jsonOf = new WeakMap<Attempt | StoreFailed, string>()
  const find = (rows: Iterable<Row>): Attempt | StoreFailed | undefined => {
    for (const row of rows) {
      const attempt = read(row)
      if (attempt === undefined) continue
      jsonOf.set(attempt, row.json)
      return attempt
    }
    return undefined
  }
  return {
    /** The attempt with an id, or why its row cannot be read. */
    get: (id: string) => find(byId.iterate(id)),
    /** The last attempt under a key. A damaged row may hold any end, so it counts. */
    latest: (key: string) => find(byKey.iterate(key)),
    /** Whether an attempt's row has changed since it was read; false if it was not read here. */
    hasChanged: (seen: Attempt): boolean => {
      const read = jsonOf.get(seen)
      return read !== undefined && byId.get(seen.id)?.json !== read
    },
    /** Writes a person's resolution beside a row that cannot be read. */
    resolveDamaged: (id: string, state: Attempt["state"], resolution: Resolution) => {
      resolveDamaged.run(state, id)
      append.run(id, resolution.at, state, JSON.stringify({ resolution }))
    },
    insert: (attempt: Attempt, terminal: GuardedTerminal | undefined, isQueued: boolean) => {
      const { id, key, state, openedAt } = attempt
      const [name = null, address = null] = namesOf(terminal)
      const named = [id, textOf(key), key.login, state, openedAt, wordsOf(attempt)] as const
      const customer = holdsCustomer(attempt, frames) ? 1 : 0
      insert.run(...named, customer, name, address, isQueued ? 1 : 0, resolutionsOf(attempt), toJson(attempt))
      record(attempt, openedAt)
    },
    /** Writes a new version; `at` is the time of the change. */
    update: (attempt: Attempt, at: number) => {
      const customer = holdsCustomer(attempt, frames) ? 1 : 0
      change.run(attempt.state, wordsOf(attempt), customer, resolutionsOf(attempt), toJson(attempt), attempt.id)
      record(attempt, at)
    }
  }
}

export type AttemptRows = ReturnType<typeof makeAttemptRows>
