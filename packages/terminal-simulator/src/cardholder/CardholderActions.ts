/**
 * The customer in front of the terminal: which card comes, what is typed, when the red key is pressed.
 *
 * Played customers follow their behaviour after the time that people take; a person at the face is waited for. Whatever
 * is done at the face comes before what a played customer would have done.
 */
import type { EntryMode } from "@hipay-pos/core/Card"
import * as Effect from "effect/Effect"
import type { Durations } from "../machine/Stage.ts"
import type { Behaviour } from "./Cardholder.ts"
import type * as Face from "./Pinpad.ts"
import * as TestCard from "./TestCard.ts"

/** A card in the reader, and the way it is read. */
export interface Presented {
  readonly card: TestCard.TestCard
  readonly reading: TestCard.Reading
}

/** The customer pressed the red key, or nobody acted in time. */
export type GaveUp = "red-key" | "nobody"

/** Dialogue with the customer. */
export interface Customer {
  /** Waits for a card. With a mode, it is read that way if it can be. */
  readonly presentsCard: (behaviour: Behaviour, mode?: EntryMode) => Effect.Effect<Presented | GaveUp>
  /** Waits for a PIN, three times at most; `ask` is told how many attempts are left and how many digits stand there. */
  readonly entersPin: (
    behaviour: Behaviour,
    ask: (attemptsLeft: number, digits: number) => void
  ) => Effect.Effect<"right" | "blocked" | GaveUp>
  /** Whether the red key is pressed within so many milliseconds. */
  readonly pressesRedKey: (milliseconds: number) => Effect.Effect<boolean>
}

const PIN_ATTEMPTS = 3
/** What fits the PIN's field on the screen. */
const LONGEST_PIN = 12

/** A customer at a face. `lasting` varies a duration as people do. */
export const make = (face: Face.Face, durations: Durations, lasting: (milliseconds: number) => number): Customer => {
  const cardWait = (behaviour: Behaviour): number => {
    switch (behaviour._tag) {
      case "Decides":
        return durations.patience
      case "WalksAway":
        return durations.walkAway
      default:
        return lasting(durations.woken)
    }
  }

  const presentsCard = (behaviour: Behaviour, mode?: EntryMode): Effect.Effect<Presented | GaveUp> => {
    const given = face.wait<Presented | GaveUp>(cardWait(behaviour), (input, done) => {
      if (input._tag === "Card") done(read(input.card, mode ?? input.entryMode))
      else if (input.key === "cancel") done("red-key")
      else return false
      return true
    })
    return Effect.mapEager(given, (act) => act ?? played(behaviour, mode))
  }

  /** What is typed before the green key; `undefined` when nobody finished typing in time. */
  const typed = (milliseconds: number, show: (digits: number) => void): Effect.Effect<string | undefined> =>
    Effect.suspend(() => {
      let pin = ""
      return face.wait<string>(milliseconds, (input, done) => {
        if (input._tag === "Card") return false
        if (input.key === "cancel") done(RED_KEY)
        else if (input.key === "enter") done(pin)
        else {
          pin = input.key === "clear" ? "" : (pin + input.key).slice(0, LONGEST_PIN)
          show(pin.length)
        }
        return true
      })
    })

  const entersPin = Effect.fnUntracedEager(function* (
    behaviour: Behaviour,
    ask: (attemptsLeft: number, digits: number) => void
  ): Effect.fn.Return<"right" | "blocked" | GaveUp> {
    for (let attempt = 0; attempt < PIN_ATTEMPTS; attempt++) {
      const left = PIN_ATTEMPTS - attempt
      ask(left, 0)
      const wait = behaviour._tag === "Decides" ? durations.patience : lasting(durations.pin)
      const pin = yield* typed(wait, (digits) => ask(left, digits))
      if (pin === RED_KEY) return "red-key"
      if (pin === TestCard.PIN) return "right"
      if (pin !== undefined) continue
      if (behaviour._tag === "Decides") return "nobody"
      if (behaviour._tag === "PressesRedKey" && behaviour.at === "pin") return "red-key"
      if (behaviour._tag !== "Pays" || attempt >= behaviour.wrongPins) return "right"
    }
    return "blocked"
  })

  return {
    presentsCard,
    entersPin,
    pressesRedKey: (milliseconds) => Effect.mapEager(face.wait(milliseconds, redKey), (pressed) => pressed === true)
  }
}

/** Stands for the red key among typed digits. */
const RED_KEY = "red key"

const redKey: Face.Takes<true> = (input, done) => {
  if (input._tag !== "Key" || input.key !== "cancel") return false
  done(true)
  return true
}

/** What a played customer does after the time that people take. */
const played = (behaviour: Behaviour, mode: EntryMode | undefined): Presented | GaveUp => {
  switch (behaviour._tag) {
    case "Decides":
    case "WalksAway":
      return "nobody"
    case "PressesRedKey":
      return behaviour.at === "woken" ? "red-key" : read(behaviour.card, mode)
    case "Pays":
      return read(behaviour.card, mode ?? behaviour.entryMode)
  }
}

/** A card as the reader sees it; one that cannot be read that way is read the way it can. */
const read = (card: TestCard.TestCard, mode?: EntryMode): Presented => ({
  card,
  reading: (mode && TestCard.readingIn(card, mode)) ?? card.readings[0]
})
