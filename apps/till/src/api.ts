/**
 * The JSON between the screen and the back end. Amounts are minor units, times milliseconds since 1970.
 *
 * The screen has no credentials, computes no total and decides nothing: it sends what a person did, and shows the state
 * that the answer and `/api/events` return.
 */
import * as Schema from "effect/Schema"
import type { Name } from "./catalogue/Catalogue.ts"
import { type Closing, Count } from "./sale/Closing.ts"
import type { DayPicture } from "./sale/DayPicture.ts"
import type { DayReport } from "./sale/DayReport.ts"
import {
  Amount,
  AmountOrZero,
  type CardRead,
  type CardTender,
  type CashTender,
  Discount,
  type Line,
  type Stage
} from "./sale/Sale.ts"

/** The sale that a person saw, at that revision: the command applies to no other sale or revision. */
const seen = { sale: Schema.String, revision: Schema.Int }

/**
 * What a person did. Commands that move money name the sale and revision that the person saw, so that none runs twice or
 * on another sale.
 */
export const Action = Schema.Union([
  /** `code` is what was scanned or typed: an EAN or a reference. */
  Schema.Struct({ do: Schema.Literal("add"), code: Schema.NonEmptyString, quantity: Schema.Int }),
  /** An article without a code: its price and its tax rate in percent. */
  Schema.Struct({
    do: Schema.Literal("add-amount"),
    amount: Amount,
    rate: Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 100 })),
    name: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(60)))
  }),
  Schema.Struct({ do: Schema.Literal("quantity"), line: Schema.Int, quantity: Schema.Int }),
  /** Puts back the line that was last removed. */
  Schema.Struct({ do: Schema.Literal("restore") }),
  Schema.Struct({ do: Schema.Literal("discount-line"), line: Schema.Int, discount: Schema.NullOr(Discount) }),
  Schema.Struct({ do: Schema.Literal("discount-order"), discount: Schema.NullOr(Discount) }),
  Schema.Struct({ do: Schema.Literal("cash"), given: Amount, ...seen }),
  Schema.Struct({ do: Schema.Literal("card"), amount: Amount, terminal: Schema.String, ...seen }),
  Schema.Struct({
    do: Schema.Literal("resolve"),
    tender: Schema.Int,
    outcome: Schema.Literals(["approved", "declined"]),
    paid: Schema.optionalKey(Amount),
    /** Accepts a `paid` that is more than was asked for. */
    over: Schema.optionalKey(Schema.Boolean),
    by: Schema.String.check(Schema.isMaxLength(100)),
    evidence: Schema.String.check(Schema.isMaxLength(500)),
    ...seen
  }),
  /** Asks the server and the terminal about the payment whose outcome is unknown. */
  Schema.Struct({ do: Schema.Literal("ask"), ...seen }),
  /** Returns a partial payment in cash, or takes back a partial refund. */
  Schema.Struct({ do: Schema.Literal("give-back"), amount: Amount, ...seen }),
  Schema.Struct({ do: Schema.Literal("complete"), ...seen }),
  Schema.Struct({ do: Schema.Literal("abandon"), ...seen }),
  /** A person has dealt with an amount that the server contradicted. */
  Schema.Struct({ do: Schema.Literal("acknowledge"), sale: Schema.String, tender: Schema.Int }),
  /** Opens the refund of a completed sale. */
  Schema.Struct({
    do: Schema.Literal("refund"),
    sale: Schema.String,
    lines: Schema.Array(Schema.Struct({ line: Schema.Int, quantity: Schema.Int }))
  }),
  /** Parks the sale in hand for later, even with an unknown payment. */
  Schema.Struct({ do: Schema.Literal("park"), ...seen }),
  /** Recalls a parked sale. */
  Schema.Struct({ do: Schema.Literal("recall"), sale: Schema.String }),
  /** Reopens an abandoned sale. */
  Schema.Struct({ do: Schema.Literal("reopen"), sale: Schema.String }),
  /** Removes an ended sale from the screen. */
  Schema.Struct({ do: Schema.Literal("next") }),
  /** Closes a day with what was counted in the drawer, unless the day has more closings than the person saw. */
  Schema.Struct({
    do: Schema.Literal("close-day"),
    day: Schema.String,
    closings: Schema.Int,
    float: AmountOrZero,
    counts: Schema.Array(Count).check(Schema.isMaxLength(30)),
    by: Schema.String.check(Schema.isMaxLength(100)),
    note: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(500)))
  })
])
export type Action = typeof Action.Type

/** A line with its total. */
export interface LineView extends Line {
  /** The amount of the line's own discount, zero or less. */
  readonly off: number
  readonly total: number
}

/** A sale with its totals. */
export interface SaleView {
  readonly id: string
  /** The number that people say. */
  readonly ticket: number
  readonly kind: "sale" | "refund"
  readonly refundOf?: string
  /** The ticket of `refundOf`. */
  readonly refundOfTicket?: number
  readonly currency: string
  readonly stage: Stage
  readonly locked: boolean
  readonly revision: number
  readonly lines: ReadonlyArray<LineView>
  readonly discount?: Discount | undefined
  readonly subtotal: number
  /** The amount of the discount on the order, zero or less. */
  readonly off: number
  readonly total: number
  readonly tax: ReadonlyArray<{
    readonly rate: number
    readonly net: number
    readonly tax: number
    readonly gross: number
  }>
  readonly collected: number
  readonly remaining: number
  /** The first part of the remainder when split equally in two, three and four. */
  readonly parts: Readonly<Record<"2" | "3" | "4", number>>
  readonly tenders: ReadonlyArray<CardTender | CashTender>
  readonly openedAt: number
  readonly endedAt?: number
}

