/**
 * One order paid by several means: each tender is an order of its own, for part of the amount.
 *
 * The amounts add up to the order's, to the minor unit. Each part has an id of its own, because an id can be paid only once:
 * `ORDER_1-1`, `ORDER_1-2`. If that is longer than the 32 characters that terminals get, the number comes first, so that
 * it is not cut off: `1-…`, `2-…`. Parts have no basket: its sum would not be their amount, and HiPay drops such a basket.
 */
import * as Data from "effect/Data"
import * as Result from "effect/Result"
import * as Money from "./Money.ts"
import type { OrderOptions } from "./OrderRequest.ts"

/** The fields that each part keeps: all that its own amount does not contradict. */
export type Part = Omit<OrderOptions, "basket" | "shippingFees" | "taxFees">

/**
 * The order in parts of the given amounts, each above zero; give each to `OrderRequest.make`. Include amounts paid
 * by other means, such as cash, and ignore their parts. For equal parts, see `Money.split`.
 */
export const split = (
  order: OrderOptions,
  amounts: ReadonlyArray<Money.Money>
): Result.Result<ReadonlyArray<Part>, TendersRefused | Money.CurrencyMismatch | Money.AmountOutOfRange> =>
  Result.flatMap(Money.sum(amounts, order.amount.currency), (sum) => {
    if (!Money.equals(sum, order.amount) || amounts.some(({ minorUnits }) => minorUnits <= 0)) {
      return Result.fail(new TendersRefused({ expected: order.amount, actual: sum }))
    }
    const { basket: _basket, shippingFees: _shipping, taxFees: _tax, ...kept } = order
    return Result.succeed(amounts.map((amount, i) => ({ ...kept, amount, orderId: partId(order.orderId, i + 1) })))
  })

const partId = (orderId: string, number: number): string => {
  const id = `${orderId}-${number}`
  return id.length > TERMINAL_LENGTH ? `${number}-${orderId}` : id
}

/** How many characters of an order id a terminal gets, unless it is set otherwise. */
const TERMINAL_LENGTH = 32

/** Parts that do not add up to the order's amount, or one that is not above zero. */
export class TendersRefused extends Data.TaggedError("TendersRefused")<{
  readonly expected: Money.Money
  readonly actual: Money.Money
}> {
  override get message() {
    return `expected parts above zero adding up to ${Money.toText(this.expected)}, got ${Money.toText(this.actual)}`
  }
}
