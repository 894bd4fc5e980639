/**
 * Prunes a store, even while a gateway writes to the file: removes old attempts that moved no money, and the large parts of old
 * approved ones.
 *
 * Works in batches of a few milliseconds, each a transaction on its own connection, so that a gateway that pays or starts
 * meanwhile waits no longer than that. If it is stopped halfway, what was pruned stays pruned.
 */
import type { DatabaseSync, SQLInputValue } from "node:sqlite"
import { setTimeout } from "node:timers/promises"
import { COLUMNS, type Row } from "./attemptJson.ts"
import { makeCommits } from "./commits.ts"
import { DAY } from "./listing.ts"
import { prepare, present } from "./prepare.ts"
import type { Pruned, PruneOptions } from "./pruning.ts"
import * as Pruning from "./pruning.ts"
import * as SqliteFile from "./SqliteFile.ts"
import type { StartFailed } from "./StartFailed.ts"
import * as StoreIdentity from "./storeIdentity.ts"
import { withoutTrigger } from "./withoutTrigger.ts"

/** The most attempts that one batch looks at and writes. */
const BATCH = { looked: 2_000, written: Pruning.BATCH }

/** Prunes. Rejects with {@link StartFailed}, one sentence that a person can act on; what was pruned until then stays pruned. */
export const pruneStore = async (options: PruneOptions): Promise<Pruned> => {
  const { store, dryRun = false, now } = options
  const before = Pruning.startOf(options)
  const path = SqliteFile.find(store)
  const total = { removed: 0, reduced: 0, kept: 0, earlier: 0, bytes: 0 }
  try {
    SqliteFile.inspectExisting(path)
    const last = withStore(path, dryRun, (database) => Number(database.prepare(DAY).get(0, before)?.last ?? 0))
    for (let after: number | undefined = 0; after !== undefined; ) {
      const batch = withStore(path, dryRun, (database) => {
        const found = look(database, { after: after ?? 0, last, before, at: now })
        total.earlier += found.earlier
        total.kept += found.kept
        // Decided again on fresh rows: the gateway may have written in between.
        const done =
          dryRun || found.numbers.length === 0
            ? found
            : makeCommits(database).inTransaction(() =>
                withoutTrigger(database, "history_is_kept", () => write(database, found.numbers, before, now))
              )
        for (const name of ["removed", "reduced", "bytes"] as const) total[name] += done[name]
        total.kept += found.numbers.length - done.removed - done.reduced
        return { next: found.next, isWritten: !dryRun && found.numbers.length > 0 }
      })
      after = batch.next
      await setTimeout(batch.isWritten ? Pruning.PAUSE : 0)
    }
    return { store: path, ...total }
  } catch (error) {
    throw SqliteFile.cannotOpen(path, error)
  }
}

/** Opens the file for a single batch. */
const withStore = <A>(path: string, readOnly: boolean, use: (database: DatabaseSync) => A): A => {
  const database = readOnly ? StoreIdentity.openReadOnly(path, SqliteFile.LOCK_TIMEOUT) : connect(path)
  try {
    const found = StoreIdentity.inspectDatabase(database)
    if (found._tag !== "Store" || found.format < SqliteFile.FORMAT)
      throw new Error("it is of an older format; start its gateway or mock once with this version, and prune it then")
    const refusal = StoreIdentity.movedRefusal(found, path)
    if (refusal !== undefined) throw new Error(refusal)
    SqliteFile.refuseNewer(found)
    return use(database)
  } finally {
    database.close()
  }
}

const connect = (path: string): DatabaseSync => {
  const { DatabaseSync } = process.getBuiltinModule("node:sqlite")
  const database = new DatabaseSync(path, { timeout: SqliteFile.LOCK_TIMEOUT })
  database.exec("PRAGMA secure_delete = ON; PRAGMA fullfsync = ON; PRAGMA synchronous = NORMAL")
  return database
}

interface NumberedRow extends Row {
  readonly number: number
}

/** The numbers and times of the attempts to look at. */
interface Range {
  readonly after: number
  readonly last: number
  readonly before: number
  readonly at: number
}

