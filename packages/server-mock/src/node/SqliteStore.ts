/**
 * Attempts in a file: SQLite behind the store's port, for one process at a time.
 *
 * A new attempt is written before `open` returns, and flushed to the disk where a terminal is dialled; what comes in one
 * turn of the loop shares one transaction. What follows an attempt is appended to its history, which is never changed. An
 * attempt that was open when the process ended, however it ended, is unknown at the next start. What an order says about
 * customers is removed after a month, from the disk too.
 */
import type { DatabaseSync, StatementSync } from "node:sqlite"
import { OutcomeUnknown } from "@hipay-pos/core/Terminal"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Attempt } from "../transactions/Attempt.ts"
import { type AttemptStore, type Filter, StoreFailed, textOf } from "../transactions/AttemptStore.ts"
import { forgetCustomer } from "../transactions/forgetCustomer.ts"
import { fromJson, historyOf, toJson, wordsOf } from "./attemptJson.ts"
import * as SqliteFile from "./SqliteFile.ts"
import type { StartFailed } from "./serve.ts"

/** How long what an order says about customers is kept, in milliseconds: 30 days. */
export const CUSTOMER_DATA = 30 * 86_400_000

/** How a file is opened. */
export interface SqliteStoreOptions {
  readonly path: string
}

/** Opens the file, or makes it, for as long as the scope lives. Fails with one sentence a person can act on. */
export const open = Effect.fnUntraced(function* ({
  path
}: SqliteStoreOptions): Effect.fn.Return<AttemptStore, StartFailed, Scope.Scope> {
  const clock = yield* Clock.Clock
  const now = () => clock.currentTimeMillisUnsafe()
  const database = yield* Effect.acquireRelease(
    Effect.try({
      try: () => SqliteFile.open(path, (database) => endOpenAttempts(database, now())),
      catch: (error) => SqliteFile.cannotOpen(path, error)
    }),
    (database) => Effect.sync(() => database.close())
  )
  const forget = Effect.try(() => forgetCustomers(database, now() - CUSTOMER_DATA))
  // A day on which it cannot be done is made up for by the next one.
  yield* Effect.forkScoped(Effect.forever(Effect.andThen(Effect.ignore(forget), Effect.sleep("1 day"))), {
    startImmediately: true
  })
  return makeStore(database)
})

/** Nobody knows what became of an attempt whose process is gone. */
const endOpenAttempts = (database: DatabaseSync, at: number): void => {
  const rows = database.prepare("SELECT json FROM attempts WHERE state = 'open'").all() as unknown as ReadonlyArray<Row>
  const write = makeWriter(database)
  for (const { json } of rows) {
    const error = new OutcomeUnknown({
      kind: "SilentAfterSend",
      detail: "the server ended while the payment was under way",
      received: ""
    })
    write.update({ ...fromJson(json), state: "unknown", endedAt: at, error })
  }
}

/** Takes what orders say about customers out of the attempts that were opened before a time. */
const forgetCustomers = (database: DatabaseSync, before: number): void => {
  const due = database.prepare("SELECT json FROM attempts WHERE customer = 1 AND opened_at < ? LIMIT 500")
  const change = database.prepare("UPDATE attempts SET json = ?, customer = 0 WHERE id = ?")
  for (;;) {
    const rows = due.all(before) as unknown as ReadonlyArray<Row>
    for (const { json } of rows) {
      const attempt = forgetCustomer(fromJson(json))
      change.run(toJson(attempt), attempt.id)
    }
    if (rows.length === 0) break
  }
  // The log of what was written holds the old text until it is emptied.
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)")
}

interface Row {
  readonly json: string
}

/** The statements that write. */
const makeWriter = (database: DatabaseSync) => {
  const insert = database.prepare(
    "INSERT INTO attempts (id, key, login, state, opened_at, words, json) VALUES (?, ?, ?, ?, ?, ?, ?)"
  )
  const change = database.prepare("UPDATE attempts SET state = ?, json = ? WHERE id = ?")
  const append = database.prepare("INSERT INTO history (attempt, at, state, json) VALUES (?, ?, ?, ?)")
  const record = (attempt: Attempt) => {
    append.run(attempt.id, attempt.endedAt ?? attempt.openedAt, attempt.state, JSON.stringify(historyOf(attempt)))
  }
  return {
    insert: (attempt: Attempt) => {
      const { id, key, state, openedAt } = attempt
      insert.run(id, textOf(key), key.login, state, openedAt, wordsOf(attempt), toJson(attempt))
      record(attempt)
    },
    update: (attempt: Attempt) => {
      change.run(attempt.state, toJson(attempt), attempt.id)
      record(attempt)
    }
  }
}

