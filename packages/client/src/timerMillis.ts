/** Durations of options, as timers take them. */
import * as DurationText from "@hipay-pos/core/DurationText"
import * as Duration from "effect/Duration"
import { ClientSetupFailed } from "./ClientSetupFailed.ts"

/** How long something may take: `"200s"` as in flags and files, or as Effect takes it, `"200 seconds"`; a number is milliseconds. */
export type DurationOption = Duration.Input | DurationText.DurationText

/**
 * The milliseconds of an option: more than none, since a payment would be sent and not waited for, and at most what a timer can
 * wait, about 24 days. Throws {@link ClientSetupFailed}.
 */
export const timerMillis = (option: string, input: DurationOption): number => {
  try {
    const millis = toMillis(input)
    if (millis > 0) return Math.min(millis, 2 ** 31 - 1)
  } catch {}
  const got = typeof input === "object" && !Duration.isDuration(input) ? JSON.stringify(input) : String(input)
  throw refused(option, `, got ${got}`)
}

/** The same of a payment's deadline: a small number was meant as seconds, and the payment would be unknown before any terminal answers. */
export const deadlineMillis = (input: DurationOption): number => {
  const millis = timerMillis("deadline", input)
  if (millis >= 1_000 || typeof input !== "number") return millis
  throw refused("deadline", `: a number is milliseconds, and ${input} are too few for any terminal`, "200s")
}

const refused = (option: string, why: string, example = "5s") =>
  new ClientSetupFailed({ problem: `${option}: expected a duration such as "${example}"${why}` })

const toMillis = (input: DurationOption): number => {
  const written = typeof input === "string" ? DurationText.fromText(input) : undefined
  if (written !== undefined) return Duration.toMillis(written)
  const other = input as Duration.Input
  return hasUnits(other) ? Duration.toMillis(other) : 0
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
