/** Timeouts as people set them, and the longest exchange that they allow. */

import * as DurationText from "@hipay-pos/core/DurationText"
import * as Duration from "effect/Duration"
import * as ConcertSession from "./ConcertSession.ts"

/** The timeouts; everything has a default. */
export interface Timeouts {
  /** How long a terminal may take to answer; 180 s by default. */
  readonly answerTimeout?: DurationText.Input | undefined
  /** How long a connection to a terminal may take; 5 s by default. */
  readonly connectTimeout?: DurationText.Input | undefined
  /** How long an order waits while its terminal is busy; 10 s by default. */
  readonly queueTimeout?: DurationText.Input | undefined
}

/**
 * The longest that an answer from any of these terminals can take, in milliseconds: queue wait, resolve, connect, response,
 * network.
 */
export const longest = (terminals: ReadonlyArray<Timeouts>): number =>
  Math.max(...terminals.map((settings) => Math.min(sumOf(settings), 2 ** 31 - 1)))

const sumOf = ({
  queueTimeout = ConcertSession.defaults.queueTimeout,
  connectTimeout = ConcertSession.defaults.connectTimeout,
  answerTimeout = ConcertSession.defaults.answerTimeout
}: Timeouts): number =>
  [queueTimeout, connectTimeout, connectTimeout, answerTimeout, "5 seconds" as const]
    .map((wait) => Duration.toMillis(DurationText.fromInput(wait) ?? Duration.infinity))
    .reduce((sum, milliseconds) => sum + milliseconds)
