/**
 * Brings a gateway's file into a shared store, attempts with their guards, histories and notifications.
 *
 * The file is marked before the first of them is written, so that no gateway takes another payment over it; where the database
 * rejects that first one, the mark is removed. An import that is interrupted continues when it is run again, which leaves what is
 * there as it is. At the end both are compared.
 */
import * as ErrorText from "@hipay-pos/core/ErrorText"
import { isPaid } from "@hipay-pos/core/wire/AttemptState"
import type { Attempt } from "@hipay-pos/server/Attempt"
import * as Guards from "@hipay-pos/server/Guards"
import { AttemptJson, FileProblem, forgetCustomer, MovingStore, StartFailed } from "@hipay-pos/server/node"
import type { Frames } from "@hipay-pos/server/Terminals"
import type { Address } from "./Address.ts"
import { rowOf } from "./attemptRows.ts"
import { checkImport, sourceOf } from "./checkImport.ts"
import * as Database from "./Database.ts"
import { requireSchema } from "./migrate.ts"

/** What is brought where. */
export interface ImportOptions {
  /** The gateway's file. */
  readonly file: string
  readonly address: Address
  readonly frames: Pick<Frames, "withoutContact">
  readonly now: number
  /** Logins of the file may have other attempts in the shared store: they are of the same shop. */
  readonly isSameShop?: boolean | undefined
}

/** What an import, or a comparison, found. */
export interface Import {
  /** Absolute. */
  readonly file: string
  /** The address of the shared store. */
  readonly store: string
  /** By this call: 0 where it only compared, or all was there. */
  readonly imported: { readonly attempts: number; readonly notifications: number }
  /** What the file has. */
  readonly attempts: number
  /** Those of them whose outcome is unknown in the shared store. */
  readonly unknown: number
  /** Simulated attempts, which are no payments and are not brought. */
  readonly simulated: number
  /** Those that have been decided, or resolved, in the shared store since. */
  readonly changedSince: number
  /** Those that were pruned in the shared store since: gone, where no money moved, or reduced to key, outcome and amount. */
  readonly pruned: number
  /** What should be known, in sentences. */
  readonly warnings: ReadonlyArray<string>
  /** What differs, in sentences: at most a hundred. */
  readonly differences: ReadonlyArray<string>
}

/** How long one batch may take, in milliseconds. */
const DEADLINE = 60_000

const MOST = 100

/** Imports. Rejects with {@link StartFailed}, one sentence a person can act on; the same call then goes on with it. */
export const importStore = (options: ImportOptions): Promise<Import> =>
  withDatabase(options, "the import was interrupted; run it again to continue", async (database) => {
    const { file, address, frames, now } = options
    const moving = MovingStore.open(file, frames, now)
    try {
      const target = await nameOf(database)
      const warnings = [...moving.warnings, ...(await checkImport(database, moving, target, options))]
      const imported = await bring(database, moving, target, options)
      moving.mark({ to: address.text, store: target, at: now })
      await note(database, moving, "finished")
      const compared = await compare(database, moving, options)
      return { ...compared, imported, warnings }
    } finally {
      moving.close()
    }
  })

/** Compares a file with the shared store, and changes neither. */
export const compareStore = (options: ImportOptions): Promise<Import> =>
  withDatabase(options, "the comparison was interrupted", async (database) => {
    const moving = MovingStore.openToCompare(options.file)
    try {
      return { ...(await compare(database, moving, options)), imported: NOTHING, warnings: moving.warnings }
    } finally {
      moving.close()
    }
  })

const NOTHING = { attempts: 0, notifications: 0 }

const withDatabase = async <A>(
  { address }: ImportOptions,
  brokeOff: string,
  work: (database: Database.Database) => Promise<A>
): Promise<A> => {
  const database = await Database.connect(address, { name: "hipay-pos import", deadline: DEADLINE })
  try {
    await requireSchema(database, address).catch((error: unknown) => {
      throw Database.cannotOpen(address, error)
    })
    return await work(database)
  } catch (error) {
    if (error instanceof StartFailed) throw error
    throw new StartFailed({
      problem: `${brokeOff}: ${ErrorText.of(error)}`,
      isTemporary: Database.isTemporary(error) || FileProblem.isFull(error)
    })
  } finally {
    await database.close()
  }
}

/** What the shared store calls itself. */
const nameOf = async (database: Database.Database): Promise<string> => {
  const [row] = await database.query("SELECT value FROM hipay_pos.identity WHERE name = 'store'")
  return String(row?.value)
}

/** The row of the shared store's identity that says how far an import is. */
const nameOfImport = ({ identity }: MovingStore.MovingStore): string => `import ${identity.store}`

const FORGET = "DELETE FROM hipay_pos.identity WHERE name = $1"

