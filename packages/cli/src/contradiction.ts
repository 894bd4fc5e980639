/**
 * The messages and the exit code of `hipay-pos resolve` if a person's answer contradicts another person's or the
 * payment's real result.
 */
import { CommandFailed, paint, printable, refuse } from "@hipay-pos/cli-kit"
import { AttemptJournal } from "@hipay-pos/client"
import type { ResolveOptions, Settlement } from "@hipay-pos/client/effect"
import type { TerminalEvidence } from "@hipay-pos/core"
import * as Discrepancy from "@hipay-pos/core/Discrepancy"
import * as Money from "@hipay-pos/core/Money"
import { saidPaid } from "@hipay-pos/core/wire/Resolution"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"

type Settled = Extract<Settlement, { readonly _tag: "Settled" }>

/** A person's answer about an attempt. */
export type Said = Pick<ResolveOptions, "outcome" | "paid">

/** A person's answer about an attempt in this machine's journal. */
export const saidIn = ({ endings }: AttemptJournal.Attempt): Said | undefined => {
  const { by, paid = 0 } = endings.at(-1) ?? {}
  return by === undefined ? undefined : { outcome: "approved", paid }
}

/** Whether the server has another person's answer than the journal, and each keeps its own. */
export const isOtherAnswer = (settlement: Settled, kept: AttemptJournal.Attempt): boolean =>
  settlement.answer !== undefined &&
  !settlement.warnings?.some(({ code }) => code === "ended-otherwise-here") &&
  paidIn(settlement, kept) !== paidIn({ ...kept.endings.at(-1), state: kept.state }, kept)

/** What was charged, in minor units, by the attempt's end. */
const paidIn = (
  { state, paid }: Pick<AttemptJournal.Ending, "state" | "paid">,
  { amount }: AttemptJournal.Attempt
): number => paid ?? (AttemptJournal.isApproved({ state }) ? amount : 0)

/**
 * For another person's answer at the server: neither answer proves what was paid, so the message tells nobody to move
 * money.
 */
export const refuseOtherAnswer = (
  attempt: AttemptJournal.Attempt,
  resolution: Said | undefined,
  other: Settled
): CommandFailed => {
  const { id, currency, amount, state } = attempt
  const show = (sum: number) =>
    sum === 0 ? "declined" : `approved${sum === amount ? "" : `, ${Money.textOf(sum, currency)}`}`
  const { by = "", evidence = "" } = other.answer ?? {}
  const theirs = `${printable(by)} has said ${show(paidIn(other, attempt))} (${printable(evidence)})`
  const word =
    resolution === undefined || resolution.outcome === "set-aside"
      ? undefined
      : `you say ${show(saidPaid(resolution, amount))}`
  const last = attempt.endings.at(-1)
  const isOpen = AttemptJournal.isUnsettled(attempt)
  const before = `${printable(last?.by ?? "")} has said ${show(last?.paid ?? 0)} here`
  const kept = `this machine's journal has ${show(paidIn({ ...last, state }, attempt))}`
  const ours = isOpen ? (word ?? before) : word === undefined ? kept : `${word}; ${kept}`
  const stands = isOpen ? "The payment stays unknown here" : "Neither was changed"
  return refuse(`resolve: ${id}: ${theirs}; ${ours}. ${stands}: find out which of them is right`)
}

/** What was charged instead of what a person said, and what to do; undefined if they agree. */
const contradictionOf = (
  { transactionType, currency, amount }: AttemptJournal.Attempt,
  resolution: Said,
  charged: number
): string | undefined => {
  const said = saidPaid(resolution, amount)
  if (resolution.outcome === "set-aside" || said === charged) return undefined
  const moved = Discrepancy.moved[transactionType]
  const action = Discrepancy.actionFor(transactionType, { believed: said, paid: charged, currency })
  return `The person said that ${amountText(said, currency)} was ${moved}, but ${amountText(charged, currency)} was. ${action}.`
}

