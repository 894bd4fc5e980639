/**
 * A day at a glance: takings hour by hour, what sold best, the first and the last ticket. Amounts are minor units, refunds
 * taken off. Sales count at the hour in which they were completed.
 */
import type { CurrencyCode } from "@hipay-pos/core/Currency"
import * as Money from "@hipay-pos/core/Money"
import * as Result from "effect/Result"
import * as Bill from "./Bill.ts"
import type { Sale } from "./Sale.ts"

/** The picture. */
export interface DayPicture {
  /** From the first hour with a sale to the last, hours between without one included. `hour` is 0 to 23. */
  readonly hours: ReadonlyArray<{ readonly hour: number; readonly count: number; readonly amount: number }>
  /** Pieces and takings of the articles that brought most, five at most. */
  readonly articles: ReadonlyArray<{
    readonly reference: string
    readonly name: string
    readonly quantity: number
    readonly amount: number
  }>
  readonly tickets?: {
    readonly first: { readonly ticket: number; readonly at: number }
    readonly last: { readonly ticket: number; readonly at: number }
  }
}

/** The picture of the sales that were completed on a day, by the shop's clock. */
export const make = (
  sales: Iterable<Sale>,
  currency: CurrencyCode,
  isOn: (at: number) => boolean,
  hourOf: (at: number) => number
): Result.Result<DayPicture, Bill.BillRefused> =>
  Result.gen(function* () {
    const ended = [...sales].flatMap((sale) =>
      sale.end?.outcome === "completed" && isOn(sale.end.at) ? [{ sale, at: sale.end.at }] : []
    )
    ended.sort((a, b) => a.at - b.at)
    const hours = new Map<number, { count: number; amounts: Array<Money.Money> }>()
    const articles = new Map<string, { name: string; quantity: number; amounts: Array<Money.Money> }>()
    for (const { sale, at } of ended) {
      const { total, basket } = yield* Bill.make(sale)
      const [sign, signed] =
        sale.kind === "sale" ? ([1, (money: Money.Money) => money] as const) : ([-1, Money.negate] as const)
      const hour = hours.get(hourOf(at)) ?? { count: 0, amounts: [] }
      hour.count++
      hour.amounts.push(signed(total))
      hours.set(hourOf(at), hour)
      for (const [i, { reference, name, quantity }] of sale.lines.entries()) {
        const article = articles.get(reference) ?? { name, quantity: 0, amounts: [] }
        article.quantity += sign * quantity
        const paid = basket[i]?.total
        if (paid !== undefined) article.amounts.push(signed(paid))
        articles.set(reference, article)
      }
    }
    const [first, last] = [ended.at(0), ended.at(-1)]
    const inOrder = ended.map(({ at }) => hourOf(at))
    const rows: Array<DayPicture["hours"][number]> = []
    // A day may turn at four in the morning: hours follow the clock, not their numbers.
    for (let hour = inOrder.at(0) ?? 0, n = 0; inOrder.length > 0 && n < 24; hour = (hour + 1) % 24, n++) {
      const { count, amounts } = hours.get(hour) ?? { count: 0, amounts: [] }
      rows.push({ hour, count, amount: (yield* Money.sum(amounts, currency)).minorUnits })
      if (hour === inOrder.at(-1)) break
    }
    const sold: Array<DayPicture["articles"][number]> = []
    for (const [reference, { name, quantity, amounts }] of articles) {
      sold.push({ reference, name, quantity, amount: (yield* Money.sum(amounts, currency)).minorUnits })
    }
    return {
      hours: rows,
      articles: sold
        .filter(({ amount }) => amount > 0)
        .sort((a, b) => b.amount - a.amount)
        .slice(0, 5),
      ...(first && last ? { tickets: { first: pointOf(first), last: pointOf(last) } } : {})
    }
  })

const pointOf = ({ sale, at }: { readonly sale: Sale; readonly at: number }) => ({ ticket: sale.ticket, at })