/** Says in the shared store how far the import of a file is. */
const note = async (database: Database.Database, moving: MovingStore.MovingStore, state: "begun" | "finished") => {
  await database.query(
    "INSERT INTO hipay_pos.identity VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    [nameOfImport(moving), `${state} ${moving.path}`]
  )
  // What comes is older than what was pruned last, also by a run meanwhile, and has to be looked at.
  await database.query("DELETE FROM hipay_pos.identity WHERE name = 'pruned'")
}

const BIND = `INSERT INTO hipay_pos.notification_bindings SELECT r.owner, r.reference, r.attempt
  FROM json_to_recordset($1::text::json) AS r (owner text, reference text, attempt text) ON CONFLICT DO NOTHING`

/** Brings what is not there. */
const bring = async (
  database: Database.Database,
  moving: MovingStore.MovingStore,
  target: string,
  { address }: ImportOptions
): Promise<Import["imported"]> => {
  await note(database, moving, "begun")
  moving.mark({ to: address.text, store: target })
  const attempts = await bringAttempts(database, moving)
  for (const batch of moving.bindings()) await database.query(BIND, [Database.rowsToJson(batch)])
  let notifications = 0
  for (const batch of moving.notifications()) {
    const [row] = await database.query("SELECT * FROM hipay_pos.import_notifications_v1($1)", [
      Database.rowsToJson(await ofUnpruned(database, batch))
    ])
    notifications += Number(row?.imported)
  }
  return { attempts, notifications }
}

/**
 * Brings attempts and guards. Where the first of them is rejected, nothing has been brought, and the mark is removed; unless an
 * earlier copy of the file was imported.
 */
const bringAttempts = async (database: Database.Database, moving: MovingStore.MovingStore): Promise<number> => {
  const guards = moving.loneGuards()
  let imported = 0
  let isBrought = moving.identity.moved !== undefined
  try {
    await database.query("SELECT hipay_pos.import_guards_v1($1)", [Database.rowsToJson(guards)])
    isBrought ||= guards.length > 0
    for (const batch of moving.attempts()) {
      const there = await lookUp(database, batch)
      const [row] = await database.query("SELECT * FROM hipay_pos.import_attempts_v1($1, $2)", [
        sourceOf(moving),
        // What was pruned does not come back.
        Database.rowsToJson(batch.filter(({ id }) => !isRemoved(there.get(Database.storable(id)))))
      ])
      isBrought = true
      imported += Number(row?.imported)
    }
    return imported
  } catch (error) {
    // Any other failure leaves open whether something was written.
    if (isBrought || !(error instanceof Database.Rejected)) throw error
    const isTemporary = Database.isTemporary(error)
    if ((await database.query(EARLIER, [sourceOf(moving)])).length > 0) {
      const problem = `${moving.path}: attempts of it are in the shared store from an earlier import, and no gateway starts on it again; this import was interrupted: ${error.message}; run it again to continue`
      throw new StartFailed({ problem, isTemporary })
    }
    await database.query(FORGET, [nameOfImport(moving)])
    moving.unmark()
    const problem = `${moving.path}: nothing of it was imported, and its gateway starts on it again: ${error.message}`
    throw new StartFailed({ problem, isTemporary })
  }
}

/** What was brought has numbers below 0. */
const EARLIER = "SELECT FROM hipay_pos.attempts WHERE number < 0 AND instance = $1 LIMIT 1"

const THERE = `SELECT asked.id AS asked, a.id, a.key, a.state, a.opened_at, a.json,
    (SELECT count(*) FROM hipay_pos.history h WHERE h.attempt = asked.id) AS lines,
    (SELECT h.state FROM hipay_pos.history h WHERE h.attempt = asked.id ORDER BY h.tx DESC, h.number DESC LIMIT 1) AS last,
    (SELECT string_agg(g.terminal, E'\n') FROM hipay_pos.terminal_guards g WHERE g.attempt = asked.id) AS terminals
  FROM json_array_elements_text($1::text::json) AS asked (id) LEFT JOIN hipay_pos.attempts a ON a.id = asked.id`

/** What the shared store has of some attempts. */
const lookUp = async (database: Database.Database, of: ReadonlyArray<{ readonly id: string }>) => {
  const rows = await database.query(THERE, [Database.rowsToJson(of.map(({ id }) => id))])
  return new Map(rows.map((row) => [String(row.asked), row]))
}

/** Whether an attempt moved no money, and was removed from the shared store since: its history stays. */
const isRemoved = (row: Database.Row | undefined): boolean =>
  row !== undefined &&
  row.id === null &&
  row.last !== null &&
  !Guards.guardsOrder({ state: row.last as Attempt["state"] })

/** Whether an attempt was reduced in the shared store. */
const isReduced = (row: Database.Row | undefined): boolean =>
  row !== undefined && row.id !== null && AttemptJson.fromRow(rowOf(row))?.prunedAt !== undefined

