/**
 * The tax inside a basket's prices, rate by rate, as a receipt shows it.
 *
 * Prices include tax, so the net amount of a rate is `gross × 100 / (100 + rate)`. It is rounded once per rate, never line
 * by line, and the tax is the rest, so that net and tax add up to the gross in every row and in the totals.
 */
import * as Data from "effect/Data"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Basket } from "./Basket.ts"
import type { CurrencyCode } from "./Currency.ts"
import * as Fraction from "./Fraction.ts"
import * as Money from "./Money.ts"

const amounts = { net: Money.Money, tax: Money.Money, gross: Money.Money }

/** One rate in percent, and the basket's amounts at it. */
export const TaxRow = Schema.Struct({ rate: Schema.Finite, ...amounts })
export type TaxRow = typeof TaxRow.Type

/** One row per rate, the lowest first, and the totals. */
export const TaxBreakdown = Schema.Struct({ rows: Schema.Array(TaxRow), ...amounts })
export type TaxBreakdown = typeof TaxBreakdown.Type

/** The breakdown of a basket; an empty one has no rows. Nets are rounded `half-up` by default. */
export const make = (
  basket: Basket,
  currency: CurrencyCode,
  rounding: Fraction.Rounding = "half-up"
): Result.Result<TaxBreakdown, TaxRateRefused | Money.CurrencyMismatch | Money.AmountOutOfRange> =>
  Result.gen(function* () {
    const rows: Array<TaxRow> = []
    for (const [rate, lines] of [...Map.groupBy(basket, ({ taxRate }) => taxRate)].sort(([a], [b]) => a - b)) {
      const gross = yield* Money.sum(
        lines.map(({ total }) => total),
        currency
      )
      const net = yield* netOf(gross, rate, rounding)
      rows.push({ rate, net, tax: yield* Money.subtract(gross, net), gross })
    }
    const total = (part: keyof typeof amounts) =>
      Money.sum(
        rows.map((row) => row[part]),
        currency
      )
    return { rows, net: yield* total("net"), tax: yield* total("tax"), gross: yield* total("gross") }
  })

const netOf = (
  gross: Money.Money,
  rate: number,
  rounding: Fraction.Rounding
): Result.Result<Money.Money, TaxRateRefused | Money.AmountOutOfRange> => {
  const fraction = Fraction.fromNumber(rate)
  if (fraction === undefined || fraction.numerator < 0n) return Result.fail(new TaxRateRefused({ rate: String(rate) }))
  const hundred = 100n * fraction.denominator
  const numerator = BigInt(gross.minorUnits) * hundred
  const net = Number(Fraction.round({ numerator, denominator: hundred + fraction.numerator }, rounding))
  return Result.mapError(
    Money.make(net, gross.currency),
    () => new Money.AmountOutOfRange({ currency: gross.currency, maximum: Money.MAX_MINOR_UNITS })
  )
}

/** A tax rate below zero, or none at all. */
export class TaxRateRefused extends Data.TaggedError("TaxRateRefused")<{
  readonly rate: string
}> {
  override get message() {
    return `expected a tax rate from zero, in percent, got ${this.rate}`
  }
}
