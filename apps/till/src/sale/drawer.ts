/**
 * The counted and expected content of a drawer when a day is closed, in minor units. Without schemas, because the pages
 * load it.
 */
import { type Currency, Money } from "@hipay-pos/core/plain"
import * as Result from "effect/Result"
import type { Count } from "./Closing.ts"

/** The value of counted coins and notes. */
export const countedOf = (
  counts: ReadonlyArray<Count>,
  currency: Currency.CurrencyCode
): Result.Result<Money.Money, Money.MoneyError> =>
  Result.gen(function* () {
    const sums: Array<Money.Money> = []
    for (const { value, count } of counts) sums.push(yield* Money.multiply(yield* Money.make(value, currency), count))
    return yield* Money.sum(sums, currency)
  })

/** The expected content of the drawer, and the difference from the count. */
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

const signed = (minorUnits: number, currency: Currency.CurrencyCode) =>
  Result.map(Money.make(Math.abs(minorUnits), currency), (money) => (minorUnits < 0 ? Money.negate(money) : money))

/** Notes and coins of a currency, the largest first, in minor units; none if they are not known. */
export const denominations = (currency: string): ReadonlyArray<number> =>
  currency === "EUR" ? [20_000, 10_000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1] : []
