/** Durations of options, as timers take them. */
import * as Duration from "effect/Duration"
import { ClientSetupFailed } from "./ClientSetupFailed.ts"

/** The milliseconds of an option, at most what a timer can wait, about 24 days. Throws {@link ClientSetupFailed}. */
export const timerMillis = (option: string, input: Duration.Input): number => {
  try {
    // A duration of NaN would be no time at all.
    if (!Number.isNaN(input)) return Math.min(Duration.toMillis(input), 2 ** 31 - 1)
  } catch {}
  throw new ClientSetupFailed({ problem: `${option}: expected a duration such as "5 seconds", got ${input}` })
}