/** Something that is written at the end of this turn of the loop. */
interface Write {
  readonly statement: "insert" | "update"
  readonly attempt: Attempt
  /** Whether it has to survive a loss of power. */
  readonly flushed: boolean
  readonly resume: (effect: Effect.Effect<void, StoreFailed>) => void
}

const makeStore = (database: DatabaseSync): AttemptStore => {
  const write = makeWriter(database)
  const byId = database.prepare("SELECT json FROM attempts WHERE id = ?")
  const byKey = database.prepare("SELECT json FROM attempts WHERE key = ? ORDER BY number DESC LIMIT 1")
  const statements = new Map<string, StatementSync>()
  let waiting: Array<Write> = []
  let isFlushing: boolean | undefined

  const attempted = <A>(work: () => A): Effect.Effect<A, StoreFailed> => Effect.try({ try: work, catch: failed })

  const flushing = (flushes: boolean) => {
    if (flushes === isFlushing) return
    database.exec(`PRAGMA synchronous = ${flushes ? "FULL" : "NORMAL"}`)
    isFlushing = flushes
  }

  /** Writes all of it or nothing; gives what went wrong. */
  const commit = (writes: ReadonlyArray<Write>): StoreFailed | undefined => {
    try {
      flushing(writes.some(({ flushed }) => flushed))
      database.exec("BEGIN")
      for (const { statement, attempt } of writes) write[statement](attempt)
      database.exec("COMMIT")
      return undefined
    } catch (error) {
      rollBack()
      return failed(error)
    }
  }

  const rollBack = () => {
    try {
      if (database.isTransaction) database.exec("ROLLBACK")
    } catch {
      // A file that is closed has nothing left to roll back.
    }
  }

  /** Where one of them cannot be written, the others are all the same. */
  const settle = (writes: ReadonlyArray<Write>) => {
    const failure = commit(writes)
    if (failure !== undefined && writes.length > 1) for (const each of writes) settle([each])
    else for (const { resume } of writes) resume(failure === undefined ? Effect.void : Effect.fail(failure))
  }

  /** What comes in one turn of the loop is one transaction, and goes to the disk at once. */
  const written = (
    statement: Write["statement"],
    attempt: Attempt,
    flushed: boolean
  ): Effect.Effect<void, StoreFailed> =>
    Effect.callback((resume) => {
      if (waiting.push({ statement, attempt, flushed, resume }) > 1) return
      setImmediate(() => {
        const writes = waiting
        waiting = []
        settle(writes)
      })
    })

  return {
    // No money moves at a simulated terminal.
    open: (attempt) => written("insert", attempt, attempt.terminal === "dialled"),
    // What a terminal said survives the end of the process; should the power fail too, the attempt is unknown at the next
    // start, which is safe. What a person said is worth a flush.
    update: (attempt) => written("update", attempt, attempt.resolutions !== undefined),
    get: (id) => attempted(() => rowOf(byId.get(id))),
    latest: (key) => attempted(() => rowOf(byKey.get(textOf(key)))),
    list: (filter) =>
      attempted(() => {
        const { sql, values } = toQuery(filter)
        const statement = statements.get(sql) ?? database.prepare(sql)
        statements.set(sql, statement)
        return (statement.all(...values) as unknown as ReadonlyArray<Row>).map(({ json }) => fromJson(json))
      })
  }
}

const rowOf = (row: unknown): Attempt | undefined => (row === undefined ? undefined : fromJson((row as Row).json))

const toQuery = ({ login, state, text, from, to, before, limit }: Filter) => {
  const conditions: ReadonlyArray<readonly [sql: string, value: string | number | undefined]> = [
    ["login = ?", login],
    ["state = ?", state],
    ["instr(words, ?) > 0", text?.toLowerCase()],
    ["opened_at >= ?", from],
    ["opened_at < ?", to],
    ["number < (SELECT number FROM attempts WHERE id = ?)", before]
  ]
  const given = conditions.flatMap(([sql, value]) => (value === undefined ? [] : [{ sql, value }]))
  const where = given.length === 0 ? "" : `WHERE ${given.map(({ sql }) => sql).join(" AND ")}`
  return {
    sql: `SELECT json FROM attempts ${where} ORDER BY number DESC LIMIT ?`,
    values: [...given.map(({ value }) => value), limit ?? -1]
  }
}

const failed = (error: unknown): StoreFailed =>
  new StoreFailed({ detail: error instanceof Error ? error.message : String(error) })
