/**
 * A gateway's file whose attempts are moved to a shared store: its contents as rows to be written there, and the mark that it
 * takes no more attempts.
 *
 * One process at a time opens the file as a gateway does, so attempts that were open become unknown. Rows are moved as they
 * are, even unreadable ones, because their guards still hold.
 */
import { MAY_HAVE_MOVED } from "../attempts/Guards.ts"
import type { Frames } from "../terminals/Terminals.ts"
import { COLUMNS, fromRow, type Row } from "./attemptJson.ts"
import { makeAttemptRows, makeReader } from "./attemptRows.ts"
import { makeCommits } from "./commits.ts"
import { prepare, present } from "./prepare.ts"
import * as SqliteFile from "./SqliteFile.ts"
import { endOpenAttempts } from "./SqliteStore.ts"
import type { StartFailed } from "./StartFailed.ts"
import * as StoreIdentity from "./storeIdentity.ts"

/** An attempt as a row, with its history and the guards that it holds. */
export interface MovedAttempt {
  /**
   * Its number in the shared store: below zero, so that attempts claimed there come after it; by its time, so that attempts of
   * several files are interleaved; and never out of its own file's order.
   */
  readonly place: number
  readonly id: string
  readonly key: string
  readonly login: string
  readonly state: string
  readonly resolutions: number
  readonly opened_at: number
  readonly words: string
  readonly customer: boolean
  readonly terminal: string | null
  readonly connected: string | null
  readonly json: string
  /** In minor units; 0 if the row cannot be read. */
  readonly amount: number
  readonly currency: string
  readonly guards_order: boolean
  /** The terminals that it guards. */
  readonly terminals: ReadonlyArray<string>
  readonly history: ReadonlyArray<{ readonly at: number; readonly state: string; readonly json: string }>
}

/** The guard of an order or a terminal whose attempt's row is gone. */
export interface LoneGuard {
  readonly of: "order" | "terminal"
  /** The order's key, or the terminal's name. */
  readonly name: string
  readonly attempt: string
}

/** A HiPay notification, and what is still to be done with it. */
export interface MovedNotification {
  readonly key: string
  readonly attempt: string | null
  readonly considered: boolean
  readonly json: string
  readonly forward: {
    readonly url: string
    readonly content_type: string
    readonly signature: string
    /** In base64. */
    readonly body: string
    readonly tries: number
    readonly due_at: number
  } | null
}

/** Binds a HiPay transaction to its attempt. */
export interface MovedBinding {
  readonly owner: string
  readonly reference: string
  readonly attempt: string
}

/** A file open for moving. */
export interface MovingStore {
  /** Absolute, without symbolic links. */
  readonly path: string
  readonly identity: StoreIdentity.Identity
  /** Things that a person should know about it, in sentences. */
  readonly warnings: ReadonlyArray<string>
  /** How many simulated attempts it has from older formats. They are no payments and are not moved. */
  readonly simulated: () => number
  /** All other attempts in batches: undecided ones first, then the newest. */
  readonly attempts: () => Iterable<ReadonlyArray<MovedAttempt>>
  /** The logins of its attempts. */
  readonly logins: () => ReadonlyArray<string>
  readonly loneGuards: () => ReadonlyArray<LoneGuard>
  /** Which attempt guards which terminal; a terminal has several only in a file of an older format. */
  readonly guards: () => ReadonlyArray<{ readonly terminal: string; readonly attempt: string }>
  /** The last attempt at each terminal that may have moved money. */
  readonly lasts: () => ReadonlyArray<{ readonly terminal: string; readonly id: string; readonly openedAt: number }>
  readonly bindings: () => Iterable<ReadonlyArray<MovedBinding>>
  readonly notifications: () => Iterable<ReadonlyArray<MovedNotification>>
  /** The secret of its notification addresses; undefined if no order was relayed. */
  readonly notifySecret: () => string | undefined
  /** What has a text of more than this many bytes, if anything: `attempt ID`, or a notification. */
  readonly longerThan: (bytes: number) => string | undefined
  readonly mark: (moved: StoreIdentity.Moved) => void
  /** Removes the mark because nothing was or will be moved: the file takes attempts again. */
  readonly unmark: () => void
  readonly close: () => void
}

