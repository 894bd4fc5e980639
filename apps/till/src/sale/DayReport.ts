/**
 * A day at the till: money in and out by means of payment, and the tax on the sales, rate by rate.
 *
 * Tenders count on the day on which they moved money; sales and their tax on the day on which they were completed. Refunds are
 * deducted. Amounts are minor units of the till's currency, and sums are signed.
 */
import type { CurrencyCode } from "@hipay-pos/core/Currency"
import * as Money from "@hipay-pos/core/Money"
import * as Result from "effect/Result"
import * as Bill from "./Bill.ts"
import { type Direction, movedBy, type Sale, type Tender } from "./Sale.ts"

/** Money that moved by one means. */
export interface MeansTotal {
  /** `cash`, or a terminal's name. */
  readonly name: string
  readonly means: "cash" | "card"
  readonly in: { readonly count: number; readonly amount: number }
  readonly out: { readonly count: number; readonly amount: number }
  readonly net: number
}

/** A day's totals. */
export interface DayReport {
  readonly sales: { readonly count: number; readonly amount: number }
  readonly refunds: { readonly count: number; readonly amount: number }
  readonly net: number
  readonly means: ReadonlyArray<MeansTotal>
  readonly taxes: ReadonlyArray<{
    readonly rate: number
    readonly net: number
    readonly tax: number
    readonly gross: number
  }>
  /** Card payments of that day with an unknown outcome: not in any total until they are resolved. */
  readonly unknown: { readonly count: number; readonly amount: number }
  /** Refunds to cards of that day with an unknown outcome: not in any total until they are resolved. */
  readonly unknownRefunds: { readonly count: number; readonly amount: number }
  /**
   * What cards were charged beyond the amounts requested, such as tips: not in the totals of sales, but on the
   * terminal's slip.
   */
  readonly extra: { readonly count: number; readonly amount: number }
}

/** The report of the sales that touch a day; `isOn` says whether a time falls on it. */
export const make = (
  sales: Iterable<Sale>,
  currency: CurrencyCode,
  isOn: (at: number) => boolean
): Result.Result<DayReport, Bill.BillRefused> =>
  Result.gen(function* () {
    const ended: Record<Sale["kind"], Array<Money.Money>> = { sale: [], refund: [] }
    const tenders: Array<Tender> = []
    const taxes = new Map<number, Record<"net" | "tax" | "gross", Array<Money.Money>>>()
    const unknown: Record<Direction, Array<Money.Money>> = { in: [], out: [] }
    const extra: Array<Money.Money> = []
    for (const sale of sales) {
      for (const tender of sale.tenders) {
        if (!isOn(momentOf(tender))) continue
        if (movedBy(tender) > 0) tenders.push(tender)
        if (tender.means === "card" && tender.direction === "in" && tender.extra !== undefined)
          extra.push(yield* Money.make(tender.extra, currency))
        if (tender.means === "card" && tender.state === "unknown") {
          unknown[tender.direction].push(yield* Money.make(tender.amount, currency))
        }
      }
      if (sale.end?.outcome !== "completed" || !isOn(sale.end.at)) continue
      const { total, tax } = yield* Bill.make(sale)
      const signed = sale.kind === "sale" ? (money: Money.Money) => money : Money.negate
      ended[sale.kind].push(total)
      for (const row of tax.rows) {
        const sums = taxes.get(row.rate) ?? { net: [], tax: [], gross: [] }
        for (const part of ["net", "tax", "gross"] as const) sums[part].push(signed(row[part]))
        taxes.set(row.rate, sums)
      }
    }
    const add = (amounts: ReadonlyArray<Money.Money>) =>
      Result.map(Money.sum(amounts, currency), ({ minorUnits }) => minorUnits)
    const rows: Array<DayReport["taxes"][number]> = []
    for (const [rate, { net, tax, gross }] of [...taxes].sort(([a], [b]) => a - b)) {
      rows.push({ rate, net: yield* add(net), tax: yield* add(tax), gross: yield* add(gross) })
    }
    const means: Array<MeansTotal> = []
    const groups = Map.groupBy(tenders, (tender) => `${tender.means} ${nameOf(tender)}`)
    for (const group of groups.values()) means.push(yield* totalOf(group, currency))
    const sold = { count: ended.sale.length, amount: yield* add(ended.sale) }
    const refunded = { count: ended.refund.length, amount: yield* add(ended.refund) }
    return {
      sales: sold,
      refunds: refunded,
      net: yield* add([...ended.sale, ...ended.refund.map(Money.negate)]),
      means: means.sort((a, b) => (a.means === b.means ? a.name.localeCompare(b.name) : a.means < b.means ? 1 : -1)),
      taxes: rows,
      unknown: { count: unknown.in.length, amount: yield* add(unknown.in) },
      unknownRefunds: { count: unknown.out.length, amount: yield* add(unknown.out) },
      extra: { count: extra.length, amount: yield* add(extra) }
    }
  })

const momentOf = (tender: Tender): number =>
  tender.means === "cash" ? tender.at : (tender.endedAt ?? tender.startedAt)

const nameOf = (tender: Tender): string => (tender.means === "cash" ? "cash" : tender.terminal)

const totalOf = (tenders: ReadonlyArray<Tender>, currency: CurrencyCode) =>
  Result.gen(function* () {
    const sums = { in: { count: 0, amount: 0 }, out: { count: 0, amount: 0 } }
    for (const direction of ["in", "out"] as const) {
      const amounts: Array<Money.Money> = []
      for (const tender of tenders) {
        if (tender.direction === direction) amounts.push(yield* Money.make(movedBy(tender), currency))
      }
      sums[direction] = { count: amounts.length, amount: (yield* Money.sum(amounts, currency)).minorUnits }
    }
    const [taken, given] = [yield* Money.make(sums.in.amount, currency), yield* Money.make(sums.out.amount, currency)]
    const { minorUnits: net } = yield* Money.subtract(taken, given)
    const [first] = tenders
    return { name: first ? nameOf(first) : "", means: first?.means ?? "cash", ...sums, net }
  })
