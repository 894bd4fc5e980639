/** Checks a store, or a copy of one, without changing it; a gateway may be writing to it meanwhile. */

import type { DatabaseSync } from "node:sqlite"
import { defined } from "@hipay-pos/core/Defined"
import { COLUMNS, fromRow, type Row } from "./attemptJson.ts"
import { prepare } from "./prepare.ts"
import * as SqliteFile from "./SqliteFile.ts"
import type { StartFailed } from "./StartFailed.ts"
import * as StoreGeneration from "./storeGeneration.ts"
import * as StoreIdentity from "./storeIdentity.ts"

/** A store's properties, and what is wrong with it. */
export interface StoreCheck {
  /** Absolute, without symbolic links. */
  readonly path: string
  readonly applicationId: number
  readonly format: number
  /** Absent in a store of the first format, which does not record it. */
  readonly mode?: StoreIdentity.StoreMode | undefined
  readonly store?: string | undefined
  /** If the file is a backup, when it was made, in milliseconds since 1970. */
  readonly copiedAt?: number | undefined
  /** How many attempts it has in each state. */
  readonly states: Readonly<Record<string, number>>
  /** Ids of attempts that cannot be read. */
  readonly damaged: ReadonlyArray<string>
  /** How many attempts were ever opened in it and, if known, in the last store at this path. */
  readonly generation: { readonly store: number; readonly last?: number }
  /** Everything that is wrong, in sentences. */
  readonly problems: ReadonlyArray<string>
}

/** Checks a store. Throws {@link StartFailed} if there is none, or it cannot be read. */
export const checkStore = (given: string): StoreCheck => {
  const path = SqliteFile.find(given)
  try {
    const found = SqliteFile.inspectExisting(path)
    return StoreIdentity.withReadOnly(path, (database) => inspect(path, database, found), SqliteFile.LOCK_TIMEOUT)
  } catch (error) {
    throw SqliteFile.cannotOpen(path, error)
  }
}

/** The most faults of the file that are listed. */
const FAULTS = 20

const inspect = (path: string, database: DatabaseSync, found: StoreIdentity.StoreFile): StoreCheck => {
  // A consistent snapshot for the whole report.
  database.exec("BEGIN")
  const faults = database
    .prepare(`PRAGMA integrity_check(${FAULTS})`)
    .all()
    .map(({ integrity_check: fault }) => String(fault))
    .filter((fault) => fault !== "ok")
  const identity = found._tag === "Store" ? found.identity : undefined
  const states = new Map<string, number>()
  const damaged: Array<string> = []
  for (const row of prepare<Row>(database, `SELECT ${COLUMNS} FROM attempts ORDER BY number`).iterate()) {
    states.set(row.state, (states.get(row.state) ?? 0) + 1)
    if (fromRow(row) === undefined) damaged.push(row.id)
  }
  const attempts = SqliteFile.attemptsEver(database)
  const beside = StoreGeneration.read(path)
  const last = beside !== undefined && beside.store === identity?.store ? beside.attempts : undefined
  return {
    path,
    applicationId: found._tag === "Store" ? StoreIdentity.APPLICATION_ID : 0,
    format: found._tag === "Store" ? found.format : 1,
    ...defined({ mode: identity?.mode, store: identity?.store, copiedAt: identity?.copiedAt }),
    states: Object.fromEntries(states),
    damaged,
    generation: defined({ store: attempts, last }),
    problems: [
      ...faults.map((fault) => `the file is damaged: ${fault}`),
      ...damaged.map((id) => `attempt ${id} cannot be read`),
      ...(last !== undefined && last > attempts
        ? [`it is an older copy: it has had ${attempts} attempts, and the one that last stood here ${last}`]
        : [])
    ]
  }
}
