/** A payment directly at a terminal, over TCP, without the API. */

import { quoted, refuse, withoutSecrets } from "@hipay-pos/cli-kit"
import { AttemptJournal } from "@hipay-pos/client"
import * as ConcertTerminal from "@hipay-pos/concert-codec/ConcertTerminal"
import { TcpConnection } from "@hipay-pos/concert-codec/node"
import { Money, TerminalTarget } from "@hipay-pos/core"
import * as ErrorText from "@hipay-pos/core/ErrorText"
import { addressText, isLoopback } from "@hipay-pos/core/Host"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import { commandFor } from "./evidence.ts"
import { lookUp } from "./lookUp.ts"
import { madeAt } from "./madeAt.ts"
import { mayHaveMoved } from "./mayHaveMoved.ts"
import type { NotAccepted, PaymentInput, Route } from "./PaymentRoute.ts"
import * as Report from "./Report.ts"
import type { ConcertTarget } from "./terminalFlags.ts"

/** What the journal remembers besides this payment. */
export interface Remembered {
  readonly others: Effect.Effect<ReadonlyArray<AttemptJournal.Attempt>, NotAccepted>
  /** The unknown ones among them, the oldest first. */
  readonly unsettled: Effect.Effect<ReadonlyArray<AttemptJournal.Attempt>, NotAccepted>
  /** The argument that makes a command use the same journal. */
  readonly more: string
}

/**
 * A payment over TCP. A host other than this machine may move real money, and needs `--live`. As at a gateway, nothing
 * is sent while the outcome of another payment at the terminal is unknown, and an answer with another order's id does
 * not count for this one.
 */
