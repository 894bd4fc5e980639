/**
 * The terminal's face: what its screen says, and the keys and cards it takes while it waits for them.
 *
 * The state machine asks the face to wait; a person, a control call or nobody answers. A key that is pressed while
 * nobody waits for it is lost, as on hardware.
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

/** What a person does at the terminal. */
export type Input =
  | { readonly _tag: "Key"; readonly key: Key }
  | { readonly _tag: "Card"; readonly card: TestCard; readonly entryMode?: EntryMode }

/** What is being paid, for the screen. */
export interface Display {
  readonly operation: "debit" | "credit" | "cancel"
  readonly amount: number
  readonly currency: CurrencyCode
}

/** Keys and card slot. */
export interface Face {
  /** Gives an input to the machine. False: nobody waits for it. */
  readonly give: (input: Input) => boolean
  /**
   * Hands every input to `takes`, which says whether it is of use and calls `done` to end the wait. `undefined` after so
   * many milliseconds; zero waits for nothing.
   */
  readonly wait: <A>(milliseconds: number, takes: Takes<A>) => Effect.Effect<A | undefined>
}

/** Takes inputs during one wait. */
export type Takes<A> = (input: Input, done: (value: A) => void) => boolean

/** A face that nobody has touched yet. `run` starts what sleeps, by the terminal's clock. */
export const make = (run: (effect: Effect.Effect<void>) => Fiber.Fiber<void>): Face => {
  let listener: ((input: Input) => boolean) | undefined
  return {
    give: (input) => listener?.(input) ?? false,
    wait: <A>(milliseconds: number, takes: Takes<A>) =>
      milliseconds <= 0
        ? Effect.succeed(undefined)
        : Effect.callback<A | undefined>((resume) => {
            let sleeper: Fiber.Fiber<void> | undefined
            const stop = () => {
              listener = undefined
              sleeper?.interruptUnsafe()
            }
            const done = (value: A | undefined) => {
              stop()
              resume(Effect.succeed(value))
            }
            listener = (input) => takes(input, done)
            sleeper = run(Effect.map(Effect.sleep(milliseconds), () => done(undefined)))
            return Effect.sync(stop)
          })
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
