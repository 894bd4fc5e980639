/** The totals of a day's attempts, per terminal and currency, to reconcile with the terminals' batch reports. */
import * as Schema from "effect/Schema"

/** How many, and how much in minor units. */
export const CountAndSum = Schema.Struct({ count: Schema.Int, amount: Schema.Int }).annotate({
  identifier: "CountAndSum"
})
export type CountAndSum = typeof CountAndSum.Type

/** One terminal's day in one currency. */
export const TerminalTotals = Schema.Struct({
  terminal: Schema.String,
  currency: Schema.String,
  debit: CountAndSum,
  credit: CountAndSum,
  cancel: CountAndSum,
  /** Attempts that may have moved money: open or unknown. Not part of `net`. */
  unknown: CountAndSum,
  /** Debits less credits and cancellations, in minor units. */
  net: Schema.Int,
  /** Refunds and cancellations, which are part of `unknown`: what may have been given back. */
  unknownReturned: Schema.optionalKey(CountAndSum),
  /** Tips, which are part of `debit`. */
  tip: Schema.optionalKey(CountAndSum)
}).annotate({ identifier: "TerminalTotals" })
export type TerminalTotals = typeof TerminalTotals.Type

/** The answer of `GET /attempts?day=…&format=totals`. */
export const DayTotals = Schema.Struct({ day: Schema.String, totals: Schema.Array(TerminalTotals) }).annotate({
  identifier: "DayTotals"
})
export type DayTotals = typeof DayTotals.Type
