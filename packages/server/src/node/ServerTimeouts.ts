/** How long a server waits for its terminals and its callers. */
import * as DurationText from "@hipay-pos/core/DurationText"
import * as Result from "effect/Result"
import { StartFailed } from "./StartFailed.ts"

/** The timeouts of terminals apply to every terminal without its own. */
export interface ServerTimeouts {
  /** How long a terminal may take to answer; 180 s by default. */
  readonly answerTimeout?: DurationText.Input | undefined
  /** How long a connection to a terminal may take; 5 s by default. */
  readonly connectTimeout?: DurationText.Input | undefined
  /** How long an order waits for its terminal's lock; 10 s by default. */
  readonly queueTimeout?: DurationText.Input | undefined
  /**
   * How long it keeps serving after it was asked to close, while `/readyz` sends new callers elsewhere; no delay by default.
   */
  readonly drainDelay?: DurationText.Input | undefined
  /** How long a request may take to arrive; 30 s by default. */
  readonly requestTimeout?: DurationText.Input | undefined
}

const names = ["answerTimeout", "connectTimeout", "queueTimeout", "drainDelay", "requestTimeout"] as const

/** The options with the named ones as durations. Throws {@link StartFailed} for one that is not a duration. */
export const readDurations = <O extends object, K extends keyof O & string>(options: O, ...named: ReadonlyArray<K>) =>
  Result.getOrThrowWith(DurationText.readOptions(options, ...named), (problem) => new StartFailed({ problem }))

/** The options with the server's timeouts, and any others named, as durations. */
export const readTimeouts = <O extends ServerTimeouts, K extends keyof O & string = never>(
  options: O,
  ...more: ReadonlyArray<K>
) => readDurations<O, K | (typeof names)[number]>(options, ...names, ...more)
