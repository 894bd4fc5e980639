/**
 * The totals of a sale. Core computes every sum: line totals, discounts, tax by rate.
 *
 * `total` is what the basket costs, `collected` what has certainly been paid for it (or given back, for a refund), and
 * `remaining` the difference. A tender with an unknown outcome counts as zero until it is resolved.
 */
import * as Basket from "@hipay-pos/core/Basket"
import type { CurrencyCode } from "@hipay-pos/core/Currency"
import { defined } from "@hipay-pos/core/Defined"
import * as Money from "@hipay-pos/core/Money"
import * as TaxBreakdown from "@hipay-pos/core/TaxBreakdown"
import * as Result from "effect/Result"
import { type Direction, type Discount, type Line, movedBy, type Sale } from "./Sale.ts"

/** A sale's amounts. */
export interface Bill {
  /** The goods with all discounts included, line by line as in the sale: the basket of the order. */
  readonly basket: Basket.Basket
  /** The same before the discount on the whole order. */
  readonly lines: Basket.Basket
  /** Before the discount on the whole order. */
  readonly subtotal: Money.Money
  /** The discount on the whole order, zero or less. */
  readonly discount: Money.Money
  readonly total: Money.Money
  readonly tax: TaxBreakdown.TaxBreakdown
  readonly collected: Money.Money
  readonly remaining: Money.Money
}

/** Why a bill cannot be made. */
export type BillRefused = Basket.BasketRefused | TaxBreakdown.TaxRateRefused | Money.MoneyError

/** The bill of a sale. */
export const make = (sale: Sale): Result.Result<Bill, BillRefused> =>
  Result.gen(function* () {
    const { currency } = sale
    let lines: Basket.Basket = []
    for (const line of sale.lines) lines = yield* addLine(lines, line, currency)
    const subtotal = yield* Basket.total(lines, currency)
    const discount = yield* reduction(sale.discount, subtotal)
    const basket = yield* Basket.discountOrder(lines, discount)
    const total = yield* Basket.total(basket, currency)
    const tax = yield* TaxBreakdown.make(basket, currency)
    const collected = yield* collectedOf(sale)
    const remaining = yield* Money.subtract(total, collected)
    return { basket, lines, subtotal, discount, total, tax, collected, remaining }
  })

/** What a refund has given back, or what a sale has collected, less what it gave back. */
const collectedOf = (sale: Sale): Result.Result<Money.Money, BillRefused> =>
  Result.gen(function* () {
    const sum = function* (direction: Direction) {
      const amounts: Array<Money.Money> = []
      for (const tender of sale.tenders) {
        if (tender.direction === direction) amounts.push(yield* Money.make(movedBy(tender), sale.currency))
      }
      return yield* Money.sum(amounts, sale.currency)
    }
    const taken = yield* sum("in")
    const given = yield* sum("out")
    return sale.kind === "sale" ? yield* Money.subtract(taken, given) : yield* Money.subtract(given, taken)
  })

const addLine = (basket: Basket.Basket, line: Line, currency: CurrencyCode) =>
  Result.gen(function* () {
    const unitPrice = yield* Money.make(line.unitPrice, currency)
    const { reference, name, quantity, taxRate, ean } = line
    const item = yield* Basket.item("good", defined({ reference, name, quantity, unitPrice, taxRate, ean }))
    const added = yield* Basket.add(basket, item)
    return yield* Basket.discountLine(added, added.length - 1, yield* reduction(line.discount, item.total))
  })

/** A discount on a price, as an amount of zero or less. */
const reduction = (discount: Discount | undefined, price: Money.Money): Result.Result<Money.Money, BillRefused> => {
  if (discount === undefined) return Result.succeed(Money.zero(price.currency))
  const off =
    discount._tag === "Amount"
      ? Money.make(discount.minorUnits, price.currency)
      : Money.percentage(price, discount.percent, "half-up")
  return Result.map(off, Money.negate)
}
