/**
 * A notification from HiPay about a relayed transaction, as it is kept with the attempt: what it says about the payment, and
 * nothing about the customer. Amounts are whole minor units, times ISO 8601 texts.
 */
import * as Schema from "effect/Schema"

export const upstreamNotificationFields = {
  /** HiPay's transaction reference. */
  reference: Schema.String,
  /** The order's id as HiPay gives it, empty where it gives none; absent where it is the order's own. */
  orderId: Schema.optionalKey(Schema.String),
  /** 116 authorized, 118 captured, 113 refused, 115 cancelled, 125 refunded, … */
  status: Schema.Int,
  /** The status in words. */
  message: Schema.optionalKey(Schema.String),
  /** Whether it comes from the stage environment. */
  test: Schema.Boolean,
  currency: Schema.optionalKey(Schema.String),
  authorized: Schema.optionalKey(Schema.Int),
  captured: Schema.optionalKey(Schema.Int),
  refunded: Schema.optionalKey(Schema.Int),
  authorizedAt: Schema.optionalKey(Schema.String),
  authorizationNumber: Schema.optionalKey(Schema.String),
  /** Masked. */
  pan: Schema.optionalKey(Schema.String)
}
