/**
 * Terminals that need no configuration, because their name says how they behave: `declined.terminal.test`, or
 * `till1.declined.terminal.test` for another one of the kind. For AppNepting terminals, the serial number says it, with or
 * without the domain.
 *
 * A name is a word of the simulator's scripts, a test card, a fault (`answer-lost`), a fault at a stage
 * (`reset-after-approval`), or one of the words below. The domain is reserved for tests (RFC 2606).
 */
import type { TerminalTarget } from "@hipay-pos/core/TerminalTarget"
import { Cardholder, Fault, type TerminalSimulator, TestCard } from "@hipay-pos/terminal-simulator"
import * as Result from "effect/Result"

/** The behaviour of a terminal with a reserved name. */
export type Reserved =
  | { readonly _tag: "Simulated"; readonly options: TerminalSimulator.Options }
  /** No connection is made. */
  | { readonly _tag: "Unreachable" }
  /** Busy with another payment. */
  | { readonly _tag: "Busy" }
  /** AppNepting only: the application on the terminal does not acknowledge the order. */
  | { readonly _tag: "Unacknowledged" }
  /** AppNepting only: terminal and service have no passphrase in common. */
  | { readonly _tag: "WithoutPassphrase" }

/** A cardholder who behaves the same at every payment. */
const behaves = (word: string): Reserved => ({
  _tag: "Simulated",
  options: { cardholder: Cardholder.scripted([], Cardholder.fromWord(word)) }
})

const suffers = (fault: Fault.Fault): Reserved => ({ _tag: "Simulated", options: { faults: [fault] } })

/** Our own words, beside those of scripts, cards and faults. */
const words: Readonly<Record<string, () => Reserved>> = {
  "red-key": () => behaves("cancelled"),
  partial: () => behaves("partial"),
  manual: () => ({ _tag: "Simulated", options: { cardholder: Cardholder.manual } }),
  amount: () => ({ _tag: "Simulated", options: { cardholder: Cardholder.amount } }),
  "lost-after-approval": () => suffers(Result.getOrThrow(Fault.make("answer-lost"))),
  unreachable: () => ({ _tag: "Unreachable" }),
  busy: () => ({ _tag: "Busy" }),
  unacknowledged: () => ({ _tag: "Unacknowledged" }),
  "no-passphrase": () => ({ _tag: "WithoutPassphrase" })
}

/** The behaviour that a target's name reserves, if any. */
export const fromTarget = (target: TerminalTarget): Reserved | undefined => {
  if (target._tag === "Nepting") return fromWord(wordIn(target.serialNumber) ?? target.serialNumber.toLowerCase())
  if (target._tag === "Unnamed") return undefined
  const word = wordIn(target.host)
  const reserved = word === undefined ? undefined : fromWord(word)
  return reserved?._tag === "Unacknowledged" || reserved?._tag === "WithoutPassphrase" ? undefined : reserved
}

const wordIn = (name: string): string | undefined =>
  /(?:^|\.)([a-z0-9-]+)\.terminal\.test$/i.exec(name)?.[1]?.toLowerCase()

/** The behaviour that a word reserves, if any. */
export const fromWord = (word: string): Reserved | undefined => {
  if (Object.hasOwn(words, word)) return words[word]?.()
  const fault = Fault.names.find((name) => word === name || word.startsWith(`${name}-`))
  if (fault !== undefined) {
    const text = word === fault ? fault : `${fault}@${word.slice(fault.length + 1)}`
    return Result.match(Fault.fromText(text), { onFailure: () => undefined, onSuccess: suffers })
  }
  return Object.hasOwn(Cardholder.words, word) || TestCard.get(word) !== undefined ? behaves(word) : undefined
}

/** What our own words and those of scripts demonstrate. */
const situations: Readonly<Record<string, string>> = {
  "red-key": "the customer presses the red key",
  partial: "half of it is approved",
  manual: "a person at the terminal's pinpad, who is not there",
  amount: "the last two digits of the amount decide",
  "lost-after-approval": "the answer is lost after the approval",
  unreachable: "no connection is made",
  busy: "another payment is under way at the terminal",
  unacknowledged: "AppNepting only: the application does not acknowledge",
  "no-passphrase": "AppNepting only: terminal and service share no passphrase",
  approved: "an ordinary card",
  declined: "the issuer refuses",
  cancelled: "the red key while the amount is shown",
  "cancelled-after-card": "the red key after the card",
  "cancelled-at-pin": "the red key instead of the PIN",
  "card-removed": "the card is taken out before the payment is completed",
  "timed-out": "no card is presented",
  tip: "an ordinary card, and a tip of 10 %",
  "wrong-pin-once": "the second PIN is right",
  "wrong-pin": "three wrong PINs"
}

/** A short description of what a word demonstrates; empty if it is unknown. */
export const shows = (word: string): string =>
  situations[word] ?? TestCard.get(word)?.shows ?? Fault.catalogue[word as Fault.FaultName]?.shows ?? ""

/** Our own words, beside those of scripts, cards and faults. */
export const own: ReadonlyArray<string> = Object.keys(words)

/** Every known word, except faults at a stage. */
export const all: ReadonlyArray<string> = [
  ...new Set([...own, ...Object.keys(Cardholder.words), ...TestCard.all.map(({ name }) => name), ...Fault.names])
]
