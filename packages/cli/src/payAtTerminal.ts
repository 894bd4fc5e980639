/** A payment at a terminal, over TCP, without the API. */

import { refuse } from "@hipay-pos/cli-kit"
import * as ConcertTerminal from "@hipay-pos/concert-codec/ConcertTerminal"
import { TcpConnection } from "@hipay-pos/concert-codec/node"
import { TerminalTarget } from "@hipay-pos/core"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { isLoopback } from "./address.ts"
import type { Asked, Way } from "./PaymentInput.ts"
import * as Report from "./Report.ts"
import type { Meant } from "./terminalFlags.ts"

/** The way to a terminal. A host that is not this machine may move real money, and needs `--live`. */
export const payAtTerminal = Effect.fnUntraced(function* (asked: Asked, { address, settings }: Meant) {
  const terminal = `${address.host}:${address.port}`
  if (!isLoopback(address.host) && !asked.live) {
    return yield* refuse(`${asked.verb}: ${terminal} is not this machine and may move real money: say --live if it may`)
  }
  let frames: NonNullable<Report.Report["frames"]> = {}
  const concert = ConcertTerminal.make({
    connector: TcpConnection.connector,
    address,
    settings: { ...settings, ...(Option.isSome(asked.timeout) ? { answerDeadline: asked.timeout.value } : {}) },
    onEvent: (event) => {
      if (event._tag === "Connected") asked.sent()
      if (event._tag === "RequestSent") frames = { ...frames, request: event.frame }
      if (event._tag === "Answered") frames = { ...frames, response: event.frame }
      if (event._tag === "Unknown" && event.reason.received !== "") {
        frames = { ...frames, response: event.reason.received }
      }
    }
  })
  const request = {
    orderId: asked.orderId,
    transactionType: asked.transactionType,
    amount: asked.amount,
    target: TerminalTarget.concert({ ...address, version: asked.version, contracts: [] }),
    forceAuthorization: false
  }
  const perform = Effect.map(
    Effect.match(concert.perform(request), {
      onSuccess: (outcome) => Report.fromOutcome(outcome, asked.amount),
      onFailure: ({ reason }) =>
        reason._tag === "TerminalNotStarted"
          ? Report.withoutOutcome("not-started", reason.detail, asked.amount, doctor(terminal))
          : Report.withoutOutcome("unknown", reason.detail, asked.amount)
    }),
    (report): Report.Report => ({ ...report, frames })
  )
  const way: Way = { terminal, perform }
  return way
})

const doctor = (terminal: string): string =>
  `Nothing was paid. To look further: hipay-pos doctor --terminal ${terminal}; then pay again.`
