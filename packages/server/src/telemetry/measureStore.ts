/** Times a store's calls, except for waits for other attempts, which are not the store's doing. */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type { AttemptStore, StoreFailed } from "../attempts/AttemptStore.ts"
import type { Instruments } from "./Instruments.ts"

/** The same store, timed. */
export const measureStore = <Store extends AttemptStore>(
  store: Store,
  { count, observe }: Pick<Instruments, "count" | "observe">
): Store => {
  const timed = <A>(call: string, effect: Effect.Effect<A, StoreFailed>): Effect.Effect<A, StoreFailed> =>
    Effect.suspend(() => {
      const before = performance.now()
      return Effect.onExit(effect, (exit) =>
        Effect.sync(() => {
          observe("hipay_pos_store_seconds", "Calls to the store.", (performance.now() - before) / 1_000, { call })
          if (Exit.isFailure(exit) && isOfStore(exit.cause)) count("hipay_pos_store_failures_total", FAILURES, { call })
        })
      )
    })
  for (const call of CALLS) count("hipay_pos_store_failures_total", FAILURES, { call }, 0)
  return {
    ...store,
    claim: (claim) => timed("claim", store.claim(claim)),
    turn: (id) => timed("turn", store.turn(id)),
    change: (seen, next, flushed) => timed("change", store.change(seen, next, flushed)),
    get: (id) => timed("get", store.get(id)),
    standing: (key, after) => timed("standing", store.standing(key, after)),
    latest: (key) => timed("latest", store.latest(key)),
    list: (filter) => timed("list", store.list(filter)),
    lastAt: (terminal, among) => timed("lastAt", store.lastAt(terminal, among))
  }
}

const CALLS = ["claim", "turn", "change", "get", "standing", "latest", "list", "lastAt"] as const

const FAILURES = "Calls to the store that failed."

/**
 * Whether a failure is the store's own: not if one attempt is missing or cannot be read, or if the caller gave the call up. If
 * those counted, anybody who asks or hangs up could page the operator of a working store.
 */
const isOfStore = (cause: Cause.Cause<StoreFailed>): boolean =>
  !Cause.hasInterruptsOnly(cause) &&
  !Option.exists(Cause.findErrorOption(cause), ({ isOfOneAttempt }) => isOfOneAttempt)
