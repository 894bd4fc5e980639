/**
 * The close of a day: the cash counted in the drawer, and the cash expected.
 *
 * Amounts are minor units. Expected is the float plus the cash that came in, less the cash that went out; a difference above
 * zero means that there is too much in the drawer.
 */
import * as Schema from "effect/Schema"
import { Amount, AmountOrZero } from "./Sale.ts"

/** A number of coins or notes of one value. */
export const Count = Schema.Struct({
  value: Amount,
  count: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 99_999 }))
})
export type Count = typeof Count.Type

/** A day that was closed. Closings are numbered from 1 at a till; a later one of the same day replaces it. */
export const Closing = Schema.Struct({
  closing: Schema.Int,
  /** YYYY-MM-DD of the shop. */
  day: Schema.String,
  at: Schema.Int,
  by: Schema.NonEmptyString,
  /** What was in the drawer when the day began. */
  float: AmountOrZero,
  counts: Schema.Array(Count),
  counted: AmountOrZero,
  expected: Schema.Int,
  difference: Schema.Int,
  note: Schema.optionalKey(Schema.String),
  /** The day's takings at that time. */
  net: Schema.Int,
  sales: Schema.Int,
  unknown: Schema.Int
})
export type Closing = typeof Closing.Type
