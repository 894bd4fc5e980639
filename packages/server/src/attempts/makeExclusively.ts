/** Runs one effect at a time per name; other names do not wait. */
import * as Effect from "effect/Effect"
import * as Semaphore from "effect/Semaphore"

export const makeExclusively = () => {
  const locks = new Map<string, { readonly semaphore: Semaphore.Semaphore; users: number }>()
  const enter = (name: string) => {
    const lock = locks.get(name) ?? { semaphore: Semaphore.makeUnsafe(1), users: 0 }
    lock.users++
    locks.set(name, lock)
    return lock
  }
  return <A, E, R>(name: string, effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.acquireUseRelease(
      Effect.sync(() => enter(name)),
      ({ semaphore }) => semaphore.withPermits(1)(effect),
      (lock) =>
        Effect.sync(() => {
          if (--lock.users === 0) locks.delete(name)
        })
    )
}
