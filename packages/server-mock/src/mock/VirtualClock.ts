/**
 * A clock that can be frozen, set and advanced, so that a test need not wait for deadlines, collections and retries.
 *
 * While it runs, it keeps pace with real time, from the time it was set to. Sleepers wake by its monotonic time, which stops
 * while the clock is frozen and does not change when it is set.
 */
import type * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"

/** The clock of a space. */
export interface VirtualClock extends Clock.Clock {
  readonly isFrozen: () => boolean
  readonly freeze: () => void
  /** Sets it to a time in milliseconds since 1970. No time passes: sleepers still wait as long as before. */
  readonly set: (at: number) => void
  /** Lets it run from its current time. */
  readonly resume: () => void
  /** Advances it; sleepers wake in the order of their wake-up times, each at its own. */
  readonly advance: (milliseconds: number) => Effect.Effect<void>
  /**
   * Work that takes real time, such as a request to another server: before time passes, `advance` waits for it, a second at
   * most.
   */
  readonly outside: <A, E, R>(work: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
}

interface Sleeper {
  /** When it wakes, in monotonic time. */
  readonly at: number
  readonly resume: (effect: Effect.Effect<void>) => void
  timer: ReturnType<typeof setTimeout> | undefined
}

/** The longest delay of a timer. */
const LONGEST = 2 ** 31 - 1

/** In milliseconds. */
interface Time {
  /** The time of day, since 1970. */
  readonly day: number
  readonly monotonic: number
}

/** A running clock that agrees with the real one. */
export const make = (
  realDay: () => number = Date.now,
  realMonotonic: () => number = () => Math.floor(performance.now())
): VirtualClock => {
  const sleepers = new Set<Sleeper>()
  const outside = new Set<Outside>()
  let ahead: Time = { day: 0, monotonic: 0 }
  let frozenAt: Time | undefined

  const now = () => frozenAt?.day ?? realDay() + ahead.day
  const monotonic = () => frozenAt?.monotonic ?? realMonotonic() + ahead.monotonic
  const put = (to: Time) => {
    if (frozenAt !== undefined) frozenAt = to
    else ahead = { day: to.day - realDay(), monotonic: to.monotonic - realMonotonic() }
  }
  const passTo = (at: number) => {
    const passed = Math.max(0, at - monotonic())
    put({ day: now() + passed, monotonic: monotonic() + passed })
  }
  const wake = (sleeper: Sleeper) => {
    if (!sleepers.delete(sleeper)) return
    clearTimeout(sleeper.timer)
    sleeper.resume(Effect.void)
  }
  const arm = (sleeper: Sleeper) => {
    clearTimeout(sleeper.timer)
    if (frozenAt !== undefined) return
    const left = sleeper.at - monotonic()
    sleeper.timer =
      left > LONGEST ? setTimeout(() => arm(sleeper), LONGEST) : setTimeout(() => wake(sleeper), Math.max(0, left))
  }
  const rearm = () => {
    for (const sleeper of sleepers) arm(sleeper)
  }
  const firstHour = () => {
    let first = Number.POSITIVE_INFINITY
    for (const { at } of sleepers) first = Math.min(first, at)
    return first
  }
  const allSettled = Effect.gen(function* () {
    yield* settled
    for (;;) {
      const soonEnough = [...outside].filter(({ until }) => until > performance.now())
      if (soonEnough.length === 0) return
      yield* Effect.promise(() => firstOf(soonEnough))
      yield* settled
    }
  })
  const nanos = () => BigInt(Math.round(now() * 1e6))
  const monotonicNanos = () => BigInt(Math.round(monotonic() * 1e6))

  return {
    currentTimeMillisUnsafe: now,
    currentTimeMillis: Effect.sync(now),
    currentTimeNanosUnsafe: nanos,
    currentTimeNanos: Effect.sync(nanos),
    monotonicTimeNanosUnsafe: monotonicNanos,
    monotonicTimeNanos: Effect.sync(monotonicNanos),
    sleep: (duration) => {
      const milliseconds = Duration.toMillis(duration)
      if (milliseconds <= 0) return Effect.yieldNow
      return Effect.callback<void>((resume) => {
        const sleeper: Sleeper = { at: monotonic() + milliseconds, resume, timer: undefined }
        sleepers.add(sleeper)
        if (milliseconds < Number.POSITIVE_INFINITY) arm(sleeper)
        return Effect.sync(() => {
          clearTimeout(sleeper.timer)
          sleepers.delete(sleeper)
        })
      })
    },
    isFrozen: () => frozenAt !== undefined,
    freeze: () => {
      frozenAt ??= { day: now(), monotonic: monotonic() }
      rearm()
    },
    set: (at) => put({ day: at, monotonic: monotonic() }),
    resume: () => {
      if (frozenAt === undefined) return
      const from = frozenAt
      frozenAt = undefined
      put(from)
      rearm()
    },
    advance: Effect.fnUntraced(function* (milliseconds: number) {
      // Work that has begun and does not sleep yet belongs to the advance.
      yield* allSettled
      const target = monotonic() + milliseconds
      for (let next = firstHour(); next <= target; next = firstHour()) {
        passTo(next)
        for (const sleeper of sleepers) if (sleeper.at <= next) wake(sleeper)
        // A sleeper that woke may sleep again, and that sleep may end before the target too.
        yield* allSettled
      }
      passTo(target)
      rearm()
    }),
    outside: (work) =>
      Effect.suspend(() => {
        const { promise: ended, resolve } = Promise.withResolvers<void>()
        const one = { ended, until: performance.now() + OUTSIDE_TIMEOUT }
        outside.add(one)
        const over = () => {
          outside.delete(one)
          resolve()
        }
        return Effect.ensuring(work, Effect.sync(over))
      })
  }
}

/** Work that takes real time and is in progress. */
interface Outside {
  readonly ended: Promise<void>
  /** Until when it is waited for, in real time. */
  readonly until: number
}

/** How long work is waited for, in milliseconds. */
const OUTSIDE_TIMEOUT = 1_000

/** Resolves when one of them has ended, or is not waited for any longer. */
const firstOf = (works: ReadonlyArray<Outside>): Promise<void> => {
  let timer: ReturnType<typeof setTimeout> | undefined
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, Math.max(0, Math.min(...works.map(({ until }) => until)) - performance.now()))
  })
  return Promise.race([over, ...works.map(({ ended }) => ended)]).finally(() => clearTimeout(timer))
}

/** More event loop turns than any payment of this toolkit needs between two sleeps. */
const TURNS = 8

/** `setTimeout` takes a millisecond or more, ten thousand times in a simulated week: used only without `setImmediate`. */
const soon: (next: () => void) => void = globalThis.setImmediate ?? ((next) => setTimeout(next, 0))

/** Lets everything run until it sleeps. */
const settled = Effect.callback<void>((resume) => {
  const turn = (left: number): void => {
    if (left === 0) resume(Effect.void)
    else soon(() => turn(left - 1))
  }
  turn(globalThis.setImmediate === undefined ? 1 : TURNS)
})
