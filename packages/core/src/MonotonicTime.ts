/** Monotonic time, for waits: the time of day may be set by a person or by the network. */
import type * as Clock from "effect/Clock"

/** Whole milliseconds since some moment, by the clock's monotonic time. */
export const monotonicMillis = (clock: Clock.Clock): number =>
  Math.floor(Number(clock.monotonicTimeNanosUnsafe()) / 1_000_000)