export const payAtTerminal = Effect.fnUntraced(function* (
  input: PaymentInput,
  { address, settings }: ConcertTarget,
  remembered: Remembered
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
    settings: { ...settings, ...(Option.isSome(input.timeout) ? { answerTimeout: input.timeout.value } : {}) },
    isOtherOrder: (told) => isOtherOrder(told, terminal, settings, remembered),
    onEvent: (event) => {
      if (event._tag === "Connected") input.sent()
      if (event._tag === "RequestSent") frames = { ...frames, request: event.frame }
      if (event._tag === "Answered") frames = { ...frames, response: event.frame }
      if (event._tag === "Defect") {
        const { error } = event
        defects.push(withoutSecrets(`internal error: ${ErrorText.of(error)}`))
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
  const notStarted = (detail: string) =>
    Report.withoutOutcome("not-started", detail, input.amount, doctor(input.transactionType, terminal))
  const send = Effect.map(
    Effect.match(concert.perform(request), {
      onSuccess: (outcome) => Report.fromOutcome(outcome, input.amount),
      onFailure: ({ reason }) =>
        reason._tag === "TerminalNotStarted"
          ? notStarted(reason.detail)
          : {
              ...Report.withoutOutcome("unknown", reason.detail, input.amount),
              received: reason.evidence
            }
    }),
    (report): Report.Report => ({ ...report, warnings: [...report.warnings, ...defects], frames })
  )
  const perform = Effect.gen(function* () {
    // A name that does not resolve could be that of any terminal in the journal.
    const found = yield* Effect.result(lookUp(address))
    if (Result.isFailure(found)) return notStarted(found.failure.detail)
    if (input.transactionType === "Cancel") yield* needLastSale(input, terminal, remembered)
    return (yield* refuseUnresolved(input, terminal, remembered)) ?? (yield* send)
  })
  const route: Route = { terminal, perform }
  return route
})

/**
 * Refuses if the outcome of another payment at the terminal is unknown. A terminal whose name cannot be resolved here,
 * and that a server speaks to, is left to that server.
 */
const refuseUnresolved = Effect.fnUntraced(function* (
  { amount, transactionType, live }: PaymentInput,
  terminal: string,
  { unsettled, more }: Remembered
) {
  const there = yield* inTerminal(yield* unsettled, terminal, live)
  const found = there.find(({ isCertain, server }) => isCertain || server === undefined)
  if (found === undefined) return undefined
  const reason = `${whereOf(found)}the outcome of a payment ${found.isCertain ? `at ${terminal}` : "there"} is not known: ${inWords(found)}`
  const next = `${Report.nothingDone[transactionType]} Wait if that payment is under way; else look at the terminal, then: ${commandFor(found.id, found.server, more)}`
  return Report.withoutOutcome("not-started", reason, amount, next)
})

/** How long after a payment's end its answer may still turn up, in milliseconds. */
const DAY = 86_400_000

/**
 * Whether `CF` is the order id of another payment at the terminal that is undecided or less than a day old. Fails if
 * the journal does.
 */
const isOtherOrder = (
  told: string,
  terminal: string,
  settings: ConcertTerminal.Settings,
  { others }: Remembered
): Effect.Effect<boolean, NotAccepted> =>
  Effect.gen(function* () {
    const since = Date.now() - DAY
    const possible = (yield* others).filter(
      (each) =>
        (AttemptJournal.isUnsettled(each) || each.openedAt > since) &&
        ConcertTerminal.saysOrder(told, each.orderId, settings)
    )
    return (yield* madeAt(possible, terminal)).length > 0
  })

/**
 * A cancellation names no sale on the wire: the terminal reverses its last one, so that must be the one meant. It is not
 * certain which one that is if the last one is unknown, or ended as a person said.
 */
const needLastSale = Effect.fnUntraced(function* (
  { orderId, amount, live }: PaymentInput,
  terminal: string,
  { others }: Remembered
) {
  const last = (yield* inTerminal((yield* others).filter(mayHaveMoved), terminal, live)).at(-1)
  const problem =
    last === undefined
      ? `this journal has no payment at ${terminal}`
      : !last.isCertain
        ? `${whereOf(last)}the last payment there is ${inWords(last)}`
        : `the last payment at ${terminal} is ${inWords(last)}${doubtIn(last)}`
  const charged = last && chargedIn(last)
  const isMeant =
    last?.isCertain &&
    doubtIn(last) === "" &&
    last.transactionType === "Debit" &&
    last.orderId === orderId &&
    charged === amount.minorUnits &&
    last.currency === amount.currency
  if (!isMeant) return yield* Effect.fail({ message: `a terminal takes back its last sale only, and ${problem}` })
})

/** Why it is not certain how an attempt ended, and what to do. */
const doubtIn = (attempt: AttemptJournal.Attempt): string => {
  if (AttemptJournal.isUnsettled(attempt)) return ": resolve it first"
  return attempt.endings.at(-1)?.by === undefined
    ? ""
    : ", as a person said: if this sale was paid, cancel it at the terminal, or refund it"
}

/**
 * The attempts that are, or may be, in a terminal. Simulated ones are not in the terminal of a live payment, and those
 * that a server simulated block no payment. A live one at an unresolved name blocks live payments only.
 */
const inTerminal = Effect.fnUntraced(function* (
  attempts: ReadonlyArray<AttemptJournal.Attempt>,
  terminal: string,
  live: boolean
) {
  const possible = attempts.filter(({ mode, server }) => mode !== "simulated" || (!live && server === undefined))
  return (yield* madeAt(possible, terminal)).filter(({ isCertain, mode }) => isCertain || live || mode !== "live")
})

/** The hint for an attempt that may have been made at another terminal. */
const whereOf = ({ isCertain, terminal }: { readonly isCertain: boolean; readonly terminal: string }): string =>
  isCertain ? "" : `it cannot be told whether ${terminal}, which is not found, is this terminal: `

/** In minor units, tip included; undefined if unknown. */
const chargedIn = ({ state, endings, amount }: AttemptJournal.Attempt): number | undefined =>
  state === "approved"
    ? (endings.at(-1)?.paid ?? amount)
    : state === "approved-in-part"
      ? endings.at(-1)?.paid
      : undefined

const inWords = (attempt: AttemptJournal.Attempt): string => {
  const { transactionType, state, currency, orderId } = attempt
  const amount = Money.textOf(chargedIn(attempt) ?? attempt.amount, currency)
  return `a ${transactionType} of ${amount}, ${state}, order ${orderId}`
}

const doctor = (transactionType: PaymentInput["transactionType"], terminal: string): string =>
  `${Report.nothingDone[transactionType]} To look further: hipay-pos doctor --terminal ${quoted(terminal)}; then try again.`
