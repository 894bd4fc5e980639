/**
 * How long an exchange waits for each step, and its other settings for a terminal. All are read before an exchange connects, so
 * that an invalid setting stops it while nothing is sent.
 */
import { defined } from "@hipay-pos/core/Defined"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as MessageParser from "../MessageParser.ts"

export interface SessionSettings {
  /** For the terminal's name to resolve, and again for the connection. Default 5 s. */
  readonly connectTimeout: Duration.Input
  /** From the write to the answer. Default 180 s. */
  readonly answerTimeout: Duration.Input
  /** How much longer the connection stays open for a late answer. Default 10 min. */
  readonly lateAnswer: Duration.Input
  /** How long the connection must be quiet before an answer counts as complete. Default 300 ms. */
  readonly drainWindow: Duration.Input
  /** The same, while the requested ticket, a payment's amount or a refusal's reason is missing. Default 1 s. */
  readonly ticketWindow: Duration.Input
  /** How long to wait while the terminal is busy with another exchange. Default 10 s. */
  readonly queueTimeout: Duration.Input
  /** Sent after the request; some terminal applications need it, others hang up on it. Default none. */
  readonly requestTerminator: "none" | "CR" | "LF" | "CRLF"
  /** The most bytes read in one exchange. Default 65536. */
  readonly maximumBytes: number
}

export const defaults: SessionSettings = {
  connectTimeout: Duration.seconds(5),
  answerTimeout: Duration.seconds(180),
  lateAnswer: Duration.minutes(10),
  drainWindow: Duration.millis(300),
  ticketWindow: Duration.seconds(1),
  queueTimeout: Duration.seconds(10),
  requestTerminator: "none",
  maximumBytes: MessageParser.MAXIMUM_BYTES
}

const waits = ["connectTimeout", "answerTimeout", "lateAnswer", "drainWindow", "ticketWindow", "queueTimeout"] as const

const terminators = { none: "", CR: "\r", LF: "\n", CRLF: "\r\n" } as const

/** The settings in the form that an exchange uses: times in milliseconds, and the terminator's text. */
export type ReadSettings = { readonly [Wait in (typeof waits)[number]]: number } & {
  readonly terminator: string
  readonly maximumBytes: number
}

/**
 * The settings with defaults for whatever is not set, or what is wrong with an invalid one. Each settings object is read once,
 * since a terminal uses the same one for all its payments.
 */
export const read = (given: Partial<SessionSettings> = {}): Result.Result<ReadSettings, string> => {
  const before = known.get(given)
  if (before !== undefined) return before
  const settings = readOnce(given)
  known.set(given, settings)
  return settings
}

const known = new WeakMap<Partial<SessionSettings>, Result.Result<ReadSettings, string>>()

const readOnce = (given: Partial<SessionSettings>): Result.Result<ReadSettings, string> => {
  const settings: SessionSettings = { ...defaults, ...defined(given) }
  const { requestTerminator, maximumBytes } = settings
  const milliseconds: { -readonly [Wait in (typeof waits)[number]]?: number } = {}
  for (const wait of waits) {
    const duration = Duration.fromInput(settings[wait])
    const length = Option.isSome(duration) ? Duration.toMillis(duration.value) : -1
    // NaN is not a duration.
    if (length < 0 || Number.isNaN(settings[wait]))
      return expected(wait, 'a duration such as "10 seconds", 0 or more', given[wait])
    milliseconds[wait] = length
  }
  if (!Object.hasOwn(terminators, requestTerminator))
    return expected("requestTerminator", "none, CR, LF or CRLF", requestTerminator)
  if (typeof maximumBytes !== "number" || !(maximumBytes >= 1))
    return expected("maximumBytes", "1 or more", maximumBytes)
  return Result.succeed({
    ...(milliseconds as Required<typeof milliseconds>),
    terminator: terminators[requestTerminator],
    maximumBytes
  })
}

const expected = (setting: keyof SessionSettings, what: string, came: unknown): Result.Result<never, string> =>
  Result.fail(`the setting ${setting}: expected ${what}, got ${String(came)}`)
