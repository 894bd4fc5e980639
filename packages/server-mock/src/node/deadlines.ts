/** How long a server waits for its terminals, and how long that makes an answer take. */
import * as ConcertSession from "@hipay-pos/concert-codec/ConcertSession"
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
export const longest = (terminals: ReadonlyArray<ConcertTerminal.Settings>): number =>
  Math.max(...terminals.map((settings) => Math.min(sumOf(settings), 2 ** 31 - 1)))

const sumOf = ({
  queueWait = ConcertSession.defaults.queueWait,
  connectDeadline = ConcertSession.defaults.connectDeadline,
  answerDeadline = ConcertSession.defaults.answerDeadline
}: ConcertTerminal.Settings): number =>
  [queueWait, connectDeadline, connectDeadline, answerDeadline, "5 seconds" as const]
    .map((input) => Duration.toMillis(Duration.fromInputUnsafe(input)))
    .reduce((sum, milliseconds) => sum + milliseconds)
