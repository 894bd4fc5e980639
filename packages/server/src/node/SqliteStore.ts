/**
 * Attempts in a file: SQLite behind the store's port, for one process at a time.
 *
 * A claim is written with its guards before it returns, and flushed to the disk if a real terminal is used; all writes of one
 * turn of the event loop share one transaction. What follows is appended to the attempt's history, which is never changed. An
 * attempt that was open when the process ended is unknown at the next start. Customer data of orders is removed after a month,
 * from the disk too.
 */
import { resolve } from "node:path"
import type { DatabaseSync } from "node:sqlite"
import { NotStarted, OutcomeUnknown } from "@hipay-pos/core/Terminal"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { type Attempt, close } from "../attempts/Attempt.ts"
import {
  type AttemptStore,
  type Claim,
  type Filter,
  StoreFailed,
  textOf,
  unavailable
} from "../attempts/AttemptStore.ts"
import { forgetCustomer } from "../attempts/forgetCustomer.ts"
import type { NotificationStore } from "../notifications/NotificationStore.ts"
import type { Frames } from "../terminals/Terminals.ts"
import { COLUMNS, type Row, toJson } from "./attemptJson.ts"
import { type AttemptRows, makeAttemptRows, makeReader, type Read } from "./attemptRows.ts"
import { makeClaims } from "./claims.ts"
import { everyDay, makeCleanUp } from "./cleanUp.ts"
import { type Commits, failed, makeCommits } from "./commits.ts"
import { makeGuards } from "./guardTables.ts"
import { makeLastAt } from "./lastAt.ts"
import { makeList } from "./listing.ts"
import { makeNotifications } from "./notificationTables.ts"
import { prepare, present } from "./prepare.ts"
import * as SqliteFile from "./SqliteFile.ts"
import { StartFailed } from "./StartFailed.ts"
import * as StoreGeneration from "./storeGeneration.ts"
import { type AskedUpstream, takeUpstream as writeAllowed } from "./storeUpstream.ts"
import { withoutTrigger } from "./withoutTrigger.ts"

/** How long customer data of orders is kept, in milliseconds: 30 days. */
export const CUSTOMER_DATA = 30 * 86_400_000

/** How a file is opened. */
export interface SqliteStoreOptions extends SqliteFile.SqliteFileOptions {
  readonly frames: Pick<Frames, "withoutContact">
  /** Receives, in sentences, what a person should know: a store was created, it is an older copy, an attempt cannot be read. */
  readonly onWarning?: (detail: string) => void
}

/** What a server reports about its store when it is ready. */
export interface StoreSummary {
  /** An absolute path, or the address of a database. */
  readonly path: string
  /** Whether this start created it. */
  readonly created: boolean
  readonly attempts: number
  /** How many have an unknown outcome. */
  readonly unknown: number
  /** This instance's name, if several share the store. */
  readonly instance?: string
  /** A shared store's own id, whatever its address; metrics use it as a label. */
  readonly id?: string
}

/** A store that is open. */
export interface SqliteStore extends AttemptStore {
  readonly notifications: NotificationStore
  readonly summary: StoreSummary
  /**
   * Accepts other accounts at the service that orders are relayed to. Rejects with {@link StartFailed} if they may not change.
   */
  readonly takeUpstream: (upstream: AskedUpstream) => Promise<void>
  /** Removes all attempts, for a mock that starts over. Fails on a gateway's file: its payments are never forgotten. */
  readonly forgetAll: Effect.Effect<void, StoreFailed>
}

/** Opens or creates the file for the lifetime of the scope. Fails with one sentence that a person can act on. */
export const open = Effect.fnUntraced(function* ({
  onWarning = () => {},
  frames,
  ...options
}: SqliteStoreOptions): Effect.fn.Return<SqliteStore, StartFailed, Scope.Scope> {
  const clock = yield* Clock.Clock
  const now = () => clock.currentTimeMillisUnsafe()
  const file = yield* Effect.acquireRelease(
    Effect.try({
      try: () => SqliteFile.open(options),
      catch: (error) => SqliteFile.cannotOpen(resolve(options.path), error)
    }),
    (file) =>
      Effect.sync(() => {
        const detail = SqliteFile.close(file)
        if (detail !== undefined) onWarning(detail)
      })
  )
  const { database, path, identity, problem, created, warnings } = file
  const read = makeReader(options.mode, onWarning)
  const { rows, commits } = yield* Effect.try({
    try: () => {
      const rows = makeAttemptRows(database, frames, read)
      const commits = makeCommits(database, problem)
      commits.inTransaction(() => endOpenAttempts(database, rows, read, now()))
      return { rows, commits }
    },
    catch: (error) => SqliteFile.cannotOpen(path, error)
  })
  warnings.forEach(onWarning)
  const store = { ...makeStore(file, rows, read, commits, now), problem }
  const cleanUp = makeCleanUp(file, (row) => forgetIn(frames, read, row), commits.inTransaction)
  yield* Effect.forkScoped(
    everyDay(
      Effect.suspend(() => cleanUp(now() - CUSTOMER_DATA)),
      onWarning
    )
  )
  const claim = options.mode === "gateway" ? yield* keepGeneration(store, database, path, identity.store) : store.claim
  const notifications = makeNotifications(database, commits, read)
  const takeUpstream = async (upstream: AskedUpstream) => {
    try {
      commits.inTransaction(() => writeAllowed(database, upstream))
    } catch (error) {
      throw new StartFailed({ problem: `the store ${path}: ${failed(error).detail}` })
    }
  }
  const forgetAll =
    options.mode === "mock"
      ? commits.write({ flushed: false, act: () => deleteAll(database) })
      : Effect.fail(unavailable("a gateway forgets no attempt"))
  return { ...store, claim, notifications, takeUpstream, forgetAll, summary: { path, created, ...count(database) } }
})

