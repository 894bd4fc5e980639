/** How long a server waits for its terminals, and how long that makes an answer take. */
import type * as ConcertTerminal from "@hipay-pos/concert-codec/ConcertTerminal"
import * as Duration from "effect/Duration"

/** Deadlines of all terminals that have none of their own. */
export interface Deadlines {
  /** How long a terminal may take to answer; 180 s by default. */
  readonly answerTimeout?: Duration.Input
  /** How long a connection to a terminal may take; 5 s by default. */
  readonly connectTimeout?: Duration.Input
  /** How long an order waits for its terminal's turn; 10 s by default. */
  readonly queueTimeout?: Duration.Input
  /** How long a request may take to arrive; 30 s by default. */
  readonly requestTimeout?: Duration.Input
}

/** The same in the codec's words. */
export const toSettings = ({ answerTimeout, connectTimeout, queueTimeout }: Deadlines): ConcertTerminal.Settings => ({
  ...(answerTimeout === undefined ? {} : { answerDeadline: answerTimeout }),
  ...(connectTimeout === undefined ? {} : { connectDeadline: connectTimeout }),
  ...(queueTimeout === undefined ? {} : { queueWait: queueTimeout })
})

/** The longest that an answer can take, in milliseconds: its terminal's turn, the connection, the answer, the way. */
export const longest = ({
  queueTimeout = "10 seconds",
  connectTimeout = "5 seconds",
  answerTimeout = "180 seconds"
}: Deadlines) =>
  [queueTimeout, connectTimeout, connectTimeout, answerTimeout, "5 seconds" as const]
    .map((input) => Duration.toMillis(Duration.fromInputUnsafe(input)))
    .reduce((sum, milliseconds) => Math.min(sum + milliseconds, 2 ** 31 - 1))
