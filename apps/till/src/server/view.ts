/** A sale as the screen shows it: every amount computed by core, none by the screen. */
import { defined } from "@hipay-pos/core/Defined"
import * as Money from "@hipay-pos/core/Money"
import * as Result from "effect/Result"
import type { SaleSummary, SaleView } from "../api.ts"
import * as Bill from "../sale/Bill.ts"
import { piecesOf } from "../sale/counts.ts"
import { isContradicted, isLocked, type Sale, stageOf } from "../sale/Sale.ts"

/** The view of a sale. Every stored sale has a valid bill: one without is a bug, and throws. */
export const saleView = (sale: Sale): SaleView => {
  const bill = Result.getOrThrow(Bill.make(sale))
  const { id, ticket, kind, refundOf, currency, revision, discount, tenders, openedAt, end } = sale
  return {
    id,
    ticket,
    kind,
    ...defined({ refundOf, endedAt: end?.at }),
    currency,
    stage: stageOf(sale),
    locked: isLocked(sale),
    revision,
    lines: sale.lines.map((line, i) => ({
      ...line,
      off: bill.lines[i]?.discount.minorUnits ?? 0,
      total: bill.lines[i]?.total.minorUnits ?? 0
    })),
    discount,
    subtotal: bill.subtotal.minorUnits,
    off: bill.discount.minorUnits,
    total: bill.total.minorUnits,
    tax: bill.tax.rows.map(({ rate, net, tax, gross }) => ({
      rate,
      net: net.minorUnits,
      tax: tax.minorUnits,
      gross: gross.minorUnits
    })),
    collected: bill.collected.minorUnits,
    remaining: bill.remaining.minorUnits,
    parts: { 2: firstPart(bill.remaining, 2), 3: firstPart(bill.remaining, 3), 4: firstPart(bill.remaining, 4) },
    tenders,
    openedAt
  }
}

const firstPart = (money: Money.Money, shares: number): number =>
  Result.getOrThrow(Money.split(money, shares))[0]?.minorUnits ?? 0

/** A sale as one line of the history. */
export const saleSummary = (sale: Sale): SaleSummary => ({
  id: sale.id,
  ticket: sale.ticket,
  kind: sale.kind,
  stage: stageOf(sale),
  total: Result.getOrThrow(Bill.make(sale)).total.minorUnits,
  pieces: piecesOf(sale),
  means: [...new Set(sale.tenders.map(({ means }) => means))],
  cards: sale.tenders.flatMap((tender) =>
    tender.means === "card" && tender.paid > 0 && tender.card?.last4 !== undefined ? [tender.card.last4] : []
  ),
  contradicted: sale.tenders.some(isContradicted),
  at: momentOf(sale)
})

/** When a sale ended, or was opened. */
export const momentOf = (sale: Sale): number => sale.end?.at ?? sale.openedAt
