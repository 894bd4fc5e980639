/**
 * A day at a glance: takings hour by hour, best sellers, the first and the last ticket. Amounts are minor units, net of
 * refunds. Sales count in the hour in which they were completed.
 */
import type { CurrencyCode } from "@hipay-pos/core/Currency"
import * as Money from "@hipay-pos/core/Money"
import * as Result from "effect/Result"
import * as Bill from "./Bill.ts"
import type { Sale } from "./Sale.ts"

/** The overview of a day. */
export interface DayPicture {
  /**
   * All hours from the first with a sale to the last. `hour` is 0 to 23; a day that does not begin on the hour may have
   * its first hour twice, at both ends.
   */
  readonly hours: ReadonlyArray<{ readonly hour: number; readonly count: number; readonly amount: number }>
  /** Pieces and takings of the articles with the highest takings, at most five. */
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

interface HourSold {
  readonly hour: number
  /** The time of its first sale, or of the later one. */
  readonly at: number
  count: number
  readonly amounts: Array<Money.Money>
}

const HALF_A_DAY = 12 * 3_600_000

/**
 * The row of a sale's hour, after those of earlier sales; hours in between get rows, too. If a day begins at half past
 * four, its first hour occurs again at the end, as a separate row.
 */
const hourIn = (rows: Array<HourSold>, hour: number, at: number): HourSold => {
  const last = rows.at(-1)
  const row = (hour: number): HourSold => ({ hour, at, count: 0, amounts: [] })
  if (last !== undefined && last.hour === hour && at - last.at < HALF_A_DAY) return last
  for (let next = last && (last.hour + 1) % 24; next !== undefined && next !== hour; next = (next + 1) % 24) {
    rows.push(row(next))
  }
  const found = row(hour)
  rows.push(found)
  return found
}

/** The overview of the sales that were completed on a day, in the shop's local time. */
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
    const hours: Array<HourSold> = []
    const articles = new Map<
      string,
      { reference: string; name: string; quantity: number; amounts: Array<Money.Money> }
    >()
    for (const { sale, at } of ended) {
      const { total, basket } = yield* Bill.make(sale)
      const [sign, signed] =
        sale.kind === "sale" ? ([1, (money: Money.Money) => money] as const) : ([-1, Money.negate] as const)
      const hour = hourIn(hours, hourOf(at), at)
      hour.count++
      hour.amounts.push(signed(total))
      for (const [i, { reference, name, quantity }] of sale.lines.entries()) {
        // Articles without a code share one reference: the name distinguishes them.
        const key = JSON.stringify([reference, name])
        const article = articles.get(key) ?? { reference, name, quantity: 0, amounts: [] }
        article.quantity += sign * quantity
        const paid = basket[i]?.total
        if (paid !== undefined) article.amounts.push(signed(paid))
        articles.set(key, article)
      }
    }
    const [first, last] = [ended.at(0), ended.at(-1)]
    const rows: Array<DayPicture["hours"][number]> = []
    for (const { hour, count, amounts } of hours) {
      rows.push({ hour, count, amount: (yield* Money.sum(amounts, currency)).minorUnits })
    }
    const sold: Array<DayPicture["articles"][number]> = []
    for (const { reference, name, quantity, amounts } of articles.values()) {
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