/** Opens a file to be moved. Throws {@link StartFailed}, one sentence that a person can act on. */
export const open = (given: string, frames: Pick<Frames, "withoutContact">, now: number): MovingStore => {
  try {
    const file = SqliteFile.open({
      path: given,
      mode: "gateway",
      mustExist: true,
      toBeMoved: true
    })
    try {
      const { database } = file
      const read = makeReader("gateway", () => {})
      const rows = makeAttemptRows(database, frames, read)
      makeCommits(database).inTransaction(() => endOpenAttempts(database, rows, read, now))
      return makeMoving(file, () => void SqliteFile.close(file))
    } catch (error) {
      SqliteFile.close(file)
      throw error
    }
  } catch (error) {
    throw SqliteFile.cannotOpen(given, error)
  }
}

/** Opens a file for comparison, without writing to it; its gateway may be running. */
export const openToCompare = (given: string): MovingStore => {
  const path = SqliteFile.find(given)
  try {
    const found = StoreIdentity.inspect(path)
    const refusal = StoreIdentity.refusalOf(found, "gateway")
    if (refusal !== undefined) throw new Error(refusal)
    SqliteFile.refuseNewer(found)
    if (found._tag !== "Store" || found.format < SqliteFile.FORMAT)
      throw new Error("it is of an older format and was not brought anywhere yet")
    const database = StoreIdentity.openReadOnly(path)
    // A consistent snapshot of the file.
    database.exec("BEGIN")
    return makeMoving({ database, path, identity: found.identity, warnings: [] }, () => database.close())
  } catch (error) {
    throw SqliteFile.cannotOpen(path, error)
  }
}

/** The largest batch: rows, and characters of them. */
const BATCH = { rows: 200, characters: 1_000_000 }

/** Subtracted to get places below zero for all times until the year 2191, within JavaScript's exact integers. */
const BELOW_ZERO = 8_000_000_000_000_000

const PLACES = `SELECT number, number - ${BELOW_ZERO}
    + max(min(max(opened_at, 0), 7000000000000) * 1000 - number) OVER (ORDER BY number) AS place
  FROM attempts ORDER BY state <> 'unknown', number DESC`

const MONEY_MOVED = MAY_HAVE_MOVED.join(" OR ")
const LASTS = `SELECT name AS terminal, id, max(opened_at) AS openedAt FROM (
    SELECT terminal AS name, id, opened_at FROM attempts WHERE ${MONEY_MOVED}
    UNION ALL SELECT connected, id, opened_at FROM attempts WHERE ${MONEY_MOVED}
  ) WHERE name IS NOT NULL GROUP BY name`

/** Logins need no check, since an attempt's key contains its login. */
const LONGER = `SELECT coalesce('attempt ' || attempt, 'a notification of no attempt') AS whose FROM (
    SELECT id AS attempt, max(octet_length(key), octet_length(coalesce(terminal, '')), octet_length(coalesce(connected, ''))) AS bytes
      FROM attempts
    UNION ALL SELECT attempt, octet_length(key) FROM order_guards
    UNION ALL SELECT attempt, octet_length(terminal) FROM terminal_guards
    UNION ALL SELECT attempt, octet_length(owner) + octet_length(reference) FROM notification_bindings
    UNION ALL SELECT attempt, octet_length(key) FROM notifications
  ) WHERE bytes > ? LIMIT 1`

interface Columns extends Row {
  readonly login: string
  readonly resolutions: number
  readonly words: string
  readonly customer: number
  readonly terminal: string | null
  readonly connected: string | null
  readonly order_guard: number
}

type NotificationColumns = Pick<MovedNotification, "key" | "attempt" | "json"> & { readonly considered: number }
type ForwardColumns = Omit<NonNullable<MovedNotification["forward"]>, "body"> & { readonly body: Uint8Array }

