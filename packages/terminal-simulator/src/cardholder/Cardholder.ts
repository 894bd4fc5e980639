/**
 * How the cardholder in front of the terminal behaves: scripted, always the same, by amount, or a person.
 *
 * A cardholder is asked for a behaviour once per payment. `manual` has none: cards and keys come from outside, from a
 * person at the pinpad or a control call.
 */
import type { EntryMode } from "@hipay-pos/core/Card"
import * as TestCard from "./TestCard.ts"

/** When the red key can be pressed; after that, the payment cannot be stopped. */
export type RedKeyMoment = "woken" | "card-presented" | "pin"

/** What the cardholder does in one payment. */
export type Behaviour =
  | {
      readonly _tag: "Pays"
      readonly card: TestCard.TestCard
      /** Absent: the card's first. */
      readonly entryMode?: EntryMode | undefined
      /** How many wrong PINs are entered before the right one; three block the card. */
      readonly wrongPins: number
      /** Percent that is added to a debit; absent: none. */
      readonly tip?: number | undefined
    }
  /** Begins like a payment, then presses the red key. */
  | { readonly _tag: "PressesRedKey"; readonly at: RedKeyMoment; readonly card: TestCard.TestCard }
  /**
   * Takes the card out of the reader during the authorization: not completed (07), though the reason that a real terminal
   * gives is not published. A contactless card is away by then anyway.
   */
  | { readonly _tag: "RemovesCard"; readonly card: TestCard.TestCard }
  /** Never presents a card: the terminal times out. */
  | { readonly _tag: "WalksAway" }
  /** Acts through the pinpad or control calls. */
  | { readonly _tag: "Decides" }

/** Always the same card. The default: an ordinary card that is approved. */
export interface Auto {
  readonly _tag: "Auto"
  readonly card: TestCard.TestCard
  readonly entryMode?: EntryMode | undefined
  /** Percent that is added to each debit; absent: none. */
  readonly tip?: number | undefined
}

/** One behaviour per payment, in order; after the last, `thereafter` at every payment. */
export interface Scripted {
  readonly _tag: "Scripted"
  readonly steps: ReadonlyArray<Behaviour>
  readonly thereafter: Behaviour
}

/** A person, or control calls. */
export interface Manual {
  readonly _tag: "Manual"
}

/** The last two digits of the amount decide, see {@link amountTable}. */
export interface Amount {
  readonly _tag: "Amount"
}

/** How the cardholder behaves. */
export type Cardholder = Auto | Scripted | Manual | Amount

/** Presents the same card every time; by default one that is approved. */
export const auto = (
  card: TestCard.TestCard = TestCard.standard,
  entryMode?: EntryMode | undefined,
  tip?: number | undefined
): Auto => ({ _tag: "Auto", card, entryMode, tip })

/** A person decides. */
export const manual: Manual = { _tag: "Manual" }

/** The amount decides. */
export const amount: Amount = { _tag: "Amount" }

/** Follows the steps in order, then behaves the same at every payment: approved by default. */
export const scripted = (steps: ReadonlyArray<Behaviour>, thereafter: Behaviour = pays()): Scripted => ({
  _tag: "Scripted",
  steps,
  thereafter
})

/** How a cardholder pays. */
export interface PayingOptions {
  readonly entryMode?: EntryMode | undefined
  readonly wrongPins?: number | undefined
  /** Percent that is added to a debit. */
  readonly tip?: number | undefined
}

/** Pays with a card. */
export const pays = (
  card: TestCard.TestCard = TestCard.standard,
  { entryMode, wrongPins = 0, tip }: PayingOptions = {}
): Behaviour => ({ _tag: "Pays", card, entryMode, wrongPins, tip })

/** Presses the red key. */
export const pressesRedKey = (at: RedKeyMoment = "woken"): Behaviour => ({
  _tag: "PressesRedKey",
  at,
  card: at === "pin" ? pinCard : TestCard.standard
})

/** Takes the card out too early. */
export const removesCard = (card: TestCard.TestCard = TestCard.standard): Behaviour => ({ _tag: "RemovesCard", card })

/** Never presents a card. */
export const walksAway: Behaviour = { _tag: "WalksAway" }

const named = (name: string): TestCard.TestCard => TestCard.get(name) ?? TestCard.standard
const pinCard = named("cb-pin")

/** The words of a script: any test card by name, and these. */
export const words: Readonly<Record<string, Behaviour>> = {
  approved: pays(),
  declined: pays(named("refused")),
  cancelled: pressesRedKey(),
  "cancelled-after-card": pressesRedKey("card-presented"),
  "cancelled-at-pin": pressesRedKey("pin"),
  "card-removed": removesCard(),
  "timed-out": walksAway,
  tip: pays(TestCard.standard, { tip: 10 }),
  "wrong-pin-once": pays(pinCard, { wrongPins: 1 }),
  "wrong-pin": pays(pinCard, { wrongPins: 3 })
}

/** The behaviour of a script's word, or `undefined` for an unknown word. */
export const fromWord = (word: string): Behaviour | undefined => {
  if (Object.hasOwn(words, word)) return words[word]
  const card = TestCard.get(word)
  return card && pays(card)
}

/**
 * What the last two digits of an amount in minor units mean when the amount decides. Refusals have the number of their
 * complement (12.04 EUR is refused with 04). Every other amount is approved.
 */
export const amountTable: ReadonlyArray<{ readonly ends: number; readonly word: string }> = [
  { ends: 2, word: "call" },
  { ends: 4, word: "refused" },
  { ends: 5, word: "stolen" },
  { ends: 6, word: "cancelled" },
  { ends: 8, word: "timed-out" },
  { ends: 10, word: "unknown-application" },
  { ends: 11, word: "cancelled-after-card" },
  { ends: 20, word: "partial" },
  { ends: 30, word: "cb-pin" },
  { ends: 31, word: "wrong-pin-once" },
  { ends: 33, word: "wrong-pin" },
  { ends: 40, word: "cb-contactless" },
  { ends: 41, word: "over-limit" },
  { ends: 54, word: "expired" }
]

const byEnding = new Map(amountTable.map(({ ends, word }) => [ends, fromWord(word) ?? pays()]))

/** The behaviour when the amount decides. */
export const behaviourForAmount = (minorUnits: number): Behaviour => byEnding.get(minorUnits % 100) ?? pays()
