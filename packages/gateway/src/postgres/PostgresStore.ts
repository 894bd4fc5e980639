/**
 * The `AttemptStore` in PostgreSQL, for several gateways on one database.
 *
 * Each operation is one database function, which takes or releases the guards as well. An attempt belongs to the incarnation
 * of the instance that claimed it. When that incarnation is given up, another instance ends its attempts: queued ones as not
 * started, those that had the terminal's turn as unknown, with their guards kept.
 */
import type { Attempt } from "@hipay-pos/server/Attempt"
import {
  type AttemptStore,
  type Claimed,
  earlierUnknown,
  StoreFailed,
  textOf,
  unavailable
} from "@hipay-pos/server/AttemptStore"
import * as Guards from "@hipay-pos/server/Guards"
import { AttemptJson, holdsCustomer, inLifetime, type Lifetime } from "@hipay-pos/server/node"
import type { Frames } from "@hipay-pos/server/Terminals"
import * as Effect from "effect/Effect"
import * as Changes from "./Changes.ts"
import { documentsOf, makeChange } from "./changeAttempt.ts"
import { call, type Database, type Value } from "./Database.ts"
import { groupsOf } from "./groups.ts"
import * as LastWritten from "./LastWritten.ts"
import * as Lease from "./Lease.ts"
import { makeList } from "./listing.ts"
import { COLUMNS } from "./listQuery.ts"
import { lostAttempts } from "./lostAttempts.ts"
import { makeResolveDamaged } from "./resolveDamaged.ts"
import { makeStoredRows } from "./storedRows.ts"
import { attempting, failedBy, isAnswer } from "./storeFailure.ts"
import * as Watch from "./Watch.ts"

/** What a store works with. */
export interface PostgresStoreOptions extends Lease.Instance {
  readonly database: Database
  readonly frames: Pick<Frames, "withoutContact">
  /** Rejects if the store has been replaced since the start, or is incomplete. Not checked by default. */
  readonly requireStore?: (() => Promise<void>) | undefined
  /** Called each time the other instances give this one up. */
  readonly onGivenUp?: (() => void) | undefined
  /** Called with warnings for a person, in full sentences. */
  readonly onWarning?: ((detail: string) => void) | undefined
}

/** An open store. */
export interface PostgresStore extends AttemptStore {
  readonly lease: Lease.Lease
  /** All attempts with these keys; fails if one of them cannot be read. */
  readonly under: (keys: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<Attempt>, StoreFailed>
  /** Whether another live process claimed an attempt, even as an incarnation that was given up: it may still wait for the answer. */
  readonly isElsewhere: (id: string) => Effect.Effect<boolean, StoreFailed>
  /** The changes of all instances. */
  readonly changes: Changes.Changes
  /** Gives the lease back; does not close the database's connections. */
  readonly close: () => Promise<void>
}

/** Opens a store whose schema exists. Rejects with a sentence. */
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
  /** Attempts in progress in this process, from before their claim is sent until their end is written. */
  const inHand = new Set<string>()
  /**
   * When each claim failed without an answer, by the monotonic clock. Its payment is not performed, whether or not the claim
   * was written.
   */
  const unansweredClaims = new Map<string, number>()
  const lastWritten = LastWritten.make()
  const groups = groupsOf(database, lastWritten)
  const { read, readToChange, readable, guarding, jsonOf } = makeStoredRows(onWarning)
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
   * The attempt that holds the order of a failed claim. Rejects if there is none, or if that is uncertain: an unanswered
   * claim may still be written, a read-only database may lag behind the primary, and a store restored meanwhile may lack the
   * last payments.
   */
  const standsInstead = async ({ id, key }: Attempt, error: unknown): Promise<Claimed> => {
    const failed = failedBy(error)
    if (failed.isOfOneAttempt) throw failed
    const standing = async () => {
      const rows = await database.query(STANDING_IN_PRIMARY, [textOf(key), lastWritten.lines()])
      // Checked after the query: the store may have been replaced while it ran.
      await requireStore()
      return rows
    }
    const [row] = isAnswer(error) ? await standing().catch(() => []) : []
    if (row === undefined || row.attempt === id) throw earlierUnknown(failed)
    if (row.attempt === null) throw failed
    return { _tag: "OrderTaken", attempt: guarding(row) }
  }

  const changes = Changes.make(database, (row) => {
    const attempt = read(row)
    return attempt instanceof StoreFailed ? undefined : attempt
  })
  const watch = await Watch.make(database, changes.wake)
  onClose(watch.close)
  const { change, changeOnce } = makeChange({
    ...{ database, frames, groups, readable, jsonOf },
    onWritten: watch.written,
    // An attempt that the store has as ended, or no longer has, is not in progress here.
    onChanged: (next, changed) => {
      const stored = changed._tag === "Written" ? next : changed.attempt
      if (stored?.state !== "open") inHand.delete(next.id)
      if (changed._tag === "Written") lastWritten.note("change", next.state, next.id)
    }
  })
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

/** The ids of one process's incarnations differ only in the number at their end. */
const processOf = (instance: string) => `rtrim(${instance}, '0123456789')`
const ELSEWHERE = `SELECT FROM hipay_pos.attempts a JOIN hipay_pos.instances i ON ${processOf("i.id")} = ${processOf("a.instance")}
  WHERE a.id = $1 AND ${processOf("i.id")} <> ${processOf("$2")} AND NOT i.gone AND i.alive_until > clock_timestamp()`

const STANDING = `SELECT g.attempt, a.id, a.key, a.state, a.opened_at, a.json
  FROM hipay_pos.order_guards g LEFT JOIN hipay_pos.attempts a ON a.id = g.attempt AND a.opened_at = g.opened_at WHERE g.key = $1`

/** `IS NOT TRUE` includes NULL: one of the two rows is gone. */
const STANDING_AFTER = `${STANDING}
  AND (a.number <= (SELECT number FROM hipay_pos.attempts WHERE id = $2)) IS NOT TRUE`

/**
 * One row, with nulls if no attempt holds the order; no row on a read-only database; an error if a change written earlier is
 * missing.
 */
const STANDING_IN_PRIMARY = `SELECT s.* FROM hipay_pos.require_written_v1($2) AS one LEFT JOIN (${STANDING}) AS s ON true
  WHERE NOT pg_is_in_recovery() AND current_setting('transaction_read_only') = 'off'`

/** One query for each index. */
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
