/**
 * What a terminal is asked for, and how a payment can end.
 *
 * An outcome is a value: approved, approved in part, or declined. Anything else is an error of the terminal port: never
 * started, or unknown (see `Terminal`). Approved in part is separate, so that it is never taken for approved.
 */
import * as Schema from "effect/Schema"
import { Card } from "./Card.ts"
import { Money } from "./Money.ts"
import { OrderId } from "./Order.ts"
import { Receipt } from "./Receipt.ts"
import { TerminalTarget } from "./TerminalTarget.ts"
import { TransactionType } from "./TransactionType.ts"

export { chargedOf, ofCharged, type Paid } from "./plain/Payment.ts"

/** One request to one terminal. */
export const PaymentRequest = Schema.Struct({
  orderId: OrderId,
  transactionType: TransactionType,
  /** 1 minor unit or more. */
  amount: Money,
  target: TerminalTarget,
  forceAuthorization: Schema.Boolean,
  /** Where the terminal may send an electronic receipt. Personal data. */
  customerPhone: Schema.optionalKey(Schema.String),
  customerEmail: Schema.optionalKey(Schema.String)
}).annotate({ identifier: "PaymentRequest" })
export type PaymentRequest = typeof PaymentRequest.Type

/** Something odd about a payment whose outcome is certain: `contract-unmatched`, `receipt-damaged`, … */
export const PaymentWarning = Schema.Struct({ code: Schema.String, message: Schema.String })
export type PaymentWarning = typeof PaymentWarning.Type

const common = {
  card: Card,
  receipt: Schema.optionalKey(Receipt),
  warnings: Schema.Array(PaymentWarning)
}

/** Paid in full. `amount` is what was charged, including the `tip` if the cardholder added one. */
export const Approved = Schema.TaggedStruct("Approved", {
  amount: Money,
  /** Part of `amount`; 1 minor unit or more. */
  tip: Schema.optionalKey(Money),
  ...common
})
export type Approved = typeof Approved.Type

/** Paid in part: `remaining` is still to be collected by another means. */
export const ApprovedInPart = Schema.TaggedStruct("ApprovedInPart", { paid: Money, remaining: Money, ...common })
export type ApprovedInPart = typeof ApprovedInPart.Type

/** Why nothing was paid: the issuer or terminal refused, a person cancelled, no input in time, the terminal is busy. */
export const DeclineReason = Schema.Literals(["refused", "cancelled", "timed-out", "busy", "not-performed"])
export type DeclineReason = typeof DeclineReason.Type

/** Not paid, and the terminal said so. `complement` is the terminal's code for the reason (Concert's AF), if it gave one. */
export const Declined = Schema.TaggedStruct("Declined", {
  reason: DeclineReason,
  complement: Schema.optionalKey(Schema.String),
  label: Schema.String,
  ...common
})
export type Declined = typeof Declined.Type

/** What a payment came to. */
export const PaymentOutcome = Schema.Union([Approved, ApprovedInPart, Declined]).annotate({
  identifier: "PaymentOutcome"
})
export type PaymentOutcome = typeof PaymentOutcome.Type
