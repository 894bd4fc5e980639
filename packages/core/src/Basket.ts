/**
 * What is in the basket: goods, discounts and fees, each line with its exact total.
 *
 * A line's total is `unit price × quantity + discount`, with a discount of zero or less; a basket's total is the sum of
 * its lines. All amounts are `Money` of one currency, tax included.
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { CurrencyCode } from "./Currency.ts"
import * as Money from "./Money.ts"

/** A good that is sold, a discount on the order, or a fee such as shipping. */
export const BasketItemType = Schema.Literals(["good", "discount", "fee"])
export type BasketItemType = typeof BasketItemType.Type

/** One line. `taxRate` is in percent; `category` is one of the contract's sixteen, 1 to 16. */
export const BasketItem = Schema.Struct({
  type: BasketItemType,
  reference: Schema.String,
  name: Schema.String,
  quantity: Schema.Int,
  unitPrice: Money.Money,
  discount: Money.Money,
  total: Money.Money,
  taxRate: Schema.Finite,
  ean: Schema.optionalKey(Schema.String),
  category: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 16 }))),
  url: Schema.optionalKey(Schema.String)
}).annotate({ identifier: "DomainBasketItem" })
export type BasketItem = typeof BasketItem.Type

export type Basket = ReadonlyArray<BasketItem>

/** What a till knows of a line; the total is computed. */
export interface ItemOptions {
  readonly reference: string
  readonly name: string
  readonly quantity?: number
  readonly unitPrice: Money.Money
  /** Zero or less; zero by default. */
  readonly discount?: Money.Money
  /** In percent; 0 by default. */
  readonly taxRate?: number
  readonly ean?: string
  readonly category?: number
  readonly url?: string
}

/** A line with its total computed. */
export const item = (
  type: BasketItemType,
  { quantity = 1, taxRate = 0, discount, ...options }: ItemOptions
): Result.Result<BasketItem, Money.CurrencyMismatch | Money.AmountOutOfRange | Money.NotRepresentable> => {
  const reduction = discount ?? Money.zero(options.unitPrice.currency)
  return Result.map(lineTotal(options.unitPrice, quantity, reduction), (total) => ({
    ...options,
    type,
    quantity,
    taxRate,
    discount: reduction,
    total
  }))
}

/** `unit price × quantity + discount`. */
export const lineTotal = (
  unitPrice: Money.Money,
  quantity: number,
  discount: Money.Money
): Result.Result<Money.Money, Money.CurrencyMismatch | Money.AmountOutOfRange | Money.NotRepresentable> =>
  Result.flatMap(Money.multiply(unitPrice, quantity), (gross) => Money.add(gross, discount))

/** The sum of the lines' totals. */
export const total = (
  basket: Basket,
  currency: CurrencyCode
): Result.Result<Money.Money, Money.CurrencyMismatch | Money.AmountOutOfRange> =>
  Money.sum(
    basket.map((line) => line.total),
    currency
  )
