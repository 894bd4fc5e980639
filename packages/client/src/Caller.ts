/** The caller of the client: the clock that times their deadlines and entries, and how their journal's effects run. */
import type { RunEffect } from "./AttemptJournal.ts"

/** Calls back after so many milliseconds, unless what it returns is called before. */
export type Timer = (milliseconds: number, then: () => void) => () => void

export interface Caller {
  readonly timer: Timer
  /** In milliseconds since 1970. */
  readonly now: () => number
  /** Where it is absent, effects run without a context. */
  readonly run?: RunEffect
}

/** A program with promises. */
export const platform: Caller = {
  timer: (milliseconds, then) => {
    const timer = setTimeout(then, milliseconds)
    return () => clearTimeout(timer)
  },
  now: () => Date.now()
}
