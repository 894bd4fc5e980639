/**
 * Whether a terminal can be reached: opens a connection and closes it without sending a byte. Only on request it asks
 * the terminal to identify itself, which moves no money.
 *
 * Never while an attempt at it is open or unknown: its payment may still be under way, and a second caller could
 * disturb it.
 */
import * as ConcertTerminal from "@hipay-pos/concert-codec/ConcertTerminal"
import type { Address } from "@hipay-pos/concert-codec/Connection"
import { TcpConnection } from "@hipay-pos/concert-codec/node"
import { addressText } from "@hipay-pos/core/Host"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { lookUp } from "../lookUp.ts"
import { madeAt } from "../madeAt.ts"
import type { ConcertTarget } from "../terminalFlags.ts"
import type { Check } from "./Check.ts"

export interface TerminalOptions extends ConcertTarget {
  readonly identify: boolean
  /** Attempts with an unknown outcome, at any terminal. */
  readonly unsettled: ReadonlyArray<Unsettled>
}

/** An attempt that is open or unknown, here or at a gateway. */
export interface Unsettled {
  readonly id: string
  readonly state: string
  /** `HOST:PORT`, perhaps with `through SERVER`. */
  readonly terminal: string
  /** The command that resolves it. */
  readonly resolve: string
}

/** Runs the check of a terminal. */
export const checkTerminal = Effect.fnUntraced(function* (options: TerminalOptions) {
  const { address, unsettled } = options
  const at = addressText(address)
  const name = options.name === undefined ? at : `${options.name} (${at})`
  const there = yield* Effect.result(lookUp(address))
  if (Result.isFailure(there)) return failed(`${name}: ${there.failure.detail}`)
  const [attempt] = yield* madeAt(unsettled, at)
  if (attempt !== undefined) {
    return {
      name: "terminal",
      verdict: "skipped",
      detail: `${name} was left alone: attempt ${attempt.id} ${attempt.isCertain ? "there" : `at ${attempt.terminal}, which is not found and may be this terminal,`} is ${attempt.state}`,
      next: `Find out how it ended, then: ${attempt.resolve}`
    } satisfies Check
  }
  return yield* options.identify ? identify(name, options) : connect(name, there.success)
})

const connect = (name: string, address: Address): Effect.Effect<Check> =>
  TcpConnection.connector.connect(address).pipe(
    Effect.tap((connection) => Effect.sync(() => connection.close())),
    Effect.as<Check>({
      name: "terminal",
      verdict: "ok",
      detail: `${name} accepts connections from this machine; nothing was sent`
    }),
    Effect.catch(({ detail }) => Effect.succeed(failed(about(name, address, detail)))),
    Effect.timeoutOrElse({
      duration: "5 seconds",
      orElse: () => Effect.succeed(failed(`${name} does not answer within 5 s`))
    })
  )

const identify = (name: string, { address, settings }: TerminalOptions): Effect.Effect<Check> =>
  ConcertTerminal.make({
    connector: TcpConnection.connector,
    address,
    settings: { ...settings, answerTimeout: "10 seconds" }
  }).identify.pipe(
    Effect.map(
      ({ response }): Check => ({
        name: "identification",
        verdict: "ok",
        detail: `${name} answers in Concert${response.version === undefined ? "" : `, protocol version ${response.version}`}`
      })
    ),
    Effect.catch(({ reason }) => {
      const answersOtherwise =
        reason._tag === "TerminalOutcomeUnknown" &&
        reason.evidence?.stopped !== undefined &&
        reason.evidence.fields.length === 0
      const isFailed = reason._tag === "TerminalNotStarted" || answersOtherwise
      return Effect.succeed<Check>({
        name: "identification",
        verdict: isFailed ? "failed" : "warning",
        detail: answersOtherwise
          ? `${name} does not answer in Concert: ${reason.detail}`
          : about(name, address, reason.detail),
        next: isFailed
          ? reach
          : "Not every model knows this question, and some want --terminator CRLF; payments may work all the same."
      })
    })
  )

/** What was found at a terminal; its name already contains the address. */
const about = (name: string, address: Address, detail: string): string => {
  const at = addressText(address)
  return detail.startsWith(at) ? `${name}${detail.slice(at.length)}` : `${name}: ${detail}`
}

const reach = "Is it switched on, in its Concert mode, on this network, and is the port right (8888 on most)?"

const failed = (detail: string): Check => ({ name: "terminal", verdict: "failed", detail, next: reach })
