/**
 * The terminal's face: what its screen says, and the keys and cards it takes while it waits for them.
 *
 * The state machine asks the face to wait; a person, a control call or nobody answers. A key that is pressed while
 * nobody waits for it is lost, as on hardware.
 */
import type { EntryMode } from "@hipay-pos/core/Card"
import type { CurrencyCode } from "@hipay-pos/core/Currency"
import * as Effect from "effect/Effect"
import * as PrintedTicket from "./PrintedTicket.ts"
import type { Stage } from "./Stage.ts"
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

/** A face that nobody has touched yet. */
export const make = (): Face => {
  let listener: ((input: Input) => boolean) | undefined
  return {
    give: (input) => listener?.(input) ?? false,
    wait: <A>(milliseconds: number, takes: Takes<A>) => {
      if (milliseconds <= 0) return Effect.succeed(undefined)
      const taken = Effect.callback<A>((resume) => {
        const done = (value: A) => {
          listener = undefined
          resume(Effect.succeed(value))
        }
        listener = (input) => takes(input, done)
        return Effect.sync(() => {
          listener = undefined
        })
      })
      return Effect.raceFirst(taken, Effect.as(Effect.sleep(milliseconds), undefined))
    }
  }
}

const titles = { debit: "DÉBIT", credit: "CRÉDIT", cancel: "ANNULATION" } as const

/** What the screen shows at a stage, one entry a line. Digits of a PIN are stars. */
export const screen = (stage: Stage, display?: Display, note?: string, digits = 0): ReadonlyArray<string> => {
  if (display === undefined) return ["BIENVENUE", "SIMULATION"]
  const head = [titles[display.operation], PrintedTicket.toFrench(display.amount, display.currency)]
  switch (stage) {
    case "idle":
      return ["BIENVENUE", "SIMULATION"]
    case "woken":
      return [...head, display.operation === "cancel" ? "VEUILLEZ PATIENTER" : "PRÉSENTEZ LA CARTE"]
    case "chip-asked":
      return [...head, "INSÉREZ LA CARTE"]
    case "card-presented":
      return [...head, "LECTURE DE LA CARTE"]
    case "pin":
      return [...head, note ?? "CODE CONFIDENTIEL", "*".repeat(digits)]
    case "authorising":
      return [...head, "AUTORISATION EN COURS"]
    case "approved":
      return [...head, "PAIEMENT ACCEPTÉ"]
    case "refused":
      return [...head, note ?? "PAIEMENT REFUSÉ"]
    case "cancelled":
      return [...head, "ABANDON"]
    case "timed-out":
      return [...head, "DÉLAI DÉPASSÉ"]
    case "printing":
      return [...head, "IMPRESSION DU TICKET"]
  }
}
