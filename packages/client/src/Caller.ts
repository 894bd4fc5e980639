/** The caller's environment: the clock for deadlines and journal entries, and how to run the effects of a journal. */
import type { RunEffect } from "./AttemptJournal.ts"

/** Calls back after so many milliseconds, unless the returned function is called before. */
export type Timer = (milliseconds: number, then: () => void) => () => void

export interface Caller {
  readonly timer: Timer
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** If absent, effects run without a context. */
  readonly run?: RunEffect
}

/** The platform's clock, for a program with promises. */
export const platform: Caller = {
  timer: (milliseconds, then) => {
    const timer = setTimeout(then, milliseconds)
    return () => clearTimeout(timer)
  },
  now: () => Date.now()
}
