/** Durations in options, as milliseconds for timers. */
import * as DurationText from "@hipay-pos/core/DurationText"
import * as Duration from "effect/Duration"
import { ClientSetupFailed } from "./ClientSetupFailed.ts"

/**
 * An option in milliseconds. It must be positive, or a payment would be sent and not waited for, and no longer than a
 * timer can wait, about 24 days. Throws {@link ClientSetupFailed}.
 */
export const timerMillis = (option: string, input: DurationText.Input): number => {
  const duration = DurationText.fromInput(input)
  const millis = duration === undefined ? 0 : Duration.toMillis(duration)
  if (millis > 0) return Math.min(millis, 2 ** 31 - 1)
  const got = typeof input === "object" && !Duration.isDuration(input) ? JSON.stringify(input) : String(input)
  throw refused(option, `, got ${got}`)
}

/**
 * A payment's deadline in milliseconds. Refuses small numbers, which were meant as seconds: the payment would be
 * unknown before any terminal answers.
 */
export const deadlineMillis = (input: DurationText.Input): number => {
  const millis = timerMillis("deadline", input)
  if (millis >= 1_000 || typeof input !== "number") return millis
  throw refused("deadline", `: a number is milliseconds, and ${input} are too few for any terminal`, "200s")
}

const refused = (option: string, why: string, example = "5s") =>
  new ClientSetupFailed({ problem: `${option}: expected a duration such as "${example}"${why}` })
