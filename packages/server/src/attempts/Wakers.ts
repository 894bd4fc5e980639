/** Lets code in this process wait, by name, for something that a store writes. */
import * as Effect from "effect/Effect"

export class Wakers {
  readonly #waiting = new Map<string, Set<() => void>>()

  /** Waits until woken under this name; returns at once if `isOver` already holds. */
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
    // Usually nothing waits: then skip hashing the name, a freshly built string.
    if (this.#waiting.size === 0) return
    const waiting = this.#waiting.get(name)
    this.#waiting.delete(name)
    for (const wake of waiting ?? []) wake()
  }
}
