/**
 * The close of a day: what was counted in the drawer, beside what should be in it.
 *
 * Amounts are minor units. What should be there is the float plus the cash that came in, less the cash that went out; a
 * difference above zero is too much in the drawer.
 */
import type { CurrencyCode } from "@hipay-pos/core/Currency"
import * as Money from "@hipay-pos/core/Money"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { Amount, AmountOrZero } from "./Sale.ts"

/** So many coins or notes of a value. */
export const Count = Schema.Struct({
  value: Amount,
  count: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 99_999 }))
})
export type Count = typeof Count.Type

/** A day that was closed. Closings are numbered from 1 at a till; a later one of the same day counts instead. */
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
  /** The day's takings then. */
  net: Schema.Int,
  sales: Schema.Int,
  unknown: Schema.Int
})
export type Closing = typeof Closing.Type

/** What so many coins and notes are worth. */
export const countedOf = (
  counts: ReadonlyArray<Count>,
  currency: CurrencyCode
): Result.Result<Money.Money, Money.MoneyError> =>
  Result.gen(function* () {
    const sums: Array<Money.Money> = []
    for (const { value, count } of counts) sums.push(yield* Money.multiply(yield* Money.make(value, currency), count))
    return yield* Money.sum(sums, currency)
  })

/** What should be in the drawer, and how far the count is from it. */
export const differenceOf = ({
  float,
  counted,
  cash
}: {
  readonly float: number
  readonly counted: Money.Money
  readonly cash: number
}): Result.Result<{ readonly expected: number; readonly difference: number }, Money.MoneyError> =>
  Result.gen(function* () {
    const { currency } = counted
    const expected = yield* Money.sum([yield* Money.make(float, currency), yield* signed(cash, currency)], currency)
    const difference = yield* Money.subtract(counted, expected)
    return { expected: expected.minorUnits, difference: difference.minorUnits }
  })

const signed = (minorUnits: number, currency: CurrencyCode) =>
  Result.map(Money.make(Math.abs(minorUnits), currency), (money) => (minorUnits < 0 ? Money.negate(money) : money))

/** Notes and coins of a currency, the largest first, in minor units; none where they are not known. */
export const denominations = (currency: string): ReadonlyArray<number> =>
  currency === "EUR" ? [20_000, 10_000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1] : []
