/**
 * What is opened together, one after the other, and closed together, the last first. Where something fails meanwhile, what was
 * opened before it is closed again, so that the next start finds nothing in use.
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"

/** For as long as something runs. */
export interface Lifetime {
  /** Has something closed at the end, before all that was given earlier. */
  readonly onClose: (close: () => void | Promise<void>) => void
  /** The same for effects. */
  readonly scope: Scope.Scope
  /** Ends it, once. */
  readonly close: () => Promise<void>
}

/** Opens something that says itself when its lifetime ends; the lifetime ends at once where it rejects. */
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
    // Why it could not be opened says more than why something could not be closed.
    await close().catch(() => {})
    throw error
  }
}
