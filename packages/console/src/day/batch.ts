/** Compares a terminal's own batch report with the server's records: the difference, and what may explain it. Pure. */
import type { AttemptSummary } from "@hipay-pos/core/wire/Attempt"
import { isPaid, isUndecided } from "@hipay-pos/core/wire/AttemptState"
import type { TerminalTotals } from "@hipay-pos/core/wire/DayTotals"
import { amountByTerminal } from "@hipay-pos/core/wire/Resolution"

/** The kinds of attempts that the totals of a day count separately. */
export const kinds = ["debit", "credit", "cancel", "unknown"] as const

export type Kind = (typeof kinds)[number]

const kindsOfPaid = { Debit: "debit", Credit: "credit", Cancel: "cancel" } as const

/** The number of attempts of each kind, as the server's totals count them. */
export const numbersOf = (attempts: ReadonlyArray<AttemptSummary>): ReadonlyArray<number> => {
  const own = attempts.map((each) =>
    isUndecided(each) ? "unknown" : isPaid(each) ? kindsOfPaid[each.transactionType] : undefined
  )
  return kinds.map((kind) => own.filter((each) => each === kind).length)
}

interface OneGuess {
  readonly kind: "unknown" | "declined" | "once"
  readonly attempt: AttemptSummary
}

export type Guess = OneGuess | { readonly kind: "all-unknown"; readonly count: number }

/**
 * How many minor units an attempt adds to a terminal's net: below zero for a refund or a cancellation. An unknown one adds what
 * the terminal said, which may include a tip.
 */
const signed = ({ transactionType, paid, amount, currency, error }: AttemptSummary): number =>
  (transactionType === "Debit" ? 1 : -1) * (paid ?? amountByTerminal(error?.evidence, currency) ?? amount)

/**
 * What may explain a difference, in minor units of the net: an unknown or declined attempt that the report includes, all unknown
 * ones together, or an approved one that it lacks.
 */
export const guessOf = (
  difference: number,
  { terminal, currency }: Pick<TerminalTotals, "terminal" | "currency">,
  attempts: ReadonlyArray<AttemptSummary>
): Guess | undefined => {
  if (difference === 0) return undefined
  const own = attempts.filter((each) => each.terminal.name === terminal && each.currency === currency)
  const find = (states: ReadonlyArray<string>, amount: number, kind: OneGuess["kind"]): Guess | undefined => {
    const attempt = own.find((each) => states.includes(each.state) && signed(each) === amount)
    return attempt && { kind, attempt }
  }
  const undecided = own.filter(isUndecided)
  const isSum = undecided.length > 1 && undecided.reduce((sum, each) => sum + signed(each), 0) === difference
  return (
    find(["unknown", "open"], difference, "unknown") ??
    (isSum ? { kind: "all-unknown", count: undecided.length } : undefined) ??
    find(["declined", "not-started"], difference, "declined") ??
    find(["approved", "approved-in-part"], -difference, "once")
  )
}

/** The fewest hours shown, so that a bar looks like one hour of a day. */
const FEWEST = 8

/** What was paid in an hour of the day, and what may have been paid. */
export interface Hour {
  /** By the shop's clock, 0 to 23. */
  readonly hour: number
  readonly count: number
  readonly amount: number
  readonly unknown: number
}

/**
 * The payments of one currency, without refunds, from the first hour with one to the last. `begin` is the local hour at
 * which the shop's day begins; `hourOfDay` counts hours from there: 0 to 23, and 24 for the rest of the first hour if the
 * day begins within it.
 */
export const byHour = (
  attempts: ReadonlyArray<AttemptSummary>,
  currency: string,
  hourOfDay: (at: string) => number,
  begin: number
): ReadonlyArray<Hour> => {
  const hours = Array.from({ length: 25 }, (_, index) => ({
    hour: (begin + index) % 24,
    count: 0,
    amount: 0,
    unknown: 0
  }))
  for (const attempt of attempts) {
    if (attempt.currency !== currency || attempt.transactionType !== "Debit") continue
    const hour = hours[hourOfDay(attempt.openedAt)]
    if (hour === undefined) continue
    if (isUndecided(attempt)) hour.unknown += attempt.amount
    else if (attempt.paid !== undefined) {
      hour.count++
      hour.amount += attempt.paid
    }
  }
  const isBusy = ({ count, unknown }: Hour) => count > 0 || unknown > 0
  const [first, last] = [hours.findIndex(isBusy), hours.findLastIndex(isBusy)]
  if (first === -1) return []
  const from = Math.max(0, Math.min(first, last - FEWEST + 1))
  return hours.slice(from, Math.max(last, from + FEWEST - 1) + 1)
}

/** What may have been paid, and what may have been given back, in minor units of one currency. */
export interface UndecidedSums {
  readonly taken: number
  readonly returned: number
}

/** Sums over terminals, of one currency. */
export const undecidedSums = (
  rows: ReadonlyArray<Pick<TerminalTotals, "unknown" | "unknownReturned">>
): UndecidedSums => {
  const returned = rows.reduce((sum, { unknownReturned }) => sum + (unknownReturned?.amount ?? 0), 0)
  return { taken: rows.reduce((sum, { unknown }) => sum + unknown.amount, 0) - returned, returned }
}

/** The tips in the debits of terminals, in minor units of one currency. */
export const tipsOf = (rows: ReadonlyArray<Pick<TerminalTotals, "tip">>): number =>
  rows.reduce((sum, { tip }) => sum + (tip?.amount ?? 0), 0)
