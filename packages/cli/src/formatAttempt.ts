/** An attempt of this machine's journal or of a server as one line for people. */

import { paint, printable, type Tone } from "@hipay-pos/cli-kit"
import type { AttemptJournal, AttemptSummary } from "@hipay-pos/client"
import { Money } from "@hipay-pos/core"
import { isUndecided } from "@hipay-pos/core/wire/AttemptState"
import { zonedTime } from "./localTime.ts"

/** What a line shows of an attempt. */
export interface ShownAttempt {
  readonly id: string
  /** ISO 8601, UTC. */
  readonly openedAt: string
  readonly state: string
  /** Still unknown, but its terminal takes the next order. */
  readonly isSetAside?: boolean
  readonly transactionType: string
  /** Minor units. */
  readonly amount: number
  readonly currency: string
  /** Minor units, if known. */
  readonly paid?: number | undefined
  readonly orderId: string
  readonly terminal: string
}

/** One line, with the state coloured by its meaning. */
export const formatAttempt = (attempt: ShownAttempt): string => {
  const { id, openedAt, state, transactionType, amount, currency, paid, orderId, terminal } = attempt
  const shown = stateText(attempt)
  const parts = [transactionType, amountText(paid, amount, currency), orderId, terminal]
  return [printable(id), zonedTime(openedAt), paint(toneOf(state), shown), ...parts.map(printable)].join("  ")
}

/** The amount paid, followed by the amount asked for if that is another one: more if it was a part, less if a tip was added. */
export const amountText = (paid: number | undefined, asked: number, code: string): string =>
  paid === undefined || paid === 0 || paid === asked
    ? Money.textOf(asked, code)
    : `${Money.textOf(paid, code)} ${paid < asked ? "of" : "for"} ${Money.textOf(asked, code)}`

/** A state, and whether a person set the attempt aside. */
export const stateText = ({ state, isSetAside = false }: Pick<ShownAttempt, "state" | "isSetAside">): string =>
  printable(isSetAside ? `${state}, set aside` : state)

/** What a state means. */
export const toneOf = (state: string): Tone => tones[state] ?? "quiet"

const tones: Readonly<Record<string, Tone>> = {
  approved: "good",
  "approved-in-part": "odd",
  declined: "bad",
  open: "odd",
  unknown: "odd"
}

/** An attempt of a server as one line. */
export const formatSummary = (attempt: AttemptSummary) => formatAttempt(summaryAsShown(attempt))

/** Whether a person set it aside and its outcome is still unknown. */
export const isSetAside = ({ state, resolution }: Pick<AttemptSummary, "state" | "resolution">): boolean =>
  state === "unknown" && resolution?.outcome === "set-aside"

/** The shown part of a server's attempt. */
export const summaryAsShown = ({ terminal, ...attempt }: AttemptSummary): ShownAttempt => ({
  ...attempt,
  isSetAside: isSetAside(attempt),
  terminal: terminal.name
})

/** An attempt of the journal as JSON, times as ISO texts. */
export const toJson = ({ endings, openedAt, ...attempt }: AttemptJournal.Attempt) => ({
  ...attempt,
  openedAt: new Date(openedAt).toISOString(),
  endings: endings.map(({ id: _, endedAt, ...ending }) => ({ ...ending, endedAt: new Date(endedAt).toISOString() }))
})

/** An attempt of the journal as one line. */
export const formatKept = (attempt: AttemptJournal.Attempt) => formatAttempt(keptAsShown(attempt))

/** The shown part of the journal's attempt. */
export const keptAsShown = ({ openedAt, endings, ...attempt }: AttemptJournal.Attempt): ShownAttempt => ({
  ...attempt,
  openedAt: new Date(openedAt).toISOString(),
  // While it is unknown, `paid` is only what a person said.
  paid: isUndecided(attempt) ? undefined : endings.at(-1)?.paid
})
