/** Timeouts as people set them, and the longest exchange that they allow. */

import { defined } from "@hipay-pos/core/Defined"
import * as Duration from "effect/Duration"
import * as ConcertSession from "./ConcertSession.ts"
import type * as ConcertTerminal from "./ConcertTerminal.ts"

/** What people set; everything has a default. */
export interface Timeouts {
  /** How long a terminal may take to answer; 180 s by default. */
  readonly answerTimeout?: Duration.Input | undefined
  /** How long a connection to a terminal may take; 5 s by default. */
  readonly connectTimeout?: Duration.Input | undefined
  /** How long an order waits while its terminal is busy; 10 s by default. */
  readonly queueTimeout?: Duration.Input | undefined
}

/** The same as the session's settings. */
export const toSettings = ({ answerTimeout, connectTimeout, queueTimeout }: Timeouts): ConcertTerminal.Settings =>
  defined({ answerDeadline: answerTimeout, connectDeadline: connectTimeout, queueWait: queueTimeout })

/** The longest that an answer can take at some terminals, in milliseconds: queue wait, resolve, connect, response, network. */
export const longest = (terminals: ReadonlyArray<ConcertTerminal.Settings>): number =>
  Math.max(...terminals.map((settings) => Math.min(sumOf(settings), 2 ** 31 - 1)))

const sumOf = ({
  queueWait = ConcertSession.defaults.queueWait,
  connectDeadline = ConcertSession.defaults.connectDeadline,
  answerDeadline = ConcertSession.defaults.answerDeadline
}: ConcertTerminal.Settings): number =>
  [queueWait, connectDeadline, connectDeadline, answerDeadline, "5 seconds" as const]
    .map(Duration.toMillis)
    .reduce((sum, milliseconds) => sum + milliseconds)
