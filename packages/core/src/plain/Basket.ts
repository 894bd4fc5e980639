/**
 * What is in the basket: goods, discounts and fees, each line with its exact total.
 *
 * A line's total is `unit price × quantity + discount`, with a discount of zero or less; a basket's total is the sum of
 * its lines. All amounts are `Money` of one currency, tax included. Baskets are immutable: each change gives a new one,
 * with every total computed, so that a till need not.
 */
import * as Data from "effect/Data"
import * as Result from "effect/Result"
import type { BasketItem, BasketItemType } from "../schemas/Basket.ts"
import type { CurrencyCode } from "./Currency.ts"
import * as Money from "./Money.ts"

export type { BasketItem, BasketItemType } from "../schemas/Basket.ts"

/** Lines in the order in which a receipt shows them; all of one currency. */
export type Basket = ReadonlyArray<BasketItem>

/** A line as a till gives it; the total is computed. */
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
): Result.Result<BasketItem, Money.MoneyError> => {
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
): Result.Result<Money.Money, Money.MoneyError> =>
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

/** The basket with one more line. */
export const add = (basket: Basket, line: BasketItem): Result.Result<Basket, Money.CurrencyMismatch> => {
  const expected = basket[0]?.total.currency ?? line.total.currency
  return line.total.currency === expected
    ? Result.succeed([...basket, line])
    : Result.fail(new Money.CurrencyMismatch({ expected, actual: line.total.currency }))
}

/** Options of a fee line; by default it is shipping, without tax. */
export interface FeeOptions {
  readonly reference?: string
  readonly name?: string
  /** In percent; 0 by default. */
  readonly taxRate?: number
}

/** The basket with shipping as a line of type `fee`, so that the basket's sum equals the order's amount. */
export const addShipping = (
  basket: Basket,
  price: Money.Money,
  { reference = "SHIPPING", name = "Shipping", taxRate = 0 }: FeeOptions = {}
): Result.Result<Basket, Money.MoneyError> =>
  Result.flatMap(item("fee", { reference, name, unitPrice: price, taxRate }), (line) => add(basket, line))

/** The basket with another quantity on the line at `index`; zero takes the line out. Its discount stays as it is. */
export const changeQuantity = (
  basket: Basket,
  index: number,
  quantity: number
): Result.Result<Basket, BasketRefused | Money.MoneyError> => {
  const line = basket[index]
  if (line === undefined) return noSuchLine(basket, index)
  if (!Number.isInteger(quantity) || quantity < 0) {
    return refuse("quantity", "a whole quantity from zero", String(quantity))
  }
  return quantity === 0
    ? Result.succeed(basket.filter((_, i) => i !== index))
    : Result.map(repriced({ ...line, quantity }), (changed) => basket.with(index, changed))
}

/** The basket with this discount, zero or less, on the line at `index`, in place of the one it had. */
export const discountLine = (
  basket: Basket,
  index: number,
  discount: Money.Money
): Result.Result<Basket, BasketRefused | Money.MoneyError> => {
  const line = basket[index]
  if (line === undefined) return noSuchLine(basket, index)
  if (discount.minorUnits > 0) return refuse("discount-positive", "0 or less", Money.toText(discount))
  return Result.map(repriced({ ...line, discount }), (changed) => basket.with(index, changed))
}

/**
 * The basket with a discount on the whole order, zero or less, spread over its goods in the ratio of their totals and
 * added to the discounts they have. Nothing is lost: the basket's total falls by exactly the discount. Minor units left
 * over are distributed as in `Money.allocate`. Fees and lines of type `discount` stay as they are; a discount larger than
 * what those lines leave of the goods is refused.
 */
export const discountOrder = (
  basket: Basket,
  discount: Money.Money
): Result.Result<Basket, BasketRefused | Money.MoneyError> => {
  if (discount.minorUnits > 0) return refuse("discount-positive", "0 or less", Money.toText(discount))
  if (discount.minorUnits === 0) return Result.succeed(basket)
  const weights = basket.map(({ type, total }) => (type === "good" ? Math.max(0, total.minorUnits) : 0))
  const goods = weights.reduce((sum, weight) => sum + weight, 0)
  const withoutFees = basket.reduce((sum, { type, total }) => (type === "fee" ? sum : sum + total.minorUnits), 0)
  const most = Math.max(0, Math.min(goods, withoutFees))
  if (-discount.minorUnits > most) {
    return refuse("discount-too-large", `a discount on goods of ${most} minor units`, Money.toText(discount))
  }
  return Result.gen(function* () {
    const shares = yield* Money.allocate(discount, weights)
    const discounted: Array<BasketItem> = []
    for (const [i, line] of basket.entries()) {
      const share = shares[i]
      if (share === undefined || share.minorUnits === 0) {
        discounted.push(line)
        continue
      }
      const together = yield* Money.add<CurrencyCode>(line.discount, share)
      discounted.push(yield* repriced({ ...line, discount: together }))
    }
    return discounted
  })
}

/** The line with its total recomputed. Only a line of type `discount` may have a negative total. */
const repriced = (line: BasketItem): Result.Result<BasketItem, BasketRefused | Money.MoneyError> =>
  Result.flatMap(lineTotal(line.unitPrice, line.quantity, line.discount), (total) =>
    line.type !== "discount" && line.discount.minorUnits < 0 && total.minorUnits < 0
      ? refuse("discount-too-large", "a discount within the line's price", Money.toText(line.discount))
      : Result.succeed({ ...line, total })
  )

const refuse = (problem: BasketRefused["problem"], expected: string, actual: string) =>
  Result.fail(new BasketRefused({ problem, expected, actual }))

const noSuchLine = (basket: Basket, index: number) =>
  refuse("no-such-line", `a line of the ${basket.length} there are, counted from zero`, String(index))

/** A change that a basket cannot take. */
export class BasketRefused extends Data.TaggedError("BasketRefused")<{
  readonly problem: "no-such-line" | "quantity" | "discount-positive" | "discount-too-large"
  readonly expected: string
  readonly actual: string
}> {
  override get message() {
    return `expected ${this.expected}, got ${this.actual}`
  }
}
