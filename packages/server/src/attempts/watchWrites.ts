/**
 * Whether a store can be written, as its last write showed. A full disk can still be read, so only a refused order would show the
 * fault, and the operators have to know. Once the server reports that it takes no orders and none come, a write that changes
 * nothing shows when it can take them again.
 */
import * as Effect from "effect/Effect"
import type { AttemptStore, StoreFailed } from "./AttemptStore.ts"

/** The watched write operations. */
export interface WatchedWrites extends Pick<AttemptStore, "claim" | "change"> {
  /**
   * Why nothing can be written; undefined while writing works. After a failed write, tries one, at most once in
   * {@link BETWEEN_TRIES}.
   */
  readonly writeProblem: Effect.Effect<string | undefined>
}

/** How long a failed write is taken as the store's state, in milliseconds. */
const BETWEEN_TRIES = 1_000

/** What follows from a failed operation. */
const consequences = {
  claim: "new orders are refused before anything is sent",
  change: "payment results are kept and tried again"
}

/** Watches the write operations. Calls `onWarning` when they begin to fail, and when they succeed again. */
export const watchWrites = (
  store: Pick<AttemptStore, "claim" | "change" | "tryWrite" | "problem">,
  onWarning: (detail: string) => void
): WatchedWrites => {
  /** Set while writes fail; `at` by the monotonic clock. */
  let failure: { readonly reason: string; readonly at: number } | undefined
  /** The reasons already reported since then, by operation. */
  const told = new Map<keyof typeof consequences, string>()

  const succeeded = () => {
    if (failure === undefined) return
    failure = undefined
    told.clear()
    onWarning("attempts can be written again")
  }

  const failed = (act: keyof typeof consequences, detail: string) => {
    failure = { reason: detail, at: performance.now() }
    if (told.get(act) !== detail) onWarning(`attempts cannot be written: ${detail}; ${consequences[act]}`)
    told.set(act, detail)
  }

  const watched = <A extends { readonly _tag: string }>(
    act: keyof typeof consequences,
    write: Effect.Effect<A, StoreFailed>
  ): Effect.Effect<A, StoreFailed> =>
    Effect.matchEffect(write, {
      onSuccess: (done) => {
        // Otherwise the store was only read.
        if (done._tag === "Written") succeeded()
        return Effect.succeed(done)
      },
      onFailure: (error) => {
        // If one attempt cannot be read, others can still be written.
        if (!error.isOfOneAttempt) failed(act, error.detail)
        return Effect.fail(error)
      }
    })

  return {
    claim: (claim) => watched("claim", store.claim(claim)),
    change: (seen, next, flushed) => watched("change", store.change(seen, next, flushed)),
    writeProblem: Effect.suspend(() => {
      const problem = store.problem?.()
      if (problem !== undefined) failed("claim", problem)
      if (failure === undefined) return Effect.undefined
      const { reason, at } = failure
      const now = performance.now()
      if (now - at < BETWEEN_TRIES) return Effect.succeed(reason)
      failure = { reason, at: now }
      return Effect.match(store.tryWrite(), {
        onSuccess: () => {
          succeeded()
          return undefined
        },
        onFailure: ({ detail }) => {
          failure = { reason: detail, at: performance.now() }
          return detail
        }
      })
    })
  }
}
