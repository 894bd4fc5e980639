/**
 * Attempts in a database that several gateways share: PostgreSQL behind the store's port.
 *
 * Each act is one function in the database, with the guards that it is about. An attempt belongs to the incarnation of the
 * instance that claimed it; when that one is given up, another instance ends its attempts: those that were in line are not
 * started, those that had their turn are unknown, and their guards stay.
 */
import type { Attempt } from "@hipay-pos/server/Attempt"
import {
  type AttemptStore,
  type Changed,
  type Claimed,
  damaged,
  earlierUnknown,
  StoreFailed,
  textOf,
  unavailable
} from "@hipay-pos/server/AttemptStore"
import * as Guards from "@hipay-pos/server/Guards"
import { AttemptJson, holdsCustomer, inLifetime, type Lifetime } from "@hipay-pos/server/node"
import type { Frames } from "@hipay-pos/server/Terminals"
import * as Effect from "effect/Effect"
import { rowOf } from "./attemptRows.ts"
import * as Changes from "./Changes.ts"
import { call, type Database, type Row, storable, type Value } from "./Database.ts"
import { groupsOf } from "./groups.ts"
import * as LastWritten from "./LastWritten.ts"
import * as Lease from "./Lease.ts"
import { makeList } from "./listing.ts"
import { COLUMNS } from "./listQuery.ts"
import { lostAttempts } from "./lostAttempts.ts"
import { makeResolveDamaged } from "./resolveDamaged.ts"
import { attempting, changeFailedBy, failedBy, isAnswer } from "./storeFailure.ts"
import * as Watch from "./Watch.ts"

/** What a store works with. */
export interface PostgresStoreOptions extends Lease.Instance {
  readonly database: Database
  readonly frames: Pick<Frames, "withoutContact">
  /** Rejects where the store is not the one that it was at the start, or not complete; by default that is not checked. */
  readonly requireStore?: (() => Promise<void>) | undefined
  /** Told each time that the others have given this instance up. */
  readonly onGivenUp?: (() => void) | undefined
  /** Told, in sentences, what a person should know. */
  readonly onWarning?: ((detail: string) => void) | undefined
}

