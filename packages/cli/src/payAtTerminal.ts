/** A payment at a terminal, over TCP, without the API. */

import { refuse } from "@hipay-pos/cli-kit"
import * as ConcertTerminal from "@hipay-pos/concert-codec/ConcertTerminal"
import { TcpConnection } from "@hipay-pos/concert-codec/node"
import { TerminalTarget } from "@hipay-pos/core"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { isLoopback } from "./address.ts"
import type { PaymentInput, Route } from "./PaymentRoute.ts"
import * as Report from "./Report.ts"
import type { ConcertTarget } from "./terminalFlags.ts"

/** A payment over TCP. A host that is not this machine may move real money, and needs `--live`. */
export const payAtTerminal = Effect.fnUntraced(function* (input: PaymentInput, { address, settings }: ConcertTarget) {
  const terminal = `${address.host}:${address.port}`
  if (!isLoopback(address.host) && !input.live) {
    return yield* refuse(`${input.verb}: ${terminal} is not this machine and may move real money: say --live if it may`)
  }
  let frames: NonNullable<Report.Report["frames"]> = {}
  const concert = ConcertTerminal.make({
    connector: TcpConnection.connector,
    address,
    settings: { ...settings, ...(Option.isSome(input.timeout) ? { answerDeadline: input.timeout.value } : {}) },
    onEvent: (event) => {
      if (event._tag === "Connected") input.sent()
      if (event._tag === "RequestSent") frames = { ...frames, request: event.frame }
      if (event._tag === "Answered") frames = { ...frames, response: event.frame }
      if (event._tag === "Unknown" && event.reason.evidence !== undefined) {
        frames = { ...frames, response: event.reason.evidence.received }
      }
    }
  })
  const request = {
    orderId: input.orderId,
    transactionType: input.transactionType,
    amount: input.amount,
    target: TerminalTarget.concert({ ...address, version: input.version, contracts: [] }),
    forceAuthorization: false
  }
  const perform = Effect.map(
    Effect.match(concert.perform(request), {
      onSuccess: (outcome) => Report.fromOutcome(outcome, input.amount),
      onFailure: ({ reason }) =>
        reason._tag === "TerminalNotStarted"
          ? Report.withoutOutcome("not-started", reason.detail, input.amount, doctor(terminal))
          : {
              ...Report.withoutOutcome("unknown", reason.detail, input.amount),
              received: reason.evidence
            }
    }),
    (report): Report.Report => ({ ...report, frames })
  )
  const route: Route = { terminal, perform }
  return route
})

const doctor = (terminal: string): string =>
  `Nothing was paid. To look further: hipay-pos doctor --terminal ${terminal}; then try again.`
