/**
 * Attempts in a file: SQLite behind the store's port, for one process at a time.
 *
 * A new attempt is written before `open` returns, and flushed to the disk where a terminal is dialled; what comes in one
 * turn of the loop shares one transaction. What follows an attempt is appended to its history, which is never changed. An
 * attempt that was open when the process ended, however it ended, is unknown at the next start. What an order says about
 * customers is removed after a month, from the disk too.
 */
import { chmodSync, closeSync, existsSync, openSync } from "node:fs"
import type { DatabaseSync, StatementSync } from "node:sqlite"
import { NotStarted, OutcomeUnknown } from "@hipay-pos/core/Terminal"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Attempt } from "../transactions/Attempt.ts"
import { type AttemptStore, type Filter, StoreFailed, textOf, wordsIn } from "../transactions/AttemptStore.ts"
import { forgetCustomer } from "../transactions/forgetCustomer.ts"
import { StartFailed } from "./serve.ts"

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
    Effect.try({ try: () => openDatabase(path, now()), catch: (error) => cannotOpen(path, error) }),
    (database) => Effect.sync(() => database.close())
  )
  const forget = Effect.try(() => forgetCustomers(database, now() - CUSTOMER_DATA))
  // A day on which it cannot be done is made up for by the next one.
  yield* Effect.forkScoped(Effect.forever(Effect.andThen(Effect.ignore(forget), Effect.sleep("1 day"))), {
    startImmediately: true
  })
  return makeStore(database)
})

const openDatabase = (path: string, at: number): DatabaseSync => {
  // The file is nobody else's from its first byte on.
  if (!existsSync(path)) closeSync(openSync(path, "a", 0o600))
  chmodSync(path, 0o600)
  // Only now: Node 22 says on stderr that SQLite is experimental as soon as it is loaded, to those who keep no file too.
  const sqlite = process.getBuiltinModule("node:sqlite")
  const database = new sqlite.DatabaseSync(path, { timeout: 0 })
  try {
    // Taken here and held until the process ends, even when it is killed: a second process gets "locked".
    database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; BEGIN EXCLUSIVE; COMMIT")
    // 32 MB of log before it is brought into the file, and 16 MB of pages at hand: both spare work under load.
    database.exec("PRAGMA wal_autocheckpoint = 8000; PRAGMA cache_size = -16000")
    // What is deleted is overwritten; and on macOS a flush goes past the drive's own memory.
    database.exec("PRAGMA secure_delete = ON; PRAGMA fullfsync = ON")
    const { user_version: version } = database.prepare("PRAGMA user_version").get() as { readonly user_version: number }
    if (version > VERSION) throw new Error("it was written by a newer version")
    if (version < VERSION) database.exec(`BEGIN; ${SCHEMA}; PRAGMA user_version = ${VERSION}; COMMIT`)
    endOpenAttempts(database, at)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

const cannotOpen = (path: string, error: unknown): StartFailed => {
  const detail = error instanceof Error ? error.message : String(error)
  return new StartFailed({
    problem: /locked|busy/i.test(detail)
      ? `the store ${path} is in use by another process`
      : `cannot open the store ${path}: ${detail}`
  })
}

const VERSION = 1

const SCHEMA = `
CREATE TABLE attempts (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  key TEXT NOT NULL,
  login TEXT NOT NULL,
  state TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  words TEXT NOT NULL,
  customer INTEGER NOT NULL DEFAULT 1,
  json TEXT NOT NULL
) STRICT;
CREATE INDEX attempts_with_customer ON attempts (opened_at) WHERE customer = 1;
CREATE INDEX attempts_by_key ON attempts (key, number);
CREATE INDEX attempts_by_state ON attempts (state, number);
CREATE TABLE history (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  attempt TEXT NOT NULL,
  at INTEGER NOT NULL,
  state TEXT NOT NULL,
  json TEXT NOT NULL
) STRICT;
CREATE INDEX history_by_attempt ON history (attempt, number);
CREATE TRIGGER history_stays BEFORE UPDATE ON history BEGIN SELECT RAISE(ABORT, 'history is never changed'); END;
CREATE TRIGGER history_is_kept BEFORE DELETE ON history BEGIN SELECT RAISE(ABORT, 'history is never changed'); END
`

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

/** What is written down for good: how it stands and why, and nothing about customers. */
const historyOf = ({ outcome, error, resolutions, answer }: Attempt) => ({
  outcome: outcome?._tag,
  error: error && { reason: error._tag, kind: error.kind, detail: error.detail },
  resolution: resolutions?.at(-1),
  status: answer?.status
})

const wordsOf = (attempt: Attempt): string => wordsIn(attempt).join("\n").toLowerCase()

type Fields = Readonly<Record<string, unknown>>

/** What an answer echoes of its order is written once: the names of the fields stand for them. */
const toJson = (attempt: Attempt): string => {
  const { order, answer } = attempt
  if (answer === undefined || !isFields(answer.body) || !isFields(order)) return JSON.stringify(attempt)
  const body: Record<string, unknown> = { ...answer.body }
  const echoed = Object.keys(body).filter((name) => isFields(body[name]) && body[name] === order[name])
  for (const name of echoed) body[name] = null
  return JSON.stringify({ ...attempt, answer: { ...answer, body }, echoed })
}

/** The attempt as it was, the class of its error too. */
const fromJson = (json: string): Attempt => {
  const { error, echoed = [], ...attempt } = JSON.parse(json) as Attempt & { readonly echoed?: ReadonlyArray<string> }
  const body = attempt.answer?.body as Record<string, unknown>
  for (const name of echoed) body[name] = (attempt.order as Fields)[name]
  if (error === undefined) return attempt
  return { ...attempt, error: error._tag === "NotStarted" ? new NotStarted(error) : new OutcomeUnknown(error) }
}

const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null

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
