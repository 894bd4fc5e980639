/**
 * Attempts in a file: SQLite behind the store's port, for one process at a time.
 *
 * A new attempt is written before `open` returns, and flushed to the disk where a terminal is dialled; what comes in one
 * turn of the loop shares one transaction. What follows an attempt is appended to its history, which is never changed. An
 * attempt that was open when the process ended, however it ended, is unknown at the next start. What an order says about
 * customers is removed after a month, from the disk too.
 */
import { resolve } from "node:path"
import type { DatabaseSync, StatementSync } from "node:sqlite"
import { OutcomeUnknown } from "@hipay-pos/core/Terminal"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Attempt } from "../attempts/Attempt.ts"
import { type AttemptStore, type Filter, StoreFailed, textOf } from "../attempts/AttemptStore.ts"
import { forgetCustomer } from "../attempts/forgetCustomer.ts"
import type { Frames } from "../terminals/Terminals.ts"
import { COLUMNS, fromRow, historyOf, type Row, toJson, wordsOf } from "./attemptJson.ts"
import * as SqliteFile from "./SqliteFile.ts"
import type { StartFailed } from "./StartFailed.ts"
import * as StoreGeneration from "./storeGeneration.ts"
import type { StoreMode } from "./storeIdentity.ts"

/** How long what an order says about customers is kept, in milliseconds: 30 days. */
export const CUSTOMER_DATA = 30 * 86_400_000

/** How a file is opened. */
export interface SqliteStoreOptions extends SqliteFile.SqliteFileOptions {
  readonly frames: Pick<Frames, "withoutContact">
  /** Told, in sentences, what a person should know: a store that was made, an older copy, an attempt that cannot be read. */
  readonly onWarning?: (detail: string) => void
}

/** What a server says of its store when it is ready. */
export interface StoreSummary {
  /** Absolute. */
  readonly path: string
  /** Whether it was made by this start. */
  readonly created: boolean
  readonly attempts: number
  /** Those whose outcome is unknown. */
  readonly unknown: number
}

/** A store that is open. */
export interface SqliteStore extends AttemptStore {
  readonly summary: StoreSummary
}

/** Opens the file, or makes it, for as long as the scope lives. Fails with one sentence a person can act on. */
export const open = Effect.fnUntraced(function* ({
  onWarning = () => {},
  frames,
  ...options
}: SqliteStoreOptions): Effect.fn.Return<SqliteStore, StartFailed, Scope.Scope> {
  const clock = yield* Clock.Clock
  const now = () => clock.currentTimeMillisUnsafe()
  const { database, path, identity, created, warnings } = yield* Effect.acquireRelease(
    Effect.try({
      try: () => SqliteFile.open(options),
      catch: (error) => SqliteFile.cannotOpen(resolve(options.path), error)
    }),
    ({ database }) => Effect.sync(() => database.close())
  )
  const rows = makeReader(options.mode, onWarning)
  yield* Effect.try({
    try: () => endOpenAttempts(database, rows, now()),
    catch: (error) => SqliteFile.cannotOpen(path, error)
  })
  warnings.forEach(onWarning)
  const forget = Effect.try(() => forgetCustomers(database, frames, rows, now() - CUSTOMER_DATA))
  // A day on which it cannot be done is made up for by the next one.
  yield* Effect.forkScoped(Effect.forever(Effect.andThen(Effect.ignore(forget), Effect.sleep("1 day"))), {
    startImmediately: true
  })
  if (options.mode === "gateway") yield* keepGeneration(database, path, identity.store)
  return { ...makeStore(database, rows), summary: { path, created, ...count(database) } }
})

/** Says beside the store how many attempts it has, now and then and at the end. */
const keepGeneration = (database: DatabaseSync, path: string, store: string) => {
  let last = -1
  const write = Effect.sync(() => {
    const attempts = SqliteFile.attemptsEver(database)
    if (attempts !== last) StoreGeneration.write(path, { store, attempts })
    last = attempts
  })
  return Effect.andThen(
    Effect.addFinalizer(() => Effect.ignoreCause(write)),
    Effect.forkScoped(Effect.forever(Effect.andThen(Effect.ignoreCause(write), Effect.sleep("1 minute"))), {
      startImmediately: true
    })
  )
}

const count = (database: DatabaseSync) => {
  const { attempts, unknown } = database
    .prepare(
      "SELECT (SELECT count(*) FROM attempts) AS attempts, (SELECT count(*) FROM attempts WHERE state = 'unknown') AS unknown"
    )
    .get() as { readonly attempts: number; readonly unknown: number }
  return { attempts, unknown }
}