/** An amount as the subject of a sentence. */
const amountText = (minorUnits: number, currency: string): string =>
  minorUnits === 0 ? "nothing" : Money.textOf(minorUnits, currency)

/** The same for a payment that has just ended, if a person had resolved it while it was under way. */
export const contradictionIn = (attempt: AttemptJournal.Attempt, charged: number): string | undefined => {
  const word = attempt.endings.findLast(({ by }) => by !== undefined)
  return word && contradictionOf(attempt, { outcome: "approved", paid: paidIn(word, attempt) }, charged)
}

/**
 * For a payment with an unknown outcome that a person resolved while it was under way: their answer, which stays in the
 * journal, and the amount that the terminal gives, if another. Undefined if no person resolved it, or if it has become
 * unknown again.
 */
export const answerBeside = (
  attempt: AttemptJournal.Attempt,
  received: TerminalEvidence.TerminalEvidence | undefined
): string | undefined => {
  const { transactionType, currency } = attempt
  const answer = attempt.endings.at(-1)
  if (answer?.by === undefined || AttemptJournal.isUnsettled(attempt)) return undefined
  const said = paidIn(answer, attempt)
  const stays = `The person said that ${amountText(said, currency)} was ${Discrepancy.moved[transactionType]}, and that stays in this machine's journal`
  const told = received?.status === "done" && received.amount?.currency === currency ? received.amount.minorUnits : said
  if (told === said) return `${stays}.`
  // What an unknown outcome says proves nothing, so no money moves because of it.
  return `${stays}, but the terminal says ${Money.textOf(told, currency)}. Find out which of the two amounts is true before anything more is charged or given back.`
}

/**
 * What was charged instead of what a person said, if that is a part and it is not known how much; undefined if the person
 * said that it was a part.
 */
const unknownPartOf = (
  { transactionType, currency, amount }: AttemptJournal.Attempt,
  resolution: Said
): string | undefined => {
  const said = saidPaid(resolution, amount)
  if (resolution.outcome === "set-aside" || (said > 0 && said < amount)) return undefined
  const moved = Discrepancy.moved[transactionType]
  return `The person said that ${amountText(said, currency)} was ${moved}, but only a part of the order was, and it is not known how much. Look at the terminal's receipt.`
}

/**
 * For a payment that came to another amount than a person said: what to do, and an exit code of its own. `charged` is
 * undefined if it is a part that is not known.
 */
export const sayContradiction = Effect.fnUntraced(function* (
  attempt: AttemptJournal.Attempt,
  resolution: Said,
  charged: number | undefined
) {
  const contradiction =
    charged === undefined ? unknownPartOf(attempt, resolution) : contradictionOf(attempt, resolution, charged)
  if (contradiction === undefined) return
  yield* Console.error(paint("bad", contradiction))
  process.exitCode = CONTRADICTED
  return yield* new CommandFailed({ code: CONTRADICTED })
})

/** For a payment of which nothing was sent: a person who approved it may have seen another one. */
export const sayNotSent = Effect.fnUntraced(function* (attempt: AttemptJournal.Attempt, said: Said) {
  const { transactionType, currency, amount } = attempt
  const paid = saidPaid(said, amount)
  if (paid === 0) return
  const moved = `${Money.textOf(paid, currency)} was ${Discrepancy.moved[transactionType]}`
  const then = AttemptJournal.isApproved(attempt)
    ? "Find out which payment was seen. The order stays approved in this machine's journal and is not sent again: if it was not paid, pay it under another order id."
    : "Find out which payment was seen before the order is sent again."
  yield* Console.error(
    paint("bad", `The person said that ${moved}, but nothing of this payment was sent to the terminal. ${then}`)
  )
  process.exitCode = CONTRADICTED
  return yield* new CommandFailed({ code: CONTRADICTED })
})

/** The exit code if a later proof contradicts a person's answer. */
const CONTRADICTED = 5
