/** A store on disk for as long as a server runs. */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Result from "effect/Result"
import * as Scope from "effect/Scope"
import * as SqliteStore from "./SqliteStore.ts"

/** A store, and how to close its file. */
export interface OpenStore {
  readonly store: SqliteStore.SqliteStore
  readonly close: () => Promise<void>
}

/** Opens the file. Rejects with one sentence a person can act on. */
export const openStore = async (options: SqliteStore.SqliteStoreOptions): Promise<OpenStore> => {
  const scope = Scope.makeUnsafe()
  const opened = await Effect.runPromise(Effect.result(Scope.provide(SqliteStore.open(options), scope)))
  if (Result.isFailure(opened)) {
    await Effect.runPromise(Scope.close(scope, Exit.void))
    throw opened.failure
  }
  return { store: opened.success, close: () => Effect.runPromise(Scope.close(scope, Exit.void)) }
}