/** The attempt of a row; `Damaged` where it cannot be read, undefined where a gateway has no business with it. */
type Read = (row: Row) => Attempt | Damaged | undefined

/** A row that cannot be read, by the id in its column. */
interface Damaged {
  readonly _tag: "Damaged"
  readonly id: string
}

const isDamaged = (read: Attempt | Damaged): read is Damaged => "_tag" in read

/** Reads rows. Those that are damaged are told once; a simulated one counts for nothing in a gateway's store. */
const makeReader = (mode: StoreMode, onWarning: (detail: string) => void): Read => {
  const told = new Set<string>()
  return (row) => {
    const attempt = fromRow(row)
    if (attempt === undefined) {
      if (!told.has(row.id)) {
        told.add(row.id)
        onWarning(
          `attempt ${row.id} cannot be read from the store; its order id takes no payment, and lists leave it out`
        )
      }
      return { _tag: "Damaged", id: row.id }
    }
    return mode === "gateway" && attempt.terminal === "simulated" ? undefined : attempt
  }
}

/** Nobody knows what became of an attempt whose process is gone. */
const endOpenAttempts = (database: DatabaseSync, read: Read, at: number): void => {
  const rows = database.prepare(`SELECT ${COLUMNS} FROM attempts WHERE state = 'open'`).all() as unknown as Array<Row>
  const write = makeWriter(database)
  for (const row of rows) {
    const attempt = read(row)
    if (attempt === undefined || isDamaged(attempt)) continue
    const error = new OutcomeUnknown({
      kind: "SilentAfterSend",
      detail: "the server ended while the payment was under way",
      received: ""
    })
    write.update({ ...attempt, state: "unknown", endedAt: at, error })
  }
}

/** Takes what orders say about customers out of the attempts that were opened before a time. */
const forgetCustomers = (
  database: DatabaseSync,
  frames: Pick<Frames, "withoutContact">,
  read: Read,
  before: number
): void => {
  const due = database.prepare(`SELECT ${COLUMNS} FROM attempts WHERE customer = 1 AND opened_at < ? LIMIT 500`)
  const change = database.prepare("UPDATE attempts SET json = ?, customer = 0 WHERE id = ?")
  for (;;) {
    const rows = due.all(before) as unknown as ReadonlyArray<Row>
    for (const row of rows) {
      const attempt = read(row)
      // What cannot be read cannot be cleaned either; it stays, so that a person can look at it.
      const json = attempt === undefined || isDamaged(attempt) ? row.json : toJson(forgetCustomer(attempt, frames))
      change.run(json, row.id)
    }
    if (rows.length === 0) break
  }
  // The log of what was written holds the old text until it is emptied.
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)")
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

const makeStore = (database: DatabaseSync, read: Read): AttemptStore => {
  const write = makeWriter(database)
  const byId = database.prepare(`SELECT ${COLUMNS} FROM attempts WHERE id = ?`)
  const byKey = database.prepare(`SELECT ${COLUMNS} FROM attempts WHERE key = ? ORDER BY number DESC`)
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
    get: (id) => attempted(() => firstOf(byId, id, read)),
    latest: (key) => attempted(() => firstOf(byKey, textOf(key), read)),
    list: (filter) =>
      attempted(() => {
        const { sql, values } = toQuery(filter)
        const statement = statements.get(sql) ?? database.prepare(sql)
        statements.set(sql, statement)
        const found: Array<Attempt> = []
        for (const row of statement.iterate(...values) as unknown as Iterable<Row>) {
          if (found.length === filter.limit) break
          const attempt = read(row)
          if (attempt !== undefined && !isDamaged(attempt)) found.push(attempt)
        }
        return found
      })
  }
}

/** The first attempt that counts; a damaged one may be any, so it stands in the way. */
const firstOf = (statement: StatementSync, value: string, read: Read): Attempt | undefined => {
  for (const row of statement.iterate(value) as unknown as Iterable<Row>) {
    const attempt = read(row)
    if (attempt === undefined) continue
    if (isDamaged(attempt))
      throw new StoreFailed({ detail: `attempt ${attempt.id} cannot be read`, damaged: attempt.id })
    return attempt
  }
  return undefined
}

const toQuery = ({ login, state, text, from, to, before }: Filter) => {
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
    sql: `SELECT ${COLUMNS} FROM attempts ${where} ORDER BY number DESC`,
    values: given.map(({ value }) => value)
  }
}

const failed = (error: unknown): StoreFailed =>
  error instanceof StoreFailed
    ? error
    : new StoreFailed({ detail: error instanceof Error ? error.message : String(error) })
