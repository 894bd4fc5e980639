/** Opens a store on disk for as long as a server runs. */
import * as Effect from "effect/Effect"
import * as Scope from "effect/Scope"
import { inLifetime } from "./lifetime.ts"
import * as SqliteStore from "./SqliteStore.ts"

/** A store, and how to close its file. */
export interface OpenStore {
  readonly store: SqliteStore.SqliteStore
  readonly close: () => Promise<void>
}

/** Opens the file. Rejects with one sentence that a person can act on. */
export const openStore = (options: SqliteStore.SqliteStoreOptions): Promise<OpenStore> =>
  inLifetime(async ({ scope, close }) => ({
    store: await Effect.runPromise(Scope.provide(SqliteStore.open(options), scope)),
    close
  }))
