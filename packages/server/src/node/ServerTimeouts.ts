/** How long a server waits for its terminals and its callers. */
import * as DurationText from "@hipay-pos/core/DurationText"
import * as Result from "effect/Result"
import { StartFailed } from "./StartFailed.ts"

/** Those for terminals apply to every terminal without its own. */
export interface ServerTimeouts {
  /** How long a terminal may take to answer; 180 s by default. */
  readonly answerTimeout?: DurationText.Input | undefined
  /** How long a connection to a terminal may take; 5 s by default. */
  readonly connectTimeout?: DurationText.Input | undefined
  /** How long an order waits for its terminal's lock; 10 s by default. */
  readonly queueTimeout?: DurationText.Input | undefined
  /** How long it still serves after it was asked to close, while `/readyz` sends new callers elsewhere; not at all by default. */
  readonly drainDelay?: DurationText.Input | undefined
  /** How long a request may take to arrive; 30 s by default. */
  readonly requestTimeout?: DurationText.Input | undefined
}

const names = ["answerTimeout", "connectTimeout", "queueTimeout", "drainDelay", "requestTimeout"] as const

/** The options, with those that are named as durations. Throws {@link StartFailed} where one is not a length of time. */
export const readDurations = <O extends object, K extends keyof O & string>(options: O, ...named: ReadonlyArray<K>) =>
  Result.getOrThrowWith(DurationText.readOptions(options, ...named), (problem) => new StartFailed({ problem }))

/** The same with a server's timeouts, and any others that are named. */
export const readTimeouts = <O extends ServerTimeouts, K extends keyof O & string = never>(
  options: O,
  ...more: ReadonlyArray<K>
) => readDurations<O, K | (typeof names)[number]>(options, ...names, ...more)
