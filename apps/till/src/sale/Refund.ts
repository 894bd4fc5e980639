/**
 * What can still be returned of a sale, and the lines of its refunds.
 *
 * A refund has lines of its own, with the discounts of the sale: a line sold at three for 10.00 EUR is refunded piece by piece
 * at 3.34, 3.33 and 3.33, and never for more than was paid.
 */
import * as Money from "@hipay-pos/core/Money"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Bill from "./Bill.ts"
import type { Line, Sale } from "./Sale.ts"

/** How many pieces of a line the customer still has, and what was paid for them, in minor units. */
export interface Refundable {
  readonly line: Line
  readonly quantity: number
  readonly amount: number
}

/** How many pieces of which line of the sale come back. */
export interface Returned {
  readonly line: number
  readonly quantity: number
}

/** What can still be returned, line by line. `refunds` are those of this sale; abandoned ones do not count. */
export const refundable = (
  sale: Sale,
  refunds: ReadonlyArray<Sale>
): Result.Result<ReadonlyArray<Refundable>, Bill.BillRefused> =>
  Result.gen(function* () {
    const { basket } = yield* Bill.make(sale)
    const back = new Map<number, { quantity: number; amount: number }>()
    for (const refund of refunds) {
      if (refund.end?.outcome === "abandoned") continue
      const bill = yield* Bill.make(refund)
      for (const [i, line] of refund.lines.entries()) {
        const before = back.get(line.number) ?? { quantity: 0, amount: 0 }
        const amount = before.amount + (bill.basket[i]?.total.minorUnits ?? 0)
        back.set(line.number, { quantity: before.quantity + line.quantity, amount })
      }
    }
    return sale.lines.map((line, i) => {
      const { quantity, amount } = back.get(line.number) ?? { quantity: 0, amount: 0 }
      const paid = basket[i]?.total.minorUnits ?? 0
      return { line, quantity: line.quantity - quantity, amount: paid - amount }
    })
  })

/** The lines of a refund, under the numbers they have in the sale. */
export const linesOf = (
  sale: Sale,
  left: ReadonlyArray<Refundable>,
  returned: ReadonlyArray<Returned>
): Result.Result<ReadonlyArray<Line>, RefundRefused | Bill.BillRefused> =>
  Result.gen(function* () {
    if (sale.kind !== "sale" || sale.end?.outcome !== "completed") return yield* refuse("a completed sale")
    const lines: Array<Line> = []
    for (const { line, quantity, amount } of left) {
      const wanted = returned.filter((one) => one.line === line.number)
      const pieces = wanted.reduce((sum, one) => sum + one.quantity, 0)
      if (pieces === 0) continue
      if (!Number.isInteger(pieces) || pieces < 0 || pieces > quantity) {
        return yield* refuse(`at most ${quantity} of line ${line.number}`)
      }
      const price = yield* Money.make(amount, sale.currency)
      const [share = price] = yield* Money.allocate(price, [pieces, quantity - pieces])
      lines.push(yield* priced(line, pieces, share))
    }
    if (lines.length === 0) return yield* refuse("at least one line of the sale")
    return lines
  })

/** The line with so many pieces, discounted to what was paid for them. */
const priced = (line: Line, quantity: number, cost: Money.Money) =>
  Result.gen(function* () {
    const { discount: _discount, ...kept } = line
    const gross = yield* Money.multiply(yield* Money.make(line.unitPrice, cost.currency), quantity)
    const off = yield* Money.subtract(gross, cost)
    const minorUnits = off.minorUnits
    return { ...kept, quantity, ...(minorUnits === 0 ? {} : { discount: { _tag: "Amount" as const, minorUnits } }) }
  })

const refuse = (expected: string) => Result.fail(new RefundRefused({ expected }))

/** More than the sale has left, or no sale that can be refunded. */
export class RefundRefused extends Schema.TaggedError<RefundRefused>()("RefundRefused", { expected: Schema.String }) {
  override get message() {
    return `expected ${this.expected}`
  }
}