const makeMoving = (
  { database, path, identity, warnings }: Pick<SqliteFile.SqliteFile, "database" | "path" | "identity" | "warnings">,
  close: () => void
): MovingStore => {
  const byNumber = prepare<Columns>(
    database,
    `SELECT login, resolutions, words, customer, terminal, connected, ${COLUMNS},
      EXISTS (SELECT 1 FROM order_guards WHERE order_guards.key = attempts.key AND attempt = attempts.id) AS order_guard
     FROM attempts WHERE number = ?`
  )
  const historyOf = prepare<MovedAttempt["history"][number]>(
    database,
    "SELECT at, state, json FROM history WHERE attempt = ? ORDER BY number"
  )
  const terminalsOf = prepare<{ readonly terminal: string }>(
    database,
    "SELECT terminal FROM terminal_guards WHERE attempt = ? ORDER BY terminal"
  )
  const all = <A>(sql: string) => prepare<A>(database, sql).all()
  let simulated = 0

  const attemptAt = ({ number, place }: { readonly number: number; readonly place: number }) => {
    const row = present(byNumber.get(number))
    const attempt = fromRow(row)
    if (attempt?.terminal === "simulated") {
      simulated++
      return undefined
    }
    const { id, key, state, openedAt, json, login, resolutions, words, customer, terminal, connected } = row
    const { minorUnits: amount, currency } = attempt?.amount ?? { minorUnits: 0, currency: "" }
    const history = historyOf.all(id)
    return {
      ...{ place, id, key, login, state, resolutions, opened_at: openedAt, words, customer: customer === 1 },
      ...{ terminal, connected, json, amount, currency, guards_order: row.order_guard === 1 },
      terminals: terminalsOf.all(id).map((each) => each.terminal),
      history
    } satisfies MovedAttempt
  }

  return {
    path,
    identity,
    warnings,
    simulated: () => simulated,
    attempts: function* () {
      simulated = 0
      const places = all<{ readonly number: number; readonly place: number }>(PLACES)
      yield* batches(places, attemptAt, ({ json, words, history }) =>
        history.reduce((sum, each) => sum + each.json.length, json.length + words.length)
      )
    },
    logins: () => all<{ readonly login: string }>("SELECT DISTINCT login FROM attempts").map(({ login }) => login),
    loneGuards: () =>
      all<LoneGuard>(
        `SELECT 'order' AS "of", key AS name, attempt FROM order_guards WHERE attempt NOT IN (SELECT id FROM attempts)
         UNION ALL
         SELECT 'terminal', terminal, attempt FROM terminal_guards WHERE attempt NOT IN (SELECT id FROM attempts)`
      ),
    guards: () => all("SELECT terminal, attempt FROM terminal_guards ORDER BY terminal, attempt"),
    lasts: () => all(LASTS),
    bindings: () =>
      batches(
        all<MovedBinding>("SELECT owner, reference, attempt FROM notification_bindings"),
        (each) => each,
        () => 100
      ),
    notifications: function* () {
      const one = prepare<NotificationColumns>(
        database,
        "SELECT key, attempt, considered, json FROM notifications WHERE number = ?"
      )
      const forward = prepare<ForwardColumns>(
        database,
        "SELECT url, content_type, signature, body, tries, due_at FROM notification_forwards WHERE notification = ?"
      )
      yield* batches(
        all<{ readonly number: number }>("SELECT number FROM notifications ORDER BY number"),
        ({ number }): MovedNotification => {
          const { considered, ...notification } = present(one.get(number))
          const onward = forward.get(number)
          return {
            ...notification,
            considered: considered === 1,
            forward: onward === undefined ? null : { ...onward, body: Buffer.from(onward.body).toString("base64") }
          }
        },
        ({ json, forward }) => json.length + (forward?.body.length ?? 0)
      )
    },
    notifySecret: () => {
      const [row] = all<{ readonly value: string }>(
        "SELECT value FROM identity WHERE name = 'notify-secret' AND EXISTS (SELECT 1 FROM identity WHERE name = 'upstream')"
      )
      return row?.value
    },
    longerThan: (bytes) => prepare<{ readonly whose: string }>(database, LONGER).get(bytes)?.whose,
    mark: (moved) => StoreIdentity.markMoved(database, moved),
    unmark: () => StoreIdentity.unmarkMoved(database),
    close
  }
}

/** Reads items in batches. */
function* batches<A, B>(
  items: ReadonlyArray<A>,
  read: (item: A) => B | undefined,
  sizeOf: (read: B) => number
): Generator<ReadonlyArray<B>> {
  let batch: Array<B> = []
  let characters = 0
  for (const item of items) {
    const found = read(item)
    if (found === undefined) continue
    batch.push(found)
    characters += sizeOf(found)
    if (batch.length < BATCH.rows && characters < BATCH.characters) continue
    yield batch
    batch = []
    characters = 0
  }
  if (batch.length > 0) yield batch
}
