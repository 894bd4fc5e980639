/**
 * What the screen and the back end say to each other, as JSON. Amounts are minor units, times milliseconds since 1970.
 *
 * The screen knows no credentials, computes no total and decides nothing: it sends what a person did, and shows the
 * state that comes back, by the answer and by `/api/events`.
 */
import * as Schema from "effect/Schema"
import { Amount, type CardTender, type CashTender, Discount, type Line, type Stage } from "./sale/Sale.ts"

/** What a person did. Commands that move money name the revision of the sale they saw, so that none is done twice. */
export const Action = Schema.Union([
  /** `code` is what was scanned or typed: an EAN or a reference. */
  Schema.Struct({ do: Schema.Literal("add"), code: Schema.NonEmptyString, quantity: Schema.Int }),
  Schema.Struct({ do: Schema.Literal("quantity"), line: Schema.Int, quantity: Schema.Int }),
  Schema.Struct({ do: Schema.Literal("discount-line"), line: Schema.Int, discount: Schema.NullOr(Discount) }),
  Schema.Struct({ do: Schema.Literal("discount-order"), discount: Schema.NullOr(Discount) }),
  Schema.Struct({ do: Schema.Literal("cash"), given: Amount, revision: Schema.Int }),
  Schema.Struct({ do: Schema.Literal("card"), amount: Amount, terminal: Schema.String, revision: Schema.Int }),
  Schema.Struct({
    do: Schema.Literal("resolve"),
    tender: Schema.Int,
    outcome: Schema.Literals(["approved", "declined"]),
    paid: Schema.optionalKey(Amount),
    /** Takes a `paid` that is more than was asked for. */
    over: Schema.optionalKey(Schema.Boolean),
    by: Schema.String.check(Schema.isMaxLength(100)),
    evidence: Schema.String.check(Schema.isMaxLength(1000)),
    revision: Schema.Int
  }),
  Schema.Struct({ do: Schema.Literal("give-back"), amount: Amount, revision: Schema.Int }),
  Schema.Struct({ do: Schema.Literal("complete"), revision: Schema.Int }),
  Schema.Struct({ do: Schema.Literal("abandon"), revision: Schema.Int }),
  /** Opens the refund of a completed sale. */
  Schema.Struct({
    do: Schema.Literal("refund"),
    sale: Schema.String,
    lines: Schema.Array(Schema.Struct({ line: Schema.Int, quantity: Schema.Int }))
  }),
  /** Parks the sale in hand for later, whatever is unknown of it. */
  Schema.Struct({ do: Schema.Literal("park"), revision: Schema.Int }),
  /** Recalls a parked sale. */
  Schema.Struct({ do: Schema.Literal("recall"), sale: Schema.String }),
  /** Takes an ended sale off the screen. */
  Schema.Struct({ do: Schema.Literal("next") })
])
export type Action = typeof Action.Type

/** A line with its total. */
export interface LineView extends Line {
  /** What the line's own discount takes off, zero or less. */
  readonly off: number
  readonly total: number
}

/** A sale with its totals. */
export interface SaleView {
  readonly id: string
  readonly kind: "sale" | "refund"
  readonly refundOf?: string
  readonly currency: string
  readonly stage: Stage
  readonly locked: boolean
  readonly revision: number
  readonly lines: ReadonlyArray<LineView>
  readonly discount?: Discount | undefined
  readonly subtotal: number
  /** What the discount on the order takes off, zero or less. */
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
  /** What remains, in two, three and four equal parts: the first part of each. */
  readonly parts: Readonly<Record<"2" | "3" | "4", number>>
  readonly tenders: ReadonlyArray<CardTender | CashTender>
  readonly openedAt: number
  readonly endedAt?: number
}

/** All that the screen shows of the till at a moment. */
export interface TillState {
  readonly shop: string
  readonly currency: string
  readonly terminals: ReadonlyArray<string>
  /** The sale in hand. */
  readonly sale: SaleView | null
  /** Sales that wait to be taken up again, the oldest first. */
  readonly aside: ReadonlyArray<SaleSummary>
  /** Whether the order that is waited for has left for the server. */
  readonly sent: boolean
  /** The disk refused to keep the end of a payment: nothing more may be done before a new start. */
  readonly storageFailed: boolean
  /** The server that payments go through. */
  readonly server: { readonly healthy: boolean; readonly mode?: string }
  /** Never the same twice, and never falling: of two states the later has more. */
  readonly now: number
}

/** One line of the history. */
export interface SaleSummary {
  readonly id: string
  readonly kind: "sale" | "refund"
  readonly stage: Stage
  readonly total: number
  readonly pieces: number
  readonly means: ReadonlyArray<"card" | "cash">
  readonly at: number
}

/** Sales of a day, the newest first. */
export interface SaleList {
  readonly sales: ReadonlyArray<SaleSummary>
  /** Whether the day has more than were asked for. */
  readonly more: boolean
}

/** A past sale, what of it can still be refunded, and its refunds. */
export interface SaleDetail {
  readonly sale: SaleView
  readonly refundable: ReadonlyArray<{ readonly line: number; readonly quantity: number; readonly amount: number }>
  readonly refunds: ReadonlyArray<SaleSummary>
}

/** Why the back end refused something; the screen has words for every code. */
export interface ApiError {
  readonly error: { readonly code: string; readonly message: string }
}
