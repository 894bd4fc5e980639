/**
 * Imports a gateway's file into a shared store: attempts with their guards, histories and notifications.
 *
 * The file is marked before the first attempt is written, so that no gateway takes another payment on it; if the database
 * rejects that first one, the mark is removed. An interrupted import continues when it is run again, and leaves what is
 * already there as it is. At the end `compareStores` compares both.
 */
import * as ErrorText from "@hipay-pos/core/ErrorText"
import { FileProblem, MovingStore, StartFailed } from "@hipay-pos/server/node"
import type { Frames } from "@hipay-pos/server/Terminals"
import type { Address } from "./Address.ts"
import { checkImport, sourceOf } from "./checkImport.ts"
import { type Comparison, compareStores } from "./compareStores.ts"
import * as Database from "./Database.ts"
import { isRemoved, lookUp, ofUnpruned } from "./importedRows.ts"
import { requireSchema } from "./migrate.ts"

/** What to import, and into which store. */
export interface ImportOptions {
  /** The gateway's file. */
  readonly file: string
  readonly address: Address
  readonly frames: Pick<Frames, "withoutContact">
  readonly now: number
  /** The shared store may have other attempts of the file's logins: they are of the same shop. */
  readonly isSameShop?: boolean | undefined
}

/** What an import, or a comparison, found. */
export interface Import extends Comparison {
  /** Absolute. */
  readonly file: string
  /** The address of the shared store. */
  readonly store: string
  /** By this call: 0 if it only compared, or everything was there already. */
  readonly imported: { readonly attempts: number; readonly notifications: number }
  /** In full sentences. */
  readonly warnings: ReadonlyArray<string>
}

/** How long one batch may take, in milliseconds. */
const DEADLINE = 60_000

/** Imports. Rejects with {@link StartFailed}, one sentence a person can act on; calling it again continues. */
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
      const compared = await compareStores(database, moving, frames)
      return { file: moving.path, store: address.text, ...compared, imported, warnings }
    } finally {
      moving.close()
    }
  })

/** Compares a file with the shared store, and changes neither. */
export const compareStore = (options: ImportOptions): Promise<Import> =>
  withDatabase(options, "the comparison was interrupted", async (database) => {
    const { file, address, frames } = options
    const moving = MovingStore.openToCompare(file)
    try {
      const compared = await compareStores(database, moving, frames)
      return { file: moving.path, store: address.text, ...compared, imported: NOTHING, warnings: moving.warnings }
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

/** The id of the shared store. */
const nameOf = async (database: Database.Database): Promise<string> => {
  const [row] = await database.query("SELECT value FROM hipay_pos.identity WHERE name = 'store'")
  return String(row?.value)
}

/** The name of the row in the shared store's identity that records the state of an import. */
const nameOfImport = ({ identity }: MovingStore.MovingStore): string => `import ${identity.store}`

const FORGET = "DELETE FROM hipay_pos.identity WHERE name = $1"

/** Records the state of an import in the shared store. */
const note = async (database: Database.Database, moving: MovingStore.MovingStore, state: "begun" | "finished") => {
  await database.query(
    "INSERT INTO hipay_pos.identity VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    [nameOfImport(moving), `${state} ${moving.path}`]
  )
  // Imported attempts are older than those pruned last, even by a run meanwhile, so the next run has to start over.
  await database.query("DELETE FROM hipay_pos.identity WHERE name = 'pruned'")
}

const BIND = `INSERT INTO hipay_pos.notification_bindings SELECT r.owner, r.reference, r.attempt
  FROM json_to_recordset($1::text::json) AS r (owner text, reference text, attempt text) ON CONFLICT DO NOTHING`

/** Imports what is not there yet. */
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
 * Imports attempts and guards. If the first of them is rejected, nothing has been imported and the mark is removed, unless an
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
        // Pruned attempts do not come back.
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

/** Imported attempts have numbers below 0. */
const EARLIER = "SELECT FROM hipay_pos.attempts WHERE number < 0 AND instance = $1 LIMIT 1"