/** The numbers of the attempts in a range that can be pruned, and where to go on. */
const look = (database: DatabaseSync, { after, last, before, at }: Range) => {
  const rows = prepare<NumberedRow & { readonly old: number }>(
    database,
    `SELECT number, opened_at < ? AS old, ${COLUMNS}
     FROM attempts WHERE number > ? AND number <= ? ORDER BY number LIMIT ?`
  ).iterate(before, after, last, BATCH.looked)
  const notes = notesIn(database)
  const found = { numbers: [] as Array<number>, removed: 0, reduced: 0, kept: 0, earlier: 0, bytes: 0 }
  let [looked, next] = [0, after]
  for (const row of rows) {
    looked++
    next = row.number
    if (row.old === 0) continue
    const pruned = decide(row, notes, before, at)
    if (pruned._tag === "Kept" || pruned._tag === "Earlier") {
      found[pruned._tag === "Kept" ? "kept" : "earlier"]++
      continue
    }
    found.numbers.push(row.number)
    found[pruned._tag === "Removed" ? "removed" : "reduced"]++
    found.bytes += pruned.bytes
    if (found.numbers.length === BATCH.written) break
  }
  const isOver = looked < BATCH.looked && found.numbers.length < BATCH.written
  return { ...found, next: isOver ? undefined : next }
}

/** Decides on a row, also by what is stored beside it; with the bytes gained. */
const decide = (row: Row, notes: Notes, before: number, at: number) => {
  const pruned = Pruning.decide(row, before, at)
  if (pruned._tag === "Kept" || pruned._tag === "Earlier") return pruned
  return notes.isInUse(row) ? Pruning.kept : { ...pruned, bytes: pruned.bytes + notes.bytesBeside(row.id) }
}

type Notes = ReturnType<typeof notesIn>

/** What is stored beside attempts: history, guards and notifications. */
const notesIn = (database: DatabaseSync) => {
  const inUse = prepare<{ readonly used: number }>(
    database,
    `SELECT EXISTS (SELECT 1 FROM terminal_guards WHERE attempt = ?1)
      OR EXISTS (SELECT 1 FROM order_guards WHERE key = ?2 AND attempt = ?1 AND ?3 IN ('declined', 'not-started'))
      OR EXISTS (SELECT 1 FROM notifications WHERE attempt = ?1 AND (considered = 0
        OR EXISTS (SELECT 1 FROM notification_forwards WHERE notification = notifications.number))) AS used`
  )
  const beside = prepare<{ readonly bytes: number }>(
    database,
    `SELECT (SELECT coalesce(sum(length(CAST(json AS BLOB))), 0) FROM history WHERE attempt = ?1)
      + (SELECT coalesce(sum(length(CAST(json AS BLOB))), 0) FROM notifications WHERE attempt = ?1) AS bytes`
  )
  return {
    /** Whether it guards a terminal, guards its order although it moved no money, or has a notification waiting. */
    isInUse: ({ id, key, state }: Row) => inUse.get(id, key, state)?.used === 1,
    bytesBeside: (id: string) => present(beside.get(id)).bytes
  }
}

const write = (database: DatabaseSync, numbers: ReadonlyArray<number>, before: number, at: number) => {
  const done = { removed: 0, reduced: 0, bytes: 0 }
  const notes = notesIn(database)
  const byNumber = prepare<Row & Readonly<Record<string, SQLInputValue>>>(
    database,
    "SELECT *, opened_at AS openedAt FROM attempts WHERE number = ?"
  )
  // Transactions stay bound to their attempts, so that a removed attempt's later notification is not taken for another's.
  const forget = ["notifications", "history"].map((name) => database.prepare(`DELETE FROM ${name} WHERE attempt = ?`))
  const remove = database.prepare("DELETE FROM attempts WHERE id = ?")
  const reduced: Array<Readonly<Record<string, SQLInputValue>>> = []
  for (const number of numbers) {
    const row = byNumber.get(number)
    if (row === undefined) continue
    const pruned = decide(row, notes, before, at)
    if (pruned._tag === "Kept" || pruned._tag === "Earlier") continue
    done.bytes += pruned.bytes
    if (pruned._tag === "Removed") {
      done.removed++
    } else {
      const { openedAt: _, ...columns } = row
      reduced.push({ ...columns, words: pruned.words, customer: 0, json: pruned.json })
    }
    remove.run(row.id)
    for (const each of forget) each.run(row.id)
  }
  // Rewritten one after the other: changed in place, each would keep a whole page to itself.
  const [first] = reduced
  if (first !== undefined) {
    const names = Object.keys(first)
    const insert = database.prepare(
      `INSERT INTO attempts (${names.join(", ")}) VALUES (${names.map((name) => `$${name}`).join(", ")})`
    )
    for (const row of reduced) insert.run(row)
    done.reduced = reduced.length
  }
  return done
}
