/** A payment at a terminal, over TCP, without the API. */

import { quoted, refuse, withoutSecrets } from "@hipay-pos/cli-kit"
import { AttemptJournal } from "@hipay-pos/client"
import * as ConcertTerminal from "@hipay-pos/concert-codec/ConcertTerminal"
import { TcpConnection } from "@hipay-pos/concert-codec/node"
import { Money, TerminalTarget } from "@hipay-pos/core"
import { addressText, isLoopback } from "@hipay-pos/core/Host"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { NotAccepted, PaymentInput, Route } from "./PaymentRoute.ts"
import { madeAt } from "./places.ts"
import * as Report from "./Report.ts"
import type { ConcertTarget } from "./terminalFlags.ts"

/**
 * A payment over TCP. A host that is not this machine may move real money, and needs `--live`. `others` are the attempts
 * of the journal beside this one.
 */
export const payAtTerminal = Effect.fnUntraced(function* (
  input: PaymentInput,
  { address, settings }: ConcertTarget,
  others: Effect.Effect<ReadonlyArray<AttemptJournal.Attempt>, NotAccepted>
) {
  const terminal = addressText(address)
  if (!isLoopback(address.host) && !input.live) {
    return yield* refuse(`${input.verb}: ${terminal} is not this machine and may move real money: say --live if it may`)
  }
  let frames: NonNullable<Report.Report["frames"]> = {}
  const defects: Array<string> = []
  const concert = ConcertTerminal.make({
    connector: TcpConnection.connector,
    address,
    settings: { ...settings, ...(Option.isSome(input.timeout) ? { answerDeadline: input.timeout.value } : {}) },
    onEvent: (event) => {
      if (event._tag === "Connected") input.sent()
      if (event._tag === "RequestSent") frames = { ...frames, request: event.frame }
      if (event._tag === "Answered") frames = { ...frames, response: event.frame }
      if (event._tag === "Defect") {
        const { error } = event
        defects.push(withoutSecrets(`internal error: ${error instanceof Error ? error.message : String(error)}`))
      }
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
  const send = Effect.map(
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
    (report): Report.Report => ({ ...report, warnings: [...report.warnings, ...defects], frames })
  )
  const isMeant =
    input.transactionType === "Cancel"
      ? Effect.flatMap(others, (attempts) => needLastSale(input, terminal, attempts))
      : Effect.void
  const route: Route = { terminal, perform: Effect.andThen(isMeant, send) }
  return route
})

/** A cancellation names no sale on the wire: the terminal takes back its last one, so that must be the one meant. */
const needLastSale = Effect.fnUntraced(function* (
  { orderId, amount, live }: PaymentInput,
  terminal: string,
  attempts: ReadonlyArray<AttemptJournal.Attempt>
) {
  // What a mock simulated is not in the terminal.
  const possible = attempts.filter((each) => mayHaveCharged(each) && !(live && each.mode === "simulated"))
  const last = (yield* madeAt(possible, terminal)).at(-1)
  const problem =
    last === undefined
      ? `this journal has no payment at ${terminal}`
      : !last.isCertain
        ? `it cannot be told whether ${last.terminal}, which is not found, is this terminal: the last payment there is ${inWords(last)}`
        : `the last payment at ${terminal} is ${inWords(last)}${AttemptJournal.isUnsettled(last) ? ": resolve it first" : ""}`
  const charged = last && chargedIn(last)
  const isMeant =
    last?.isCertain &&
    last.transactionType === "Debit" &&
    last.orderId === orderId &&
    charged === amount.minorUnits &&
    last.currency === amount.currency
  if (!isMeant) return yield* Effect.fail({ message: `a terminal takes back its last sale only, and ${problem}` })
})

/** A person may be wrong about what a terminal did. */
const mayHaveCharged = ({ state, endings }: AttemptJournal.Attempt): boolean =>
  (state !== "declined" && state !== "not-started") || endings.at(-1)?.by !== undefined

/** In minor units, tip included; undefined where it is not known. */
const chargedIn = ({ state, endings, amount }: AttemptJournal.Attempt): number | undefined =>
  state === "approved"
    ? (endings.at(-1)?.paid ?? amount)
    : state === "approved-in-part"
      ? endings.at(-1)?.paid
      : undefined

const inWords = (attempt: AttemptJournal.Attempt): string => {
  const { transactionType, state, currency, orderId } = attempt
  const minorUnits = (chargedIn(attempt) ?? attempt.amount) as Money.SignedMinorUnits
  return `a ${transactionType} of ${Money.toText({ minorUnits, currency })}, ${state}, order ${orderId}`
}

const doctor = (terminal: string): string =>
  `Nothing was paid. To look further: hipay-pos doctor --terminal ${quoted(terminal)}; then try again.`