/**
 * What a terminal is doing: it is not known to have the order yet, such as while it serves another till; it may have it from HiPay's
 * service; it has the order, waits for the card or for the PIN, asks the bank, has answered.
 */
export type Doing = "queued" | "relayed" | "asked" | "card" | "pin" | "bank" | "answered"

/** What a receipt says about the shop beside its name. */
export interface ShopDetails {
  readonly address: ReadonlyArray<string>
  /** 14 digits. */
  readonly siret?: string | undefined
  /** Its VAT number. */
  readonly vat?: string | undefined
  /** The till's own name or number. */
  readonly register: string
  /** The shop's time zone, by its IANA name. */
  readonly timeZone: string
}

/** The whole state of the till that the screen shows. */
export interface TillState {
  readonly shop: string
  readonly details: ShopDetails
  /** Whether no money moves at this till. This is its folder's mode, which never changes, whatever server it reaches. */
  readonly simulated: boolean
  readonly currency: string
  readonly terminals: ReadonlyArray<string>
  /** Their names on the screen. */
  readonly terminalNames: Readonly<Record<string, Name>>
  /** The terminals that let a cardholder add a tip. */
  readonly tips: ReadonlyArray<string>
  /** The sale in hand. */
  readonly sale: SaleView | null
  /** Parked sales, the oldest first. */
  readonly parked: ReadonlyArray<SaleSummary>
  /**
   * Payments for which the server reports a different amount from what a person had recorded, until a person has dealt
   * with it.
   */
  readonly contradicted: ReadonlyArray<Contradicted>
  /** Whether the pending order has been sent to the server. */
  readonly sent: boolean
  /** What the terminal is doing with it, if the server reports that. */
  readonly doing?: Doing
  /** The customer's link to the receipt of a completed sale. */
  readonly receipt?: string
  /** How many closings this till has. */
  readonly closings: number
  /** The end of a payment could not be written to disk: the till must be restarted before anything else. */
  readonly storageFailed: boolean
  /** The payment server. */
  readonly server: { readonly healthy: boolean; readonly mode?: string }
  /** Strictly increasing: of two states, the later one has the higher number. */
  readonly now: number
}

/** A card tender of a sale. */
export interface Contradicted extends Pick<SaleSummary, "id" | "ticket"> {
  readonly tender: number
}

/** One line of the history. */
export interface SaleSummary {
  readonly id: string
  readonly ticket: number
  readonly kind: "sale" | "refund"
  readonly stage: Stage
  readonly total: number
  readonly pieces: number
  readonly means: ReadonlyArray<"card" | "cash">
  /** The last four digits of the cards that paid. */
  readonly cards: ReadonlyArray<string>
  /** Whether the server said that a card was charged a different amount from what a person had recorded. */
  readonly contradicted: boolean
  readonly at: number
}

/** Sales of a day or of a search, the newest first. */
export interface SaleList {
  readonly sales: ReadonlyArray<SaleSummary>
  /** Whether there are more than the limit. */
  readonly more: boolean
}

/** A past sale, what can still be refunded, and its refunds. */
export interface SaleDetail {
  readonly sale: SaleView
  readonly refundable: ReadonlyArray<{ readonly line: number; readonly quantity: number; readonly amount: number }>
  readonly refunds: ReadonlyArray<SaleSummary>
  /** The customer's link to its receipt, once it is completed. */
  readonly receipt?: string
}

/** A day: its totals, its overview, and its closings. */
export interface DayView extends DayReport, DayPicture {
  /** Closings of this day, the last one first. */
  readonly closings: ReadonlyArray<Closing>
  /** What was in the drawer when the day began, according to earlier closings. */
  readonly float: number
}

/** A payment on a receipt. */
export type ReceiptTender =
  | Pick<CashTender, "means" | "number" | "direction" | "given" | "change">
  | (Pick<CardTender, "means" | "number" | "paid" | "extra" | "tip"> & {
      readonly card?: Pick<CardRead, "brand" | "last4">
      /** The customer's copy of the terminal's ticket. */
      readonly receipt?: { readonly customer?: string | undefined }
    })

/** A sale on a receipt. */
export interface ReceiptSale
  extends Pick<
    SaleView,
    "ticket" | "kind" | "refundOfTicket" | "stage" | "off" | "total" | "tax" | "openedAt" | "endedAt"
  > {
  readonly lines: ReadonlyArray<
    Pick<LineView, "number" | "reference" | "name" | "quantity" | "unitPrice" | "taxRate" | "off" | "total">
  >
  readonly tenders: ReadonlyArray<ReceiptTender>
}

/** The receipt as the customer sees it, without the cashier's data and the merchant's copy. */
export interface ReceiptView {
  readonly sale: ReceiptSale
  readonly shop: string
  readonly details: ShopDetails
  readonly currency: string
  readonly simulated: boolean
}

/** Why the back end refused something; the screen has a message for every code. */
export interface ApiError {
  readonly error: { readonly code: string; readonly message: string }
}
