/** How long to wait after a failed try before a notification or an alarm is retried: short at first, then an hour. */

const FIRST: ReadonlyArray<number> = [10_000, 60_000, 600_000]
const HOUR = 3_600_000

/** The pause in milliseconds; `tries` is how many failed before the last one. */
export const retryPause = (tries: number): number => FIRST[tries] ?? HOUR

/** The latest time for a next try. The clocks of several gateways differ by less than a minute. */
export const farthest = (now: number): number => now + HOUR + 60_000

/** Whether a try is due. A time too far ahead counts as due: the clock was ahead when it was set. */
export const isDue = (dueAt: number, now: number): boolean => dueAt <= now || dueAt > farthest(now)
