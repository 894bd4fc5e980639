/** Waits for attempts without polling. */

import type { Attempt, Space } from "@hipay-pos/server"
import * as Effect from "effect/Effect"

/** Which attempts to wait for, and for how long. */
export interface WaitCondition {
  readonly count: number
  readonly matches: (attempt: Attempt.Attempt) => boolean
  /** In milliseconds of real time: the space's clock may be frozen. */
  readonly timeout: number
  /** Ends the wait early: the client has disconnected, or the server closes. */
  readonly until: AbortSignal
}

/** The matching attempts, the newest first, as soon as there are enough; `undefined` on timeout. */
export const waitFor = Effect.fnUntraced(function* ({ attempts, feed }: Space.Space, condition: WaitCondition) {
  const { count, matches, timeout, until } = condition
  const found = new Map<string, Attempt.Attempt>()
  const changed = new Set<string>()
  let enough = () => {}
  const look = (attempt: Attempt.Attempt) => {
    if (matches(attempt)) found.set(attempt.id, attempt)
    else found.delete(attempt.id)
    if (found.size >= count) enough()
  }
  // Subscribes before reading the list, so that no change in between is missed.
  const { start, stop } = yield* feed.follow(undefined, {
    onChange: ({ attempt }) => {
      changed.add(attempt.id)
      look(attempt)
    }
  })
  start()
  const settled = Effect.callback<void>((resume) => {
    const timer = setTimeout(() => done(), timeout)
    const done = () => {
      clearTimeout(timer)
      until.removeEventListener("abort", done)
      resume(Effect.void)
    }
    enough = done
    until.addEventListener("abort", done)
    if (until.aborted || found.size >= count) done()
  })
  const looked = Effect.flatMap(attempts.list({}), (list) => {
    for (const attempt of list) if (!changed.has(attempt.id)) look(attempt)
    return settled
  })
  yield* Effect.ensuring(looked, Effect.sync(stop))
  if (found.size < count) return undefined
  // Ids of the same millisecond are unordered.
  const newestFirst = yield* attempts.list({})
  return newestFirst.flatMap(({ id }) => found.get(id) ?? [])
})
