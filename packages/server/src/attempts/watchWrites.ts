/**
 * Whether a store can be written, as its last write showed. A full disk can still be read: that nothing can be written shows
 * at an order alone, which is refused then, and the people who run the server have to be told.
 */
import * as Effect from "effect/Effect"
import type { AttemptStore, StoreFailed } from "./AttemptStore.ts"

/** A claim or a change failed, and none has been written since. */
export interface WriteFailure {
  readonly reason: string
  /** Of the last one that failed, by the monotonic clock, in milliseconds. */
  readonly at: number
}

/** The acts that write, watched. `onWarning` is told when they begin to fail, and when they succeed again. */
export const watchWrites = (
  store: Pick<AttemptStore, "claim" | "change">,
  onWarning: (detail: string) => void
): Pick<AttemptStore, "claim" | "change"> & { readonly writeFailure: () => WriteFailure | undefined } => {
  let failure: WriteFailure | undefined
  const watched = <A extends { readonly _tag: string }, E extends StoreFailed>(
    write: Effect.Effect<A, E>
  ): Effect.Effect<A, E> =>
    Effect.matchEffect(write, {
      onSuccess: (done) => {
        // What stands there instead was only read.
        if (done._tag === "Written" && failure !== undefined) {
          failure = undefined
          onWarning("attempts can be written again")
        }
        return Effect.succeed(done)
      },
      onFailure: (error) => {
        // One attempt that cannot be read keeps no other from being written.
        if (error.damaged === undefined) {
          const isKnown = failure?.reason === error.detail
          failure = { reason: error.detail, at: performance.now() }
          if (!isKnown)
            onWarning(`attempts cannot be written: ${error.detail}; new orders are refused before anything is sent`)
        }
        return Effect.fail(error)
      }
    })
  return {
    claim: (claim) => watched(store.claim(claim)),
    change: (seen, next) => watched(store.change(seen, next)),
    writeFailure: () => failure
  }
}
