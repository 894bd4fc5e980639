/** Durations of options, as timers take them. */
import * as Duration from "effect/Duration"
import { ClientSetupFailed } from "./ClientSetupFailed.ts"

/**
 * The milliseconds of an option: more than none, since a payment would be sent and not waited for, and at most what a timer can
 * wait, about 24 days. Throws {@link ClientSetupFailed}.
 */
export const timerMillis = (option: string, input: Duration.Input): number => {
  try {
    const millis = hasUnits(input) ? Duration.toMillis(input) : 0
    if (millis > 0) return Math.min(millis, 2 ** 31 - 1)
  } catch {}
  const got = typeof input === "object" && !Duration.isDuration(input) ? JSON.stringify(input) : String(input)
  throw new ClientSetupFailed({ problem: `${option}: expected a duration such as "5 seconds", got ${got}` })
}

const units: ReadonlySet<string> = new Set<keyof Duration.DurationObject>([
  ...(["weeks", "days", "hours", "minutes", "seconds"] as const),
  ...(["milliseconds", "microseconds", "nanoseconds"] as const)
])

/** Whether an object says how long in units, and in no others: `Duration` takes a misspelt one for none at all. */
const hasUnits = (input: Duration.Input): boolean => {
  if (typeof input !== "object" || Duration.isDuration(input) || Array.isArray(input)) return true
  const counts = Object.values(input)
  return (
    counts.length > 0 &&
    Object.keys(input).every((unit) => units.has(unit)) &&
    counts.every((count) => count === undefined || (typeof count === "number" && !Number.isNaN(count)))
  )
}
