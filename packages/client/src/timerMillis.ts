/** Durations of options, as timers take them. */
import * as DurationText from "@hipay-pos/core/DurationText"
import * as Duration from "effect/Duration"
import { ClientSetupFailed } from "./ClientSetupFailed.ts"

/**
 * The milliseconds of an option: more than none, since a payment would be sent and not waited for, and at most what a timer can
 * wait, about 24 days. Throws {@link ClientSetupFailed}.
 */
export const timerMillis = (option: string, input: DurationText.Input): number => {
  const duration = DurationText.fromInput(input)
  const millis = duration === undefined ? 0 : Duration.toMillis(duration)
  if (millis > 0) return Math.min(millis, 2 ** 31 - 1)
  const got = typeof input === "object" && !Duration.isDuration(input) ? JSON.stringify(input) : String(input)
  throw refused(option, `, got ${got}`)
}

/** The same of a payment's deadline: a small number was meant as seconds, and the payment would be unknown before any terminal answers. */
export const deadlineMillis = (input: DurationText.Input): number => {
  const millis = timerMillis("deadline", input)
  if (millis >= 1_000 || typeof input !== "number") return millis
  throw refused("deadline", `: a number is milliseconds, and ${input} are too few for any terminal`, "200s")
}

const refused = (option: string, why: string, example = "5s") =>
  new ClientSetupFailed({ problem: `${option}: expected a duration such as "${example}"${why}` })
