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
import { type AttemptStore, StoreFailed, textOf } from "../attempts/AttemptStore.ts"
import { forgetCustomer, holdsCustomer } from "../attempts/forgetCustomer.ts"
import type { Frames } from "../terminals/Terminals.ts"
import { COLUMNS, fromRow, historyOf, type Row, toJson, wordsOf } from "./attemptJson.ts"
import { everyDay, makeCleanUp } from "./cleanUp.ts"
import { makeList } from "./listing.ts"
import { columnsOf, makeLocator } from "./located.ts"
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
    try: () => endOpenAttempts(database, frames, rows, now()),
    catch: (error) => SqliteFile.cannotOpen(path, error)
  })
  warnings.forEach(onWarning)
  const { store, inTransaction } = makeStore(database, frames, rows)
  const cleanUp = makeCleanUp(database, (row) => forgetIn(frames, rows, row), inTransaction)
  yield* Effect.forkScoped(everyDay(Effect.suspend(() => cleanUp(now() - CUSTOMER_DATA))))
  if (options.mode === "gateway") yield* keepGeneration(database, path, identity.store)
  return { ...store, summary: { path, created, ...count(database) } }
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

/** The outcome of an attempt whose process has ended is unknown. */
const endOpenAttempts = (
  database: DatabaseSync,
  frames: Pick<Frames, "withoutContact">,
  read: Read,
  at: number
): void => {
  const rows = database.prepare(`SELECT ${COLUMNS} FROM attempts WHERE state = 'open'`).all() as unknown as Array<Row>
  const write = makeWriter(database, frames)
  for (const row of rows) {
    const attempt = read(row)
    if (attempt === undefined || isDamaged(attempt)) continue
    const error = new OutcomeUnknown({
      kind: "SilentAfterSend",
      detail: "the server ended while the payment was under way"
    })
    write.update({ ...attempt, state: "unknown", endedAt: at, error })
  }
}

/** A row's JSON without customers. What cannot be read cannot be cleaned either; it stays, so that a person can look at it. */
const forgetIn = (frames: Pick<Frames, "withoutContact">, read: Read, row: Row): string => {
  const attempt = read(row)
  return attempt === undefined || isDamaged(attempt) ? row.json : toJson(forgetCustomer(attempt, frames))
}

/** The statements that write. */
const makeWriter = (database: DatabaseSync, frames: Pick<Frames, "withoutContact">) => {
  const insert = database.prepare(
    `INSERT INTO attempts (id, key, login, state, opened_at, words, customer, terminal, connected, set_aside, json)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
  )
  const change = database.prepare(
    "UPDATE attempts SET state = ?, customer = ?, terminal = ?, connected = ?, set_aside = ?, json = ? WHERE id = ?"
  )
  const append = database.prepare("INSERT INTO history (attempt, at, state, json) VALUES (?, ?, ?, ?)")
  const record = (attempt: Attempt) => {
    append.run(attempt.id, attempt.endedAt ?? attempt.openedAt, attempt.state, JSON.stringify(historyOf(attempt)))
  }
  return {
    insert: (attempt: Attempt) => {
      const { id, key, state, openedAt } = attempt
      const named = [id, textOf(key), key.login, state, openedAt, wordsOf(attempt)] as const
      insert.run(...named, holdsCustomer(attempt, frames) ? 1 : 0, ...columnsOf(attempt), toJson(attempt))
      record(attempt)
    },
    update: (attempt: Attempt) => {
      const { id, state } = attempt
      change.run(state, holdsCustomer(attempt, frames) ? 1 : 0, ...columnsOf(attempt), toJson(attempt), id)
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

const makeStore = (
  database: DatabaseSync,
  frames: Pick<Frames, "withoutContact">,
  read: Read
): {
  readonly store: AttemptStore
  /** Does all of some work in one transaction, or nothing, without waiting for the disk. */
  readonly inTransaction: (work: () => void) => void
} => {
  const write = makeWriter(database, frames)
  const byId = database.prepare(`SELECT ${COLUMNS} FROM attempts WHERE id = ?`)
  const byKey = database.prepare(`SELECT ${COLUMNS} FROM attempts WHERE key = ? ORDER BY number DESC`)
  const locate = makeLocator(database)
  const readable = (row: Row) => {
    const attempt = read(row)
    return attempt === undefined || isDamaged(attempt) ? undefined : attempt
  }
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
      transact(
        writes.some(({ flushed }) => flushed),
        () => {
          for (const { statement, attempt } of writes) write[statement](attempt)
        }
      )
      return undefined
    } catch (error) {
      return failed(error)
    }
  }

  const transact = (flushes: boolean, work: () => void) => {
    try {
      flushing(flushes)
      database.exec("BEGIN")
      work()
      database.exec("COMMIT")
    } catch (error) {
      rollBack()
      throw error
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
    store: {
      // No money moves at a simulated terminal.
      open: (attempt) => written("insert", attempt, attempt.terminal === "dialled"),
      // What a terminal said survives the end of the process; should the power fail too, the attempt is unknown at the
      // next start, which is safe. What a person said is worth a flush.
      update: (attempt) => written("update", attempt, attempt.resolutions !== undefined),
      get: (id) => attempted(() => firstOf(byId, id, read)),
      latest: (key) => attempted(() => firstOf(byKey, textOf(key), read)),
      near: (near) => attempted(() => locate(near)),
      list: makeList(database, readable, failed)
    },
    inTransaction: (work) => transact(false, work)
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

const failed = (error: unknown): StoreFailed =>
  error instanceof StoreFailed
    ? error
    : new StoreFailed({ detail: error instanceof Error ? error.message : String(error) })
