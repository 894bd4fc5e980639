/**
 * A sale, or the refund of one: its lines, discounts, payments and state.
 *
 * Immutable: `SaleEvent` says how it evolves, `Command` what may be done to it, `Bill` what its totals are. Amounts are
 * whole minor units of the sale's currency, tax included; times are milliseconds since 1970.
 */
import { EntryMode } from "@hipay-pos/core/Card"
import type { CurrencyCode } from "@hipay-pos/core/Currency"
import { MAX_MINOR_UNITS } from "@hipay-pos/core/Money"
import { DeclineReason } from "@hipay-pos/core/Payment"
import { Receipt } from "@hipay-pos/core/Receipt"
import { Contradiction, TerminalEvidence } from "@hipay-pos/core/TerminalEvidence"
import * as Schema from "effect/Schema"

/** An amount above zero. */
export const Amount = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: MAX_MINOR_UNITS }))

/** An amount from zero. */
export const AmountOrZero = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: MAX_MINOR_UNITS }))

/** A discount on a line or an order: an amount, or a percentage of its price, rounded half-up. */
export const Discount = Schema.Union([
  Schema.TaggedStruct("Amount", { minorUnits: Amount }),
  Schema.TaggedStruct("Percent", {
    percent: Schema.Finite.check(Schema.isBetween({ minimum: 0.01, maximum: 100 }))
  })
])
export type Discount = typeof Discount.Type

/** A product at the time it is put on a line. */
export const Item = Schema.Struct({
  reference: Schema.NonEmptyString,
  name: Schema.String,
  unitPrice: AmountOrZero,
  /** In percent. */
  taxRate: Schema.Finite,
  ean: Schema.optionalKey(Schema.String)
})
export type Item = typeof Item.Type

/** One line. Its number names it within the sale and is never used again. */
export const Line = Schema.Struct({
  ...Item.fields,
  number: Schema.Int,
  quantity: Schema.Int,
  discount: Schema.optionalKey(Discount)
})
export type Line = typeof Line.Type

/** `in`: money for the shop; `out`: money for the customer. */
export const Direction = Schema.Literals(["in", "out"])
export type Direction = typeof Direction.Type

/** Coins and notes: `given` over the counter, `change` given back, `amount` what stays. */
export const CashTender = Schema.Struct({
  means: Schema.Literal("cash"),
  number: Schema.Int,
  direction: Direction,
  amount: Amount,
  given: Amount,
  change: AmountOrZero,
  at: Schema.Int
})
export type CashTender = typeof CashTender.Type

/** What a terminal said about a payment with an unknown outcome; the card number is masked. */
export const Said = Schema.Struct({
  /** In minor units of `currency`. */
  amount: Schema.optionalKey(Schema.Int),
  currency: Schema.optionalKey(Schema.String),
  authorizationNumber: Schema.optionalKey(Schema.String),
  card: Schema.optionalKey(Schema.String),
  status: TerminalEvidence.fields.status,
  /** A later server may have other kinds. */
  contradictions: Schema.optionalKey(Schema.Array(Schema.Struct({ ...Contradiction.fields, kind: Schema.String })))
})
export type Said = typeof Said.Type

/** What a terminal reported about the card. */
export const CardRead = Schema.Struct({
  last4: Schema.optionalKey(Schema.String),
  /** Such as `CB` or `Visa`. */
  brand: Schema.optionalKey(Schema.String),
  entryMode: Schema.optionalKey(EntryMode),
  authorizationNumber: Schema.optionalKey(Schema.String)
})
export type CardRead = typeof CardRead.Type

const Explanation = Schema.Struct({ message: Schema.String, advice: Schema.String })

/** How a card tender ended. */
export const CardEnding = Schema.Struct({
  state: Schema.Literals(["approved", "approved-in-part", "declined", "not-started", "unknown"]),
  /** The part of the tender that was paid; zero unless approved. */
  paid: AmountOrZero,
  /** The amount charged beyond the tender: a tip, or more than was asked for. Not part of the bill. */
  extra: Schema.optionalKey(Amount),
  /** Whether `extra` is a tip that the cardholder added at the terminal. */
  tip: Schema.optionalKey(Schema.Boolean),
  card: Schema.optionalKey(CardRead),
  /** What the terminal said about a payment with an unknown outcome. */
  said: Schema.optionalKey(Said),
  reason: Schema.optionalKey(DeclineReason),
  /** The terminal's or the client's own message, for a person who investigates. */
  detail: Schema.optionalKey(Schema.String),
  /** What happened and what to do next, if there is no outcome. */
  explained: Schema.optionalKey(Schema.Struct({ en: Explanation, fr: Explanation })),
  /** The meaning of the terminal's code, for people. */
  meaning: Schema.optionalKey(Schema.Struct({ en: Schema.String, fr: Schema.String })),
  receipt: Schema.optionalKey(Receipt)
})
export type CardEnding = typeof CardEnding.Type

