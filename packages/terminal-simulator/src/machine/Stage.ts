/**
 * The stages of a payment as a person in front of the terminal sees them, and how long each takes.
 *
 * `instant` takes no time and sets no timer. `human` takes as long as people and networks do, a few seconds in all; each
 * stage varies by up to a fifth, depending on the seed.
 */

/** Where the terminal is. */
export type Stage =
  | "idle"
  /** The amount is on the screen, a card is awaited. */
  | "woken"
  /** A tap over the contactless limit: the chip is asked for. */
  | "chip-asked"
  | "card-presented"
  | "pin"
  | "authorising"
  | "approved"
  | "refused"
  /** A person pressed the red key. */
  | "cancelled"
  /** No card was presented in time. */
  | "timed-out"
  | "printing"

/** How long each stage lasts, in milliseconds. */
export interface Durations {
  /** From the request to the amount on the screen and a card in the reader. */
  readonly woken: number
  readonly cardPresented: number
  readonly pin: number
  readonly authorising: number
  readonly printing: number
  /** How long the terminal waits for a person's card or key. */
  readonly inputTimeout: number
  /** The same, for a simulated cardholder who walks away. */
  readonly walkAway: number
  /** Fraction by which a duration may vary: 0.2 is a fifth. */
  readonly jitter: number
}

/** How fast the terminal and its cardholder are. */
export type Pace = "instant" | "human" | Durations

const instant: Durations = {
  woken: 0,
  cardPresented: 0,
  pin: 0,
  authorising: 0,
  printing: 0,
  inputTimeout: 60_000,
  walkAway: 0,
  jitter: 0
}

const human: Durations = {
  woken: 2_500,
  cardPresented: 700,
  pin: 3_000,
  authorising: 1_800,
  printing: 1_500,
  inputTimeout: 60_000,
  walkAway: 60_000,
  jitter: 0.2
}

/** The durations of a pace. */
export const durationsOf = (pace: Pace): Durations => (pace === "instant" ? instant : pace === "human" ? human : pace)

/** A duration varied by as much as the pace allows; `random` gives numbers from 0 to 1. */
export const jittered = (milliseconds: number, { jitter }: Durations, random: () => number): number =>
  milliseconds === 0 || jitter === 0
    ? milliseconds
    : Math.max(1, Math.round(milliseconds * (1 + jitter * (2 * random() - 1))))
