/**
 * A clock that can be stopped, set and put forward, so that a test need not wait for deadlines, collections and retries.
 *
 * While it runs it goes as fast as the real one, from the time it was set to. Sleepers wake by its monotonic time, which
 * stands still while it is frozen and does not move when it is set.
 */
import type * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"

/** The clock of a space. */
export interface VirtualClock extends Clock.Clock {
  readonly isFrozen: () => boolean
  readonly freeze: () => void
  /** Sets it to a moment, in milliseconds since 1970. No time passes by that: sleepers still wait as long as before. */
  readonly set: (at: number) => void
  /** Lets it run on from where it stands. */
  readonly resume: () => void
  /** Advances it; sleepers wake in the order of their wake-up times, each at its own. */
  readonly advance: (milliseconds: number) => Effect.Effect<void>
}

interface Sleeper {
  /** When it wakes, in monotonic time. */
  readonly at: number
  readonly resume: (effect: Effect.Effect<void>) => void
  timer: ReturnType<typeof setTimeout> | undefined
}

/** The longest that a timer can be set for. */
const LONGEST = 2 ** 31 - 1

/** In milliseconds. */
interface Time {
  /** The time of day, since 1970. */
  readonly day: number
  readonly monotonic: number
}

/** A clock that runs and agrees with the real one. */
export const make = (
  realDay: () => number = Date.now,
  realMonotonic: () => number = () => Math.floor(performance.now())
): VirtualClock => {
  const sleepers = new Set<Sleeper>()
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
      // What has begun and does not sleep yet is part of it.
      yield* settled
      const target = monotonic() + milliseconds
      for (let next = firstHour(); next <= target; next = firstHour()) {
        passTo(next)
        for (const sleeper of sleepers) if (sleeper.at <= next) wake(sleeper)
        // A sleeper that woke may sleep again, and that sleep may end before the target too.
        yield* settled
      }
      passTo(target)
      rearm()
    })
  }
}

/** More than any payment of this toolkit needs between one sleep and the next. */
const TURNS = 8

/** A timer takes a millisecond and more, and a week may hold ten thousand of them: used only where nothing else is there. */
const soon: (next: () => void) => void = globalThis.setImmediate ?? ((next) => setTimeout(next, 0))

/** Lets everything go on that does not sleep. */
const settled = Effect.callback<void>((resume) => {
  const turn = (left: number): void => {
    if (left === 0) resume(Effect.void)
    else soon(() => turn(left - 1))
  }
  turn(globalThis.setImmediate === undefined ? 1 : TURNS)
})
