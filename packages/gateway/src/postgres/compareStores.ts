/** Compares a gateway's file with the shared store that it was imported into, and changes neither. */
import { isPaid } from "@hipay-pos/core/wire/AttemptState"
import type { Attempt } from "@hipay-pos/server/Attempt"
import { AttemptJson, forgetCustomer, type MovingStore } from "@hipay-pos/server/node"
import type { Frames } from "@hipay-pos/server/Terminals"
import { rowOf } from "./attemptRows.ts"
import * as Database from "./Database.ts"
import { isReduced, isRemoved, lookUp, ofUnpruned } from "./importedRows.ts"

/** What a comparison found. */
export interface Comparison {
  /** How many the file has. */
  readonly attempts: number
  /** Those of them whose outcome is unknown in the shared store. */
  readonly unknown: number
  /** Simulated attempts: they are not payments, and are not imported. */
  readonly simulated: number
  /** Those that have been decided, or resolved, in the shared store since. */
  readonly changedSince: number
  /** Those that were pruned in the shared store since: removed if no money moved, or reduced to key, outcome and amount. */
  readonly pruned: number
  /** What differs, in sentences: at most a hundred. */
  readonly differences: ReadonlyArray<string>
}

const MAX_LISTED = 100

const ORDERS =
  "SELECT key, attempt FROM hipay_pos.order_guards WHERE key IN (SELECT json_array_elements_text($1::text::json))"
const TERMINALS =
  "SELECT terminal AS key, attempt FROM hipay_pos.terminal_guards WHERE terminal IN (SELECT json_array_elements_text($1::text::json))"
const NOTIFIED =
  "SELECT key FROM hipay_pos.notifications WHERE key IN (SELECT json_array_elements_text($1::text::json))"

export const compareStores = async (
  database: Database.Database,
  moving: MovingStore.MovingStore,
  frames: Pick<Frames, "withoutContact">
): Promise<Comparison> => {
  const differences: Array<string> = []
  const count = { attempts: 0, unknown: 0, changedSince: 0, pruned: 0 }
  const byKey = async (sql: string, keys: ReadonlyArray<string>) =>
    new Map((await database.query(sql, [Database.rowsToJson(keys)])).map((row) => [String(row.key), row]))

  for (const batch of moving.attempts()) {
    const keys = batch.filter(({ guards_order }) => guards_order).map(({ key }) => key)
    const [there, orders] = [await lookUp(database, batch), await byKey(ORDERS, keys)]
    for (const moved of batch) {
      const row = there.get(Database.storable(moved.id))
      const holder = orders.get(Database.storable(moved.key))?.attempt
      const { problems, since } = compareAttempt(moved, row, holder, frames)
      count.attempts++
      if (row?.state === "unknown") count.unknown++
      if (since !== undefined) count[since]++
      differences.push(...problems.map((problem) => `attempt ${moved.id}: ${problem}`))
    }
  }
  for (const guard of moving.loneGuards()) {
    const found = await byKey(guard.of === "order" ? ORDERS : TERMINALS, [guard.name])
    differences.push(...compareLoneGuard(guard, found.get(guard.name)?.attempt))
  }
  let missing = 0
  for (const batch of moving.notifications()) {
    const keys = batch.map(({ key }) => key)
    const found = await byKey(NOTIFIED, keys)
    const absent = batch.filter(({ key }) => !found.has(Database.storable(key)))
    missing += (await ofUnpruned(database, absent)).length
  }
  if (missing > 0) differences.push(`notifications missing from the shared store: ${missing}`)
  const more = differences.length - MAX_LISTED
  return {
    ...count,
    simulated: moving.simulated(),
    differences: more > 0 ? [...differences.slice(0, MAX_LISTED), `and ${more} more`] : differences
  }
}

/** What became of one attempt in the shared store. */
interface Compared {
  readonly problems: ReadonlyArray<string>
  readonly since?: "changedSince" | "pruned"
}

/** Compares an attempt with its row in the shared store; `holder` is the attempt that guards its order there. */
const compareAttempt = (
  moved: MovingStore.MovedAttempt,
  row: Database.Row | undefined,
  holder: unknown,
  frames: Pick<Frames, "withoutContact">
): Compared => {
  if (row === undefined || row.id === null) {
    if (isRemoved(row) && !isPaid(moved)) return { problems: [], since: "pruned" }
    return { problems: ["it is missing from the shared store"] }
  }
  if (row.key !== Database.storable(moved.key) || Number(row.opened_at) !== moved.opened_at) {
    const openedAt = new Date(Number(row.opened_at)).toISOString()
    return { problems: [`the shared store has another attempt with this id, opened ${openedAt}`] }
  }
  if (Number(row.lines) < moved.history.length) return { problems: ["its history in the shared store is incomplete"] }
  if (!isSame(moved, row, frames)) {
    const isLonger = Number(row.lines) > moved.history.length
    if (isLonger && (!isPaid(moved) || isPaid(row))) return { problems: [], since: "changedSince" }
    if (row.state === moved.state) return { problems: ["its record differs"] }
    return { problems: [`${moved.state} in the file, ${row.state} in the shared store`] }
  }
  const problems = guardProblems(moved, row, holder)
  return isReduced(row) ? { problems, since: "pruned" } : { problems }
}

/** The guards that differ for an attempt that is itself the same in both stores. */
const guardProblems = (moved: MovingStore.MovedAttempt, row: Database.Row, holder: unknown): ReadonlyArray<string> => {
  const held = String(row.terminals ?? "").split("\n")
  const problems = moved.terminals
    .filter((terminal) => !held.includes(terminal))
    .map((terminal) => `it does not guard ${terminal} in the shared store`)
  if (!moved.guards_order || holder === moved.id) return problems
  const problem =
    holder === undefined
      ? "its order is not guarded in the shared store"
      : `its order is guarded by attempt ${holder} in the shared store; it may have been paid twice`
  return [...problems, problem]
}

const compareLoneGuard = ({ of, name, attempt }: MovingStore.LoneGuard, holder: unknown): ReadonlyArray<string> => {
  if (holder === undefined)
    return [`the guard of attempt ${attempt}, whose record is gone, is missing from the shared store`]
  if (holder === Database.storable(attempt)) return []
  const isOrder = of === "order"
  return [
    `${isOrder ? "the order" : `the terminal ${name}`} of attempt ${attempt}, whose record is gone, has another attempt in the shared store, ${holder}${isOrder ? "; it may have been paid twice" : ""}`
  ]
}

/**
 * Ignores customer data, which each side forgets in its own time; of a pruned attempt, only outcome and amount are left to
 * compare.
 */
const isSame = (
  { id, key, state, opened_at: openedAt, json }: MovingStore.MovedAttempt,
  row: Database.Row,
  frames: Pick<Frames, "withoutContact">
): boolean => {
  if (row.state !== state) return false
  if (row.json === Database.storable(json)) return true
  const here = AttemptJson.fromRow({ id, key, state, openedAt, json })
  const there = AttemptJson.fromRow({ ...rowOf(row), key })
  if (here === undefined || there === undefined) return false
  if (there.prunedAt !== undefined) return leftOf(here) === leftOf(there)
  return AttemptJson.toJson(forgetCustomer(here, frames)) === AttemptJson.toJson(forgetCustomer(there, frames))
}

const leftOf = ({ amount, outcome }: Attempt): string =>
  JSON.stringify([amount, outcome && { ...outcome, receipt: undefined }])
