/**
 * How long a late answer can still reach this process, and how old the payments with an unknown outcome are. Both are counted in
 * monotonic time, because the time of day may be changed meanwhile.
 */
import { monotonicMillis } from "@hipay-pos/core/MonotonicTime"
import type * as Clock from "effect/Clock"
import { BoundedMap } from "../BoundedMap.ts"
import type { Attempt } from "./Attempt.ts"

export class AnswerWindows {
  readonly #clock: Clock.Clock
  /** By attempt. */
  readonly #until = new Map<string, number>()
  readonly #begun = new BoundedMap<number>({ entries: 10_000 })

  constructor(clock: Clock.Clock) {
    this.#clock = clock
  }

  /** Monotonic time, in milliseconds: what {@link began} takes. */
  now(): number {
    return monotonicMillis(this.#clock)
  }

  /** Opens an attempt's window for this long. It stays open until it is closed, even after that. */
  open(id: string, milliseconds: number): void {
    this.#until.set(id, this.now() + Math.min(milliseconds, LONGEST))
  }

  close(id: string): void {
    this.#until.delete(id)
  }

  /** When listening for an answer ends, in milliseconds since 1970; undefined if nothing is listening. */
  listensUntil(id: string): number | undefined {
    const until = this.#until.get(id)
    return until === undefined ? undefined : this.#clock.currentTimeMillisUnsafe() + Math.max(1, until - this.now())
  }

  /** Remembers when a payment with an unknown outcome began. */
  began(id: string, at: number): void {
    this.#begun.set(id, at)
  }

  /** The attempt's age in milliseconds; measured by the time of day if another process performed it. */
  ageOf({ id, openedAt }: Attempt): number {
    const at = this.#begun.get(id)
    return at === undefined ? this.#clock.currentTimeMillisUnsafe() - openedAt : this.now() - at
  }
}

/** A hundred years, in milliseconds: an end at infinity could not be read back from a store's JSON. */
const LONGEST = 100 * 365 * 86_400_000
