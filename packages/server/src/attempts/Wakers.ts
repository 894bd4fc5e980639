/** What waits in this process for something that a store writes, by name. */
import * as Effect from "effect/Effect"

export class Wakers {
  readonly #waiting = new Map<string, Set<() => void>>()

  /** Waits until it is woken under that name; not at all where `isOver` holds already. */
  wait(name: string, isOver: () => boolean): Effect.Effect<void> {
    return Effect.callback((resume) => {
      if (isOver()) return resume(Effect.void)
      const wake = () => resume(Effect.void)
      const others = this.#waiting.get(name) ?? new Set()
      this.#waiting.set(name, others.add(wake))
      return Effect.sync(() => {
        others.delete(wake)
        if (others.size === 0 && this.#waiting.get(name) === others) this.#waiting.delete(name)
      })
    })
  }

  /** Wakes all that wait under a name. */
  wake(name: string): void {
    // Mostly nobody waits. Then the name, which is put together for this, need not be hashed.
    if (this.#waiting.size === 0) return
    const waiting = this.#waiting.get(name)
    this.#waiting.delete(name)
    for (const wake of waiting ?? []) wake()
  }
}
