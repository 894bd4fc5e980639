/**
 * The terminal's keys and card reader, and what its screen shows.
 *
 * The state machine waits for input from a person or a control call. Unexpected input is dropped, as on hardware.
 */
import type { EntryMode } from "@hipay-pos/core/Card"
import type { CurrencyCode } from "@hipay-pos/core/Currency"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as PrintedTicket from "../machine/PrintedTicket.ts"
import type { Stage } from "../machine/Stage.ts"
import type { TestCard } from "./TestCard.ts"

/** The keys: digits, red, yellow, green. */
export type Key = "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "cancel" | "clear" | "enter"

/** Every key. */
export const keys: ReadonlyArray<Key> = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "cancel", "clear", "enter"]

/** Input from a person. */
export type Input =
  | { readonly _tag: "Key"; readonly key: Key }
  | { readonly _tag: "Card"; readonly card: TestCard; readonly entryMode?: EntryMode | undefined }

/** The operation that the screen shows. */
export interface Display {
  readonly operation: "debit" | "credit" | "cancel"
  readonly amount: number
  readonly currency: CurrencyCode
}

/** Keys and card reader. */
export interface Pinpad {
  /** Passes an input to the state machine; false if no input is awaited. */
  readonly input: (input: Input) => boolean
  /**
   * Passes every input to `listener`, which returns whether it used the input and calls `done` to end the wait. Returns
   * `undefined` after so many milliseconds, at once for zero.
   */
  readonly waitForInput: <A>(milliseconds: number, listener: InputListener<A>) => Effect.Effect<A | undefined>
}

/** Receives inputs during one wait. */
export type InputListener<A> = (input: Input, done: (value: A) => void) => boolean

/** A pinpad. `run` starts timers on the terminal's clock. */
export const make = (run: (effect: Effect.Effect<void>) => Fiber.Fiber<void>): Pinpad => new TerminalPinpad(run)

class TerminalPinpad implements Pinpad {
  readonly run: (effect: Effect.Effect<void>) => Fiber.Fiber<void>
  /** The current wait, which gets the input. */
  wait: { readonly input: (input: Input) => boolean } | undefined

  constructor(run: TerminalPinpad["run"]) {
    this.run = run
  }

  input(input: Input): boolean {
    return this.wait?.input(input) ?? false
  }

  waitForInput<A>(milliseconds: number, listener: InputListener<A>): Effect.Effect<A | undefined> {
    return milliseconds <= 0
      ? Effect.undefined
      : Effect.callback<A | undefined>((resume) => {
          const wait = new InputWait(this, listener, resume)
          wait.begin(milliseconds)
          return Effect.sync(() => wait.stop())
        })
  }
}

/** One wait for input, until its listener is done or the time is up. */
class InputWait<A> {
  private readonly pinpad: TerminalPinpad
  private readonly listener: InputListener<A>
  private readonly resume: (effect: Effect.Effect<A | undefined>) => void
  private timer: Fiber.Fiber<void> | undefined

  constructor(
    pinpad: TerminalPinpad,
    listener: InputListener<A>,
    resume: (effect: Effect.Effect<A | undefined>) => void
  ) {
    this.pinpad = pinpad
    this.listener = listener
    this.resume = resume
  }

  begin(milliseconds: number): void {
    this.pinpad.wait = this
    this.timer = this.pinpad.run(Effect.map(Effect.sleep(milliseconds), () => this.end(undefined)))
  }

  input(input: Input): boolean {
    return this.listener(input, (value) => this.end(value))
  }

  stop(): void {
    this.pinpad.wait = undefined
    this.timer?.interruptUnsafe()
  }

  private end(value: A | undefined): void {
    this.stop()
    this.resume(Effect.succeed(value))
  }
}

/** What the screen shows at a stage, one entry a line. Digits of a PIN are stars. */
export const screen = (stage: Stage, display?: Display, note?: string, digits = 0): ReadonlyArray<string> => {
  if (display === undefined) return ["BIENVENUE", "SIMULATION"]
  const title = PrintedTicket.titles[display.operation]
  const price = PrintedTicket.toFrench(display.amount, display.currency)
  switch (stage) {
    case "idle":
      return ["BIENVENUE", "SIMULATION"]
    case "woken":
      return [title, price, display.operation === "cancel" ? "VEUILLEZ PATIENTER" : "PRÉSENTEZ LA CARTE"]
    case "chip-asked":
      return [title, price, "INSÉREZ LA CARTE"]
    case "card-presented":
      return [title, price, "LECTURE DE LA CARTE"]
    case "pin":
      return [title, price, note ?? "CODE CONFIDENTIEL", "*".repeat(digits)]
    case "authorising":
      return [title, price, "AUTORISATION EN COURS"]
    case "approved":
      return [title, price, "PAIEMENT ACCEPTÉ"]
    case "refused":
      return [title, price, note ?? "PAIEMENT REFUSÉ"]
    case "cancelled":
      return [title, price, "ABANDON"]
    case "timed-out":
      return [title, price, "DÉLAI DÉPASSÉ"]
    case "printing":
      return [title, price, "IMPRESSION DU TICKET"]
  }
}