const deleteAll = (database: DatabaseSync): void =>
  withoutTrigger(database, "history_is_kept", () => {
    for (const table of ["attempts", "history", "order_guards", "terminal_guards"])
      database.exec(`DELETE FROM ${table}`)
  })

/**
 * Records beside the store how many attempts it has: after the first one, now and then, and at the end. Returns a `claim` whose
 * first call waits until that is recorded, so that even the loss of a store in its first minute is noticed.
 */
const keepGeneration = Effect.fnUntraced(function* (
  { claim, problem }: Required<Pick<AttemptStore, "claim" | "problem">>,
  database: DatabaseSync,
  path: string,
  store: string
) {
  let last = -1
  const write = Effect.ignoreCause(
    Effect.sync(() => {
      // The file beside another store must not describe this one.
      if (problem() !== undefined) return
      const attempts = SqliteFile.attemptsEver(database)
      if (attempts !== last) StoreGeneration.write(path, { store, attempts })
      last = attempts
    })
  )
  yield* Effect.addFinalizer(() => write)
  yield* Effect.forkScoped(Effect.forever(Effect.andThen(write, Effect.sleep("1 minute"))), {
    startImmediately: true
  })
  let isFirst = true
  return (wanted: Claim) =>
    Effect.tap(claim(wanted), ({ _tag }) => {
      if (!isFirst || _tag !== "Written") return Effect.void
      isFirst = false
      return write
    })
})

const count = (database: DatabaseSync) => {
  const counts = prepare<{ readonly attempts: number; readonly unknown: number }>(
    database,
    "SELECT (SELECT count(*) FROM attempts) AS attempts, (SELECT count(*) FROM attempts WHERE state = 'unknown') AS unknown"
  )
  return { ...present(counts.get()) }
}

/**
 * Marks the open attempts of an ended process as unknown. One that was still queued for its terminal was not sent; one that
 * cannot be read keeps its guards with the state unknown.
 */
export const endOpenAttempts = (database: DatabaseSync, rows: AttemptRows, read: Read, at: number): void => {
  const open = prepare<Row & { readonly queued: number }>(
    database,
    `SELECT queued, ${COLUMNS} FROM attempts WHERE state = 'open'`
  )
  const forget = database.prepare("UPDATE attempts SET state = 'unknown', queued = 0 WHERE id = ?")
  const append = database.prepare("INSERT INTO history (attempt, at, state, json) VALUES (?, ?, 'unknown', '{}')")
  const leaveQueue = database.prepare("UPDATE attempts SET queued = 0 WHERE id = ?")
  const guards = makeGuards(database)
  for (const row of open.all()) {
    const attempt = read(row)
    if (attempt === undefined) continue
    if (attempt instanceof StoreFailed) {
      forget.run(row.id)
      append.run(row.id, at)
    } else if (row.queued === 1) {
      rows.update(close(attempt, { _tag: "Error", reason: stoppedInLine() }, at), at)
      leaveQueue.run(row.id)
      guards.releaseOrder(row.key, row.id)
    } else rows.update(close(attempt, { _tag: "Error", reason: stopped() }, at), at)
  }
}

const stopped = () =>
  new OutcomeUnknown({ kind: "SilentAfterSend", detail: "the server ended while the payment was under way" })

const stoppedInLine = () =>
  new NotStarted({ kind: "QueueFull", detail: "the server ended before the terminal was free" })

/** A row's JSON without customers; undefined if it cannot be read. */
const forgetIn = (frames: Pick<Frames, "withoutContact">, read: Read, row: Row): string | undefined => {
  const attempt = read(row)
  return attempt === undefined || attempt instanceof StoreFailed ? undefined : toJson(forgetCustomer(attempt, frames))
}

const orFail = (read: () => Attempt | StoreFailed | undefined): Effect.Effect<Attempt | undefined, StoreFailed> =>
  Effect.try({
    try: () => {
      const attempt = read()
      if (attempt instanceof StoreFailed) throw attempt
      return attempt
    },
    catch: failed
  })

const makeStore = (
  file: SqliteFile.SqliteFile,
  rows: AttemptRows,
  read: Read,
  commits: Commits,
  now: () => number
): AttemptStore => {
  const { database } = file
  const lastAt = makeLastAt(database)
  const listed = (row: Row, { isComplete }: Filter) => {
    const attempt = read(row)
    if (!(attempt instanceof StoreFailed)) return attempt
    if (isComplete === true) throw attempt
    return undefined
  }
  return {
    ...makeClaims(file, rows, commits, now),
    get: (id) => orFail(() => rows.get(id)),
    latest: (key) => orFail(() => rows.latest(textOf(key))),
    lastAt: (terminal, among) => Effect.try({ try: () => lastAt(terminal, among), catch: failed }),
    list: makeList(database, listed, failed),
    tryWrite: () => commits.tryWrite
  }
}