/** What was found out about a card tender with an unknown outcome. */
export const TenderResolution = Schema.Struct({
  outcome: Schema.Literals(["approved", "declined"]),
  /** Zero when declined; less than the amount when only a part was approved. */
  paid: AmountOrZero,
  /** The amount charged beyond the tender. */
  extra: Schema.optionalKey(Amount),
  /** Whether `extra` is a tip. */
  tip: Schema.optionalKey(Schema.Boolean),
  /** Who resolved it: a person who checked, or the server, which learned the outcome later. */
  source: Schema.Literals(["person", "server"]),
  by: Schema.NonEmptyString,
  evidence: Schema.NonEmptyString,
  at: Schema.Int,
  /** A person said so while the server was unreachable. The server is told and asked later. */
  serverNotAsked: Schema.optionalKey(Schema.Boolean),
  /** The amount charged according to the server, which was asked later, if it differs from what the person said. */
  serverPaid: Schema.optionalKey(AmountOrZero),
  /** A person has dealt with that difference. */
  acknowledged: Schema.optionalKey(Schema.Boolean)
})
export type TenderResolution = typeof TenderResolution.Type

/**
 * The code of a warning that leaves open whether a payment that the server considers approved still stands.
 * `operation-not-named`: the terminal repeated its last transaction without saying whether that was the payment or its
 * cancellation.
 */
export const Doubt = Schema.Literals(["operation-not-named"])
export type Doubt = typeof Doubt.Type

/** A card at a terminal, which is one order at the API. */
export const CardTender = Schema.Struct({
  means: Schema.Literal("card"),
  number: Schema.Int,
  direction: Direction,
  amount: Amount,
  orderId: Schema.NonEmptyString,
  /** The shop's name for the terminal. */
  terminal: Schema.String,
  startedAt: Schema.Int,
  endedAt: Schema.optionalKey(Schema.Int),
  ...CardEnding.fields,
  state: Schema.Literals(["waiting", ...CardEnding.fields.state.literals]),
  /** Why it is unknown although the server says that it was approved. A person has to check. */
  doubt: Schema.optionalKey(Doubt),
  resolution: Schema.optionalKey(TenderResolution)
})
export type CardTender = typeof CardTender.Type

export type Tender = CashTender | CardTender

/** A sale, or a refund. */
export interface Sale {
  /** Its order id; each card tender adds its own number. */
  readonly id: string
  /** The ticket number that people use and that is printed: consecutive at a till, from 1. Never an order id. */
  readonly ticket: number
  readonly kind: "sale" | "refund"
  /** The sale that a refund belongs to. */
  readonly refundOf?: string
  readonly currency: CurrencyCode
  readonly lines: ReadonlyArray<Line>
  /** The line that was last removed, and its position, until it is put back. */
  readonly removed?: { readonly line: Line; readonly place: number } | undefined
  readonly discount?: Discount | undefined
  readonly tenders: ReadonlyArray<Tender>
  readonly openedAt: number
  /** Until it is recalled, so that the next customer can be served. */
  readonly parked?: boolean
  readonly end?: { readonly outcome: "completed" | "abandoned"; readonly at: number } | undefined
  /** Grows by one with every event. */
  readonly revision: number
}

/** The state of a sale. While a payment is pending or its outcome unknown, no other money can move. */
export type Stage = "open" | "waiting" | "unknown" | "completed" | "abandoned"

/** The state of a sale. */
export const stageOf = ({ end, tenders }: Sale): Stage => {
  if (end !== undefined) return end.outcome
  if (tenders.some((tender) => tender.means === "card" && tender.state === "waiting")) return "waiting"
  return tenders.some((tender) => tender.means === "card" && tender.state === "unknown") ? "unknown" : "open"
}

/** The amount that a tender certainly moved, in minor units. */
export const movedBy = (tender: Tender): number => (tender.means === "cash" ? tender.amount : tender.paid)

/** Whether the lines can no longer change: money has moved, or may be moving. */
export const isLocked = (sale: Sale): boolean =>
  sale.end !== undefined ||
  sale.kind === "refund" ||
  stageOf(sale) !== "open" ||
  sale.tenders.some((tender) => movedBy(tender) > 0)

/** The card tender that is pending, or has an unknown outcome. */
export const unsettledOf = (sale: Sale): CardTender | undefined =>
  sale.tenders.find(
    (tender): tender is CardTender =>
      tender.means === "card" && (tender.state === "waiting" || tender.state === "unknown")
  )

/** The first card tender that a person resolved while the server was unreachable. */
export const unconfirmedOf = (sale: Sale): CardTender | undefined =>
  sale.tenders.find(
    (tender): tender is CardTender => tender.means === "card" && tender.resolution?.serverNotAsked === true
  )

/** Whether the server contradicted the amount that a person had recorded for a card tender. */
export const isContradicted = (tender: Tender): boolean =>
  tender.means === "card" && tender.resolution?.serverPaid !== undefined

/** Whether the server contradicted it, and no person has dealt with that yet. */
export const isAlarming = (tender: Tender): boolean =>
  tender.means === "card" && isContradicted(tender) && tender.resolution?.acknowledged !== true
