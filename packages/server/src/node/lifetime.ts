/**
 * Resources that are opened one after the other and closed together, last first. If opening one fails, those opened before it
 * are closed, so that the next start finds nothing in use.
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"

/** The time for which resources are open. */
export interface Lifetime {
  /** Registers something to close at the end, before everything registered earlier. */
  readonly onClose: (close: () => void | Promise<void>) => void
  /** The same for effects. */
  readonly scope: Scope.Scope
  /** Ends it, once. */
  readonly close: () => Promise<void>
}

/** Opens something that closes its own lifetime; the lifetime is closed at once if `open` rejects. */
export const inLifetime = async <A>(open: (lifetime: Lifetime) => Promise<A>): Promise<A> => {
  const scope = Scope.makeUnsafe()
  const close = () => Effect.runPromise(Scope.close(scope, Exit.void))
  const onClose: Lifetime["onClose"] = (run) =>
    Effect.runSync(
      Scope.addFinalizer(
        scope,
        Effect.promise(async () => run())
      )
    )
  try {
    return await open({ onClose, scope, close })
  } catch (error) {
    // The reason why opening failed matters more than one why closing failed.
    await close().catch(() => {})
    throw error
  }
}
