/** Queries about past sales: a day's list, a search, one sale, a day's totals, a customer's receipt. */
import type * as BusinessDay from "@hipay-pos/core/BusinessDay"
import type { CurrencyCode } from "@hipay-pos/core/Currency"
import { defined } from "@hipay-pos/core/Defined"
import * as Result from "effect/Result"
import type {
  Contradicted,
  DayView,
  LineView,
  ReceiptSale,
  ReceiptTender,
  SaleDetail,
  SaleList,
  SaleView
} from "../api.ts"
import * as DayPicture from "../sale/DayPicture.ts"
import * as DayReport from "../sale/DayReport.ts"
import * as Refund from "../sale/Refund.ts"
import { isAlarming, movedBy, type Sale, stageOf, type Tender } from "../sale/Sale.ts"
import { matchOf } from "../sale/search.ts"
import type { ClosingStore } from "./ClosingStore.ts"
import type { SaleBook } from "./SaleBook.ts"
import { momentOf, saleSummary, saleView } from "./view.ts"

/** The queries. */
export interface Records {
  /** The newest sales of a day, the newest first, and whether there are more. */
  readonly history: (day: string, limit: number) => SaleList
  /** The newest sales of any day that match a text. */
  readonly search: (text: string, limit: number) => SaleList
  readonly detail: (id: string) => SaleDetail | undefined
  /** Undefined for a day that the calendar does not have. */
  readonly report: (day: string) => DayView | undefined
  /**
   * Payments for which the server reports a different amount from what a person had recorded, until a person has dealt
   * with it.
   */
  readonly contradicted: () => ReadonlyArray<Contradicted>
  readonly view: (sale: Sale) => SaleView
  /** The part of a completed sale that a customer may see. */
  readonly receipt: (id: string) => ReceiptSale | undefined
}

/** The records of a till. `linkOf` gives the link to a sale's receipt. */
export const makeRecords = (options: {
  readonly book: SaleBook
  readonly closings: ClosingStore
  readonly currency: CurrencyCode
  readonly days: BusinessDay.BusinessDay
  readonly linkOf: (sale: Sale) => string
}): Records => {
  const { book, closings, currency, days, linkOf } = options

  const view = (sale: Sale): SaleView => {
    const refunded = sale.refundOf === undefined ? undefined : book.get(sale.refundOf)
    return { ...saleView(sale), ...defined({ refundOfTicket: refunded?.ticket }) }
  }

  const listOf = (found: ReadonlyArray<Sale>, limit: number): SaleList => ({
    sales: found.slice(-limit).map(saleSummary).reverse(),
    more: found.length > limit
  })

  /** Whether a time falls on a day; undefined for a day that the calendar does not have. */
  const onDay = (day: string): ((at: number) => boolean) | undefined => {
    const bounds = days.boundsOf(day)
    return bounds && ((at) => at >= bounds.from && at < bounds.to)
  }

  return {
    view,
    history: (day, limit) => {
      const isOn = onDay(day)
      if (isOn === undefined) return { sales: [], more: false }
      return listOf(
        [...book.all()].filter((sale) => sale.lines.length > 0 && isOn(momentOf(sale))),
        limit
      )
    },
    search: (text, limit) => {
      const matches = matchOf(text, currency)
      if (matches === undefined) return { sales: [], more: false }
      return listOf(
        [...book.all()].filter((sale) => sale.lines.length > 0 && matches(sale)),
        limit
      )
    },
    detail: (id) => {
      const sale = book.get(id)
      if (sale === undefined) return undefined
      const refunds = book.refundsOf(id)
      const isDone = stageOf(sale) === "completed"
      const left = isDone && sale.kind === "sale" ? Result.getOrThrow(Refund.refundable(sale, refunds)) : []
      return {
        sale: view(sale),
        refundable: left.map(({ line, quantity, amount }) => ({ line: line.number, quantity, amount })),
        refunds: refunds.map(saleSummary),
        ...(isDone ? { receipt: linkOf(sale) } : {})
      }
    },
    contradicted: () =>
      [...book.all()].flatMap(({ id, ticket, tenders }) =>
        tenders.filter(isAlarming).map(({ number }) => ({ id, ticket, tender: number }))
      ),
    report: (day) => {
      const isOn = onDay(day)
      if (isOn === undefined) return undefined
      const hourOf = (at: number) => Number(days.format(at).slice(11, 13))
      const kept = closings.all()
      return {
        ...Result.getOrThrow(DayReport.make(book.all(), currency, isOn)),
        ...Result.getOrThrow(DayPicture.make(book.all(), currency, isOn, hourOf)),
        closings: kept.filter((closing) => closing.day === day).reverse(),
        float: kept.findLast((closing) => closing.day <= day)?.float ?? 0
      }
    },
    receipt: (id) => {
      const sale = book.get(id)
      return sale === undefined || stageOf(sale) !== "completed" ? undefined : receiptOf(view(sale))
    }
  }
}

/** The fields of a completed sale that its receipt shows: everything else stays at the till. */
const receiptOf = (sale: SaleView): ReceiptSale => {
  const { ticket, kind, refundOfTicket, stage, lines, off, total, tax, tenders, openedAt, endedAt } = sale
  return {
    ticket,
    kind,
    stage,
    lines: lines.map(receiptLine),
    off,
    total,
    tax,
    tenders: tenders.filter((tender) => movedBy(tender) > 0).map(receiptTender),
    openedAt,
    ...defined({ refundOfTicket, endedAt })
  }
}

const receiptLine = (line: LineView): ReceiptSale["lines"][number] => {
  const { number, reference, name, quantity, unitPrice, taxRate, off, total } = line
  return { number, reference, name, quantity, unitPrice, taxRate, off, total }
}

const receiptTender = (tender: Tender): ReceiptTender => {
  if (tender.means === "cash") {
    const { means, number, direction, given, change } = tender
    return { means, number, direction, given, change }
  }
  const { means, number, paid, extra, tip, card, receipt } = tender
  const copy = receipt?.customer === undefined ? undefined : { customer: receipt.customer }
  const read = card && defined({ brand: card.brand, last4: card.last4 })
  return { means, number, paid, ...defined({ extra, tip, card: read, receipt: copy }) }
}
