/** A terminal's own batch report beside what the server knows: the difference, and which payment it may be. Pure. */
import type { AttemptSummary } from "@hipay-pos/core/wire/Attempt"
import { isUndecided } from "@hipay-pos/core/wire/AttemptState"
import type { TerminalTotals } from "@hipay-pos/core/wire/DayTotals"

export type Guess = {
  readonly kind: "unknown" | "declined" | "once"
  readonly attempt: AttemptSummary
}

/**
 * The payment that a difference may be, in minor units: more on the report is an unknown or declined payment that was
 * charged after all, less is an approved one that the terminal has not.
 */
export const guessOf = (
  difference: number,
  { terminal, currency }: Pick<TerminalTotals, "terminal" | "currency">,
  attempts: ReadonlyArray<AttemptSummary>
): Guess | undefined => {
  const own = attempts.filter((each) => each.terminal.name === terminal && each.currency === currency)
  const find = (states: ReadonlyArray<string>, amount: number, kind: Guess["kind"]): Guess | undefined => {
    const attempt = own.find((each) => states.includes(each.state) && (each.paid ?? each.amount) === amount)
    return attempt && { kind, attempt }
  }
  if (difference === 0) return undefined
  return difference > 0
    ? (find(["unknown", "open"], difference, "unknown") ?? find(["declined", "not-started"], difference, "declined"))
    : find(["approved", "approved-in-part"], -difference, "once")
}

/** How many hours are shown at least, so that a bar looks like an hour of a day. */
const FEWEST = 8

/** How many payments there were in each hour of the day, and what they came to, from the first hour with one to the last. */
export interface Hour {
  readonly hour: number
  readonly count: number
  readonly amount: number
  readonly unknown: number
}

/** Of one currency; `hourOf` is the hour of the shop's clock. */
export const byHour = (
  attempts: ReadonlyArray<AttemptSummary>,
  currency: string,
  hourOf: (at: string) => number
): ReadonlyArray<Hour> => {
  const hours = Array.from({ length: 24 }, (_, hour) => ({ hour, count: 0, amount: 0, unknown: 0 }))
  for (const attempt of attempts) {
    const hour = hours[hourOf(attempt.openedAt)]
    if (hour === undefined || attempt.currency !== currency) continue
    if (isUndecided(attempt)) {
      hour.count++
      hour.unknown += attempt.amount
    } else if (attempt.paid !== undefined && attempt.transactionType === "Debit") {
      hour.count++
      hour.amount += attempt.paid
    }
  }
  const busy = hours.filter(({ count }) => count > 0).map(({ hour }) => hour)
  const [first, last] = [busy[0], busy.at(-1)]
  if (first === undefined || last === undefined) return []
  const begin = Math.max(0, Math.min(first, last - FEWEST + 1))
  return hours.slice(begin, Math.max(last, begin + FEWEST - 1) + 1)
}