/** Notifications of attempts that were pruned in the shared store are gone with them, and stay so. */
const ofUnpruned = async <N extends { readonly attempt: string | null }>(
  database: Database.Database,
  batch: ReadonlyArray<N>
): Promise<ReadonlyArray<N>> => {
  const ids = batch.flatMap(({ attempt }) => (attempt === null ? [] : [{ id: attempt }]))
  const there = await lookUp(database, ids)
  return batch.filter(({ attempt }) => {
    const row = there.get(Database.storable(attempt ?? ""))
    return !isRemoved(row) && !isReduced(row)
  })
}

const ORDERS =
  "SELECT key, attempt FROM hipay_pos.order_guards WHERE key IN (SELECT json_array_elements_text($1::text::json))"
const TERMINALS =
  "SELECT terminal AS key, attempt FROM hipay_pos.terminal_guards WHERE terminal IN (SELECT json_array_elements_text($1::text::json))"
const NOTIFIED =
  "SELECT key FROM hipay_pos.notifications WHERE key IN (SELECT json_array_elements_text($1::text::json))"

const compare = async (
  database: Database.Database,
  moving: MovingStore.MovingStore,
  { address, frames }: ImportOptions
): Promise<Omit<Import, "imported" | "warnings">> => {
  const differences: Array<string> = []
  let [attempts, unknown, changedSince, pruned] = [0, 0, 0, 0]
  const ask = async (sql: string, names: ReadonlyArray<string>, by: string) =>
    new Map((await database.query(sql, [Database.rowsToJson(names)])).map((row) => [String(row[by]), row]))

  for (const batch of moving.attempts()) {
    const keys = batch.filter(({ guards_order }) => guards_order).map(({ key }) => key)
    const [there, orders] = [await lookUp(database, batch), await ask(ORDERS, keys, "key")]
    for (const each of batch) {
      const { id, state, history } = each
      attempts++
      const row = there.get(Database.storable(id))
      if (row?.state === "unknown") unknown++
      const differs = (problem: string) => void differences.push(`attempt ${id}: ${problem}`)
      if (row === undefined || row.id === null) {
        if (isRemoved(row) && !isPaid(each)) pruned++
        else differs("it is missing from the shared store")
      } else if (row.key !== Database.storable(each.key) || Number(row.opened_at) !== each.opened_at)
        differs(
          `the shared store has another attempt with this id, opened ${new Date(Number(row.opened_at)).toISOString()}`
        )
      else if (Number(row.lines) < history.length) differs("its history in the shared store is incomplete")
      else if (!isSame(each, row, frames)) {
        if (Number(row.lines) > history.length && (!isPaid(each) || isPaid(row))) changedSince++
        else
          differs(row.state === state ? "its record differs" : `${state} in the file, ${row.state} in the shared store`)
      } else {
        if (isReduced(row)) pruned++
        const held = String(row.terminals ?? "").split("\n")
        for (const terminal of each.terminals)
          if (!held.includes(terminal)) differs(`it does not guard ${terminal} in the shared store`)
        const holder = orders.get(Database.storable(each.key))?.attempt
        if (each.guards_order && holder !== id)
          differs(
            holder === undefined
              ? "its order is not guarded in the shared store"
              : `its order is guarded by attempt ${holder} in the shared store; it may have been paid twice`
          )
      }
    }
  }
  for (const { of, name, attempt } of moving.loneGuards()) {
    const found = await ask(of === "order" ? ORDERS : TERMINALS, [name], "key")
    const holder = found.get(name)?.attempt
    if (holder === undefined)
      differences.push(`the guard of attempt ${attempt}, whose record is gone, is missing from the shared store`)
    else if (holder !== Database.storable(attempt))
      differences.push(
        `${of === "order" ? "the order" : `the terminal ${name}`} of attempt ${attempt}, whose record is gone, has another attempt in the shared store, ${holder}${of === "order" ? "; it may have been paid twice" : ""}`
      )
  }
  let missing = 0
  for (const batch of moving.notifications()) {
    const keys = batch.map(({ key }) => key)
    const found = await ask(NOTIFIED, keys, "key")
    missing += (
      await ofUnpruned(
        database,
        batch.filter(({ key }) => !found.has(Database.storable(key)))
      )
    ).length
  }
  if (missing > 0) differences.push(`notifications missing from the shared store: ${missing}`)
  return {
    ...{
      file: moving.path,
      store: address.text,
      attempts,
      unknown,
      simulated: moving.simulated(),
      changedSince,
      pruned
    },
    differences:
      differences.length > MOST ? [...differences.slice(0, MOST), `and ${differences.length - MOST} more`] : differences
  }
}

/** Customers are forgotten on both sides, each in its time; of what was pruned there, outcome and amount are left. */
const isSame = (
  { id, key, state, opened_at: openedAt, json }: MovingStore.MovedAttempt,
  row: Database.Row,
  frames: ImportOptions["frames"]
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
