/**
 * What the cardholder does at the terminal: which card is presented, what is typed, when the red key is pressed.
 *
 * A simulated cardholder follows a behaviour after the time that people take; for a person, the terminal waits. Input at the
 * pinpad takes precedence over simulated behaviour.
 */
import type { EntryMode } from "@hipay-pos/core/Card"
import * as Effect from "effect/Effect"
import type { Durations } from "../machine/Stage.ts"
import type { Behaviour } from "./Cardholder.ts"
import type * as Pinpad from "./Pinpad.ts"
import * as TestCard from "./TestCard.ts"

/** A card in the reader, and how it is read. */
export interface PresentedCard {
  readonly card: TestCard.TestCard
  readonly reading: TestCard.Reading
}

/** The red key was pressed, or there was no input in time. */
export type GaveUp = "red-key" | "timeout"

/** What the cardholder interacts with. */
export interface CardholderContext {
  readonly pinpad: Pinpad.Pinpad
  readonly durations: Durations
  /** Varies a duration, as people do. */
  readonly vary: (milliseconds: number) => number
}

const PIN_ATTEMPTS = 3
/** Digits that the screen has room for. */
const LONGEST_PIN = 12

/** Waits for a card, and reads it in the given mode if possible. */
export const presentsCard = (
  context: CardholderContext,
  behaviour: Behaviour,
  mode?: EntryMode
): Effect.Effect<PresentedCard | GaveUp> => {
  const input = context.pinpad.waitForInput<PresentedCard | GaveUp>(cardWait(context, behaviour), (input, done) => {
    if (input._tag === "Card") done(read(input.card, mode ?? input.entryMode))
    else if (input.key === "cancel") done("red-key")
    else return false
    return true
  })
  return Effect.mapEager(input, (action) => action ?? scriptedAction(behaviour, mode))
}

const cardWait = (context: CardholderContext, behaviour: Behaviour): number => {
  const { durations } = context
  switch (behaviour._tag) {
    case "Decides":
      return durations.inputTimeout
    case "WalksAway":
      return durations.walkAway
    default:
      return context.vary(durations.woken)
  }
}

/** Waits for a PIN, at most three times; `ask` gets the attempts left and the number of digits typed. */
export const entersPin = Effect.fnUntracedEager(function* (
  context: CardholderContext,
  behaviour: Behaviour,
  ask: (attemptsLeft: number, digits: number) => void
): Effect.fn.Return<"right" | "blocked" | GaveUp> {
  const { durations } = context
  for (let attempt = 0; attempt < PIN_ATTEMPTS; attempt++) {
    const left = PIN_ATTEMPTS - attempt
    ask(left, 0)
    const wait = behaviour._tag === "Decides" ? durations.inputTimeout : context.vary(durations.pin)
    const pin = yield* typed(context.pinpad, wait, (digits) => ask(left, digits))
    if (pin === RED_KEY) return "red-key"
    if (pin === TestCard.PIN) return "right"
    if (pin !== undefined) continue
    if (behaviour._tag === "Decides") return "timeout"
    if (behaviour._tag === "PressesRedKey" && behaviour.at === "pin") return "red-key"
    if (behaviour._tag !== "Pays" || attempt >= behaviour.wrongPins) return "right"
  }
  return "blocked"
})

/** The digits typed before the green key; `undefined` if the green key was not pressed in time. */
const typed = (
  pinpad: Pinpad.Pinpad,
  milliseconds: number,
  show: (digits: number) => void
): Effect.Effect<string | undefined> =>
  Effect.suspend(() => {
    let pin = ""
    return pinpad.waitForInput<string>(milliseconds, (input, done) => {
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

/** Whether the red key is pressed within so many milliseconds. */
export const pressesRedKey = ({ pinpad }: CardholderContext, milliseconds: number): Effect.Effect<boolean> =>
  Effect.mapEager(pinpad.waitForInput(milliseconds, redKey), (pressed) => pressed === true)

/** Stands for the red key among typed digits. */
const RED_KEY = "red key"

const redKey: Pinpad.InputListener<true> = (input, done) => {
  if (input._tag !== "Key" || input.key !== "cancel") return false
  done(true)
  return true
}

/** What a simulated cardholder does once the time that people take is over. */
const scriptedAction = (behaviour: Behaviour, mode: EntryMode | undefined): PresentedCard | GaveUp => {
  switch (behaviour._tag) {
    case "Decides":
    case "WalksAway":
      return "timeout"
    case "PressesRedKey":
      return behaviour.at === "woken" ? "red-key" : read(behaviour.card, mode)
    case "RemovesCard":
      return read(behaviour.card, mode)
    case "Pays":
      return read(behaviour.card, mode ?? behaviour.entryMode)
  }
}

/** A card in the reader, read in the given mode if possible, else in its first. */
const read = (card: TestCard.TestCard, mode?: EntryMode): PresentedCard => ({
  card,
  reading: (mode && TestCard.readingIn(card, mode)) ?? card.readings[0]
})
