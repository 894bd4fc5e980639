/** How long after a failed try a notification or an alarm is tried again: soon at first, then every hour. */

const FIRST: ReadonlyArray<number> = [10_000, 60_000, 600_000]
const HOUR = 3_600_000

/** The pause in milliseconds; `tries` is how many failed before the last one. */
export const retryPause = (tries: number): number => FIRST[tries] ?? HOUR

/** The latest time for a next try. The clocks of several gateways differ by less than a minute. */
export const farthest = (now: number): number => now + HOUR + 60_000

/** Whether the time of a try has come: also where it is too far ahead, since the clock that set it was. */
export const isDue = (dueAt: number, now: number): boolean => dueAt <= now || dueAt > farthest(now)
