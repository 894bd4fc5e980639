/** How long an exchange waits for each step, and what else it needs to know of a terminal. */
import * as Duration from "effect/Duration"
import * as MessageParser from "../MessageParser.ts"

export interface SessionSettings {
  /** For the terminal's name to resolve, and again for the connection. Default 5 s. */
  readonly connectDeadline: Duration.Input
  /** From the write to the answer. Default 180 s. */
  readonly answerDeadline: Duration.Input
  /** How much longer the connection stays open for a late answer. Default 10 min. */
  readonly lateAnswer: Duration.Input
  /** How long the connection must be quiet before an answer counts as complete. Default 300 ms. */
  readonly drainWindow: Duration.Input
  /** The same, while the requested ticket, the amount of a payment or the reason of a refusal is missing. Default 1 s. */
  readonly ticketWindow: Duration.Input
  /** How long to wait while the terminal is busy with another exchange. Default 10 s. */
  readonly queueWait: Duration.Input
  /** Sent after the request; some terminal applications need it, others hang up on it. Default none. */
  readonly requestTerminator: "none" | "CR" | "LF" | "CRLF"
  /** The most bytes of one answer. Default 65536. */
  readonly maximumBytes: number
}

export const defaults: SessionSettings = {
  connectDeadline: Duration.seconds(5),
  answerDeadline: Duration.seconds(180),
  lateAnswer: Duration.minutes(10),
  drainWindow: Duration.millis(300),
  ticketWindow: Duration.seconds(1),
  queueWait: Duration.seconds(10),
  requestTerminator: "none",
  maximumBytes: MessageParser.MAXIMUM_BYTES
}