/** A store that is open. */
export interface PostgresStore extends AttemptStore {
  readonly lease: Lease.Lease
  /** All attempts under some keys; fails where one of them cannot be read. */
  readonly under: (keys: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<Attempt>, StoreFailed>
  /** Whether another process that is alive claimed an attempt, as any of its incarnations: it may still wait for the answer. */
  readonly isElsewhere: (id: string) => Effect.Effect<boolean, StoreFailed>
  /** What all instances write. */
  readonly changes: Changes.Changes
  /** Gives the lease back; the database's connections are left as they are. */
  readonly close: () => Promise<void>
}

/** Opens a store whose schema is there. Rejects with a sentence. */
export const open = (options: PostgresStoreOptions): Promise<PostgresStore> =>
  inLifetime((lifetime) => make(options, lifetime))

const make = async (
  {
    database,
    frames,
    requireStore = async () => {},
    onGivenUp = () => {},
    onWarning = () => {},
    ...instance
  }: PostgresStoreOptions,
  { onClose, close }: Lifetime
): Promise<PostgresStore> => {
  /** Attempts that are on their way here, from before their claim leaves until their end is written. */
  const inHand = new Set<string>()
  /** When claims failed without an answer, by the monotonic clock: what they claim is not performed, written or not. */
  const unansweredClaims = new Map<string, number>()
  const lastWritten = LastWritten.make()
  const groups = groupsOf(database, lastWritten)
  const attemptIn = AttemptJson.makeRowReader(onWarning)

  /** The JSON that attempts were read from. */
  const jsonOf = new WeakMap<Attempt, string>()

  /** The attempt of a row; a failure that names it where it cannot be read. */
  const read = (row: Row): Attempt | StoreFailed => attemptIn(rowOf(row)) ?? damaged(String(row.id))

  /** The same, for one that may be changed: its JSON is remembered, and nothing is written over a row that has other JSON by then. */
  const readToChange = (row: Row): Attempt | StoreFailed => {
    const attempt = read(row)
    if (!(attempt instanceof StoreFailed)) jsonOf.set(attempt, String(row.json))
    return attempt
  }

  const readable = (row: Row): Attempt => {
    const attempt = readToChange(row)
    if (attempt instanceof StoreFailed) throw attempt
    return attempt
  }

  /** The attempt that has an order's guard. */
  const guarding = (row: Row): Attempt => {
    if (row.id === null) throw damaged(String(row.attempt), "is gone")
    return readable(row)
  }

  const list = makeList(database, read)

  const one = async (sql: string, values: ReadonlyArray<Value>): Promise<Attempt | undefined> => {
    const [row] = await database.query(sql, values)
    return row === undefined ? undefined : readable(row)
  }

  const claim = async ({ attempt, terminal, payAgain }: Parameters<AttemptStore["claim"]>[0]): Promise<Claimed> => {
    const { id, key, openedAt, amount } = attempt
    const [name = null, connected = null] = Guards.namesOf(terminal)
    const owner = lease.instance()
    inHand.add(id)
    const columns = {
      instance: owner,
      id,
      key: textOf(key),
      login: key.login,
      opened_at: openedAt,
      words: AttemptJson.wordsOf(attempt),
      customer: holdsCustomer(attempt, frames),
      amount: amount.minorUnits,
      currency: amount.currency,
      terminal: name,
      connected,
      resolutions: Guards.resolutionsOf(attempt)
    }
    const documents = documentsOf(attempt)
    let isWritten = false
    const written = (isQueued: boolean): Claimed => {
      isWritten = true
      lastWritten.note("claim", "open", id)
      watch.tell()
      return { _tag: "Written", isQueued, mayDial: () => lease.isHeld(owner) }
    }
    try {
      if (!lease.isHeld(owner)) throw unavailable(lease.notReady() ?? GIVEN_UP)
      if (!payAgain && (await groups.claim({ columns, ...documents }))) return written(false)
      const [row] = await call(
        database,
        "claim_v1",
        { ...columns, ...documents, pay_again: payAgain },
        lastWritten.lines()
      )
      switch (row?.tag) {
        case "written":
        case "queued":
          return written(row.tag === "queued")
        case "order-taken":
          return { _tag: "OrderTaken", attempt: guarding(row) }
        case "undecided":
          return { _tag: "TerminalUndecided", attempt: String(row.attempt) }
        default:
          throw unavailable(GIVEN_UP)
      }
    } catch (error) {
      if (!isAnswer(error)) unansweredClaims.set(id, performance.now())
      if (payAgain) throw error
      return await standsInstead(attempt, error)
    } finally {
      if (!isWritten) inHand.delete(id)
    }
  }

  /**
   * What stands for the order of a claim that failed; rejects where nothing does, or where that is not certain: one that was
   * not answered may still be written, a database that takes no writes may lack what another one has by now, and one that was
   * restored meanwhile may lack what was paid last.
   */
  const standsInstead = async ({ id, key }: Attempt, error: unknown): Promise<Claimed> => {
    const failed = failedBy(error)
    if (failed.isOfOneAttempt) throw failed
    const standing = async () => {
      const rows = await database.query(STANDING_IN_PRIMARY, [textOf(key), lastWritten.lines()])
      // Only now: another store may have been put in its place while it was asked.
      await requireStore()
      return rows
    }
    const [row] = isAnswer(error) ? await standing().catch(() => []) : []
    if (row === undefined || row.attempt === id) throw earlierUnknown(failed)
    if (row.attempt === null) throw failed
    return { _tag: "OrderTaken", attempt: guarding(row) }
  }

  /** Ends a change: an attempt that is not open in the store any more is no longer on its way here. */
  const conclude = (next: Attempt, changed: Changed): Changed => {
    const stored = changed._tag === "Written" ? next : changed.attempt
    if (stored?.state !== "open") inHand.delete(next.id)
    if (changed._tag === "Written") {
      lastWritten.note("change", next.state, next.id)
      watch.written()
    }
    return changed
  }

  const changeOnce = async (seen: Attempt, next: Attempt): Promise<Changed> => {
    const columns = {
      id: next.id,
      opened_at: next.openedAt,
      seen_state: seen.state,
      seen_resolutions: Guards.resolutionsOf(seen),
      state: next.state,
      words: AttemptJson.wordsOf(next),
      customer: holdsCustomer(next, frames),
      resolutions: Guards.resolutionsOf(next),
      at: writtenAt(seen, next),
      amount: next.amount.minorUnits,
      currency: next.amount.currency
    }
    const documents = documentsOf(next)
    const [guardsOrder, guardsTerminal] = [Guards.guardsOrder(next), Guards.guardsTerminal(next)]
    if (seen.state === "open" && next.state !== "open" && guardsOrder) {
      // Together with others, unless it is still queued or has changed meanwhile.
      if (await groups.change({ columns: { ...columns, frees_terminal: !guardsTerminal }, ...documents }))
        return conclude(next, { _tag: "Written" })
    }
    const [row] = await call(database, "change_v2", {
      ...{ ...columns, ...documents, seen_json: jsonOf.get(seen) ?? null },
      ...{ guards_order: guardsOrder, guards_terminal: guardsTerminal }
    })
    if (row?.tag === "none") return conclude(next, { _tag: "Stands", attempt: undefined })
    if (row?.tag === "stands") return conclude(next, { _tag: "Stands", attempt: readable(row) })
    return conclude(next, { _tag: "Written" })
  }

  /**
   * Asks once more where the database did not answer: what the first try has written stands there exactly as it was to be written,
   * and is not written again. The end of a payment does not wait for that; it is owed, and retried.
   */
  const change = async (seen: Attempt, next: Attempt): Promise<Changed> => {
    try {
      return await changeOnce(seen, next)
    } catch (error) {
      if (isAnswer(error) || seen.state === "open") throw changeFailedBy(error)
    }
    const changed = await changeOnce(seen, next).catch((error: unknown) => {
      throw changeFailedBy(error)
    })
    const stands = changed._tag === "Stands" ? changed.attempt : undefined
    if (stands === undefined || jsonOf.get(stands) !== storable(AttemptJson.toJson(next))) return changed
    watch.written()
    return { _tag: "Written" }
  }

  const changes = Changes.make(database, (row) => {
    const attempt = read(row)
    return attempt instanceof StoreFailed ? undefined : attempt
  })
  const watch = await Watch.make(database, changes.wake)
  onClose(watch.close)
  const lost = lostAttempts({
    database,
    inHand,
    unanswered: unansweredClaims,
    read: readToChange,
    change: changeOnce,
    onWarning
  })
  const lease = await Lease.hold(instance, {
    database,
    lastWritten,
    inHand: () => inHand,
    onLost: lost.end,
    onOthers: watch.tellOthers,
    requireStore,
    onGivenUp,
    onWarning
  })
  onClose(lease.giveBack)
  onClose(lost.close)
  await watch.arrive()

  const get = (id: string) => attempting(() => one(`SELECT ${COLUMNS} FROM hipay_pos.attempts WHERE id = $1`, [id]))

  return {
    claim: (wanted) => attempting(() => claim(wanted)),
    turn: (id) =>
      attempting(async () => {
        const [row] = await call(database, "turn_v2", { id })
        switch (row?.tag) {
          case "taken":
            return { _tag: "Taken" }
          case "queued":
            return { _tag: "Queued" }
          case "undecided":
            return { _tag: "TerminalUndecided", attempt: String(row.attempt) }
          default:
            return { _tag: "Ended" }
        }
      }),
    freed: (id) => watch.turn(id),
    change: (seen, next) => attempting(() => change(seen, next)),
    resolveDamaged: makeResolveDamaged(database, read, watch.written),
    ended: (id) => Effect.andThen(watch.end(id), get(id)),
    get,
    standing: (key, after) =>
      attempting(async () => {
        const [row] = await (after === undefined
          ? database.query(STANDING, [textOf(key)])
          : database.query(STANDING_AFTER, [textOf(key), after]))
        return row === undefined ? undefined : guarding(row)
      }),
    latest: (key) =>
      attempting(() =>
        one(`SELECT ${COLUMNS} FROM hipay_pos.attempts WHERE key = $1 ORDER BY number DESC LIMIT 1`, [textOf(key)])
      ),
    list: (filter) => attempting(() => list(filter)),
    lastAt: (terminal, { except = "", before = null } = {}) =>
      attempting(async () => {
        const [first = "", second = first] = Guards.namesOf(terminal)
        const [row] = await database.query(LAST, [first, second, except, before])
        return row === undefined ? undefined : String(row.id)
      }),
    tryWrite: () =>
      attempting(async () => {
        await database.query("UPDATE hipay_pos.instances SET settings = settings WHERE id = $1", [lease.instance()])
      }),
    lease,
    under: (keys) =>
      attempting(async () => {
        const rows = await database.query(
          `SELECT ${COLUMNS} FROM hipay_pos.attempts WHERE key IN (${places(keys.length)}) ORDER BY number`,
          keys
        )
        return rows.map(readable)
      }),
    isElsewhere: (id) =>
      attempting(async () => {
        const rows = await database.query(ELSEWHERE, [id, lease.instance()])
        return rows.length > 0
      }),
    changes,
    close
  }
}

const GIVEN_UP = "the others counted this instance as gone; it takes orders again in a moment"

/** The incarnations of one process differ in the number at their end. */
const processOf = (instance: string) => `rtrim(${instance}, '0123456789')`
const ELSEWHERE = `SELECT FROM hipay_pos.attempts a JOIN hipay_pos.instances i ON ${processOf("i.id")} = ${processOf("a.instance")}
  WHERE a.id = $1 AND ${processOf("i.id")} <> ${processOf("$2")} AND NOT i.gone AND i.alive_until > clock_timestamp()`

/** What is written of an attempt as texts: all of it, and what its history keeps. */
const documentsOf = (attempt: Attempt) => ({
  json: AttemptJson.toJson(attempt),
  said: JSON.stringify(AttemptJson.historyOf(attempt))
})

/** When a change is written: now, and not after the alarms that come with it, by which those who watch know them for new ones. */
const writtenAt = (seen: Attempt, next: Attempt): number => {
  const added = next.alarms?.slice(seen.alarms?.length ?? 0) ?? []
  return Math.min(Date.now(), ...added.map(({ at }) => at))
}

const STANDING = `SELECT g.attempt, a.id, a.key, a.state, a.opened_at, a.json
  FROM hipay_pos.order_guards g LEFT JOIN hipay_pos.attempts a ON a.id = g.attempt AND a.opened_at = g.opened_at WHERE g.key = $1`

/** Also where it is not known, because one of both rows is gone. */
const STANDING_AFTER = `${STANDING}
  AND (a.number <= (SELECT number FROM hipay_pos.attempts WHERE id = $2)) IS NOT TRUE`

/** One row, with nulls where nothing stands; none of a database that takes no writes, and a failure where it lacks what was written. */
const STANDING_IN_PRIMARY = `SELECT s.* FROM hipay_pos.require_written_v1($2) AS one LEFT JOIN (${STANDING}) AS s ON true
  WHERE NOT pg_is_in_recovery() AND current_setting('transaction_read_only') = 'off'`

/** Each by an index of its own. */
const lastBy = (column: string, condition: string) => `(SELECT id, number FROM hipay_pos.attempts
  WHERE ${condition} AND ${column} IN ($1, $2) AND id <> $3
    AND ($4::text IS NULL OR number < (SELECT number FROM hipay_pos.attempts WHERE id = $4))
  ORDER BY number DESC LIMIT 1)`
const LAST = `SELECT id FROM (${Guards.MAY_HAVE_MOVED.flatMap((condition) => [
  lastBy("terminal", condition),
  lastBy("connected", condition)
]).join(" UNION ALL ")}) AS last ORDER BY number DESC LIMIT 1`

function places(count: number): string {
  return Array.from({ length: count }, (_, i) => `$${i + 1}`).join(", ")
}
