/**
 * The body of an order's answer, with the contract's names: what the terminal said, its receipt, and the order echoed.
 *
 * `paymentStatus: "Failure"` means that the terminal said so. An HTTP 200 alone does not mean paid.
 */
import * as Schema from "effect/Schema"
import { Customer } from "./Customer.ts"
import { Order } from "./Order.ts"
import { Shipping } from "./Shipping.ts"
import { TechnicalInformation } from "./TechnicalInformation.ts"

/** What the terminal said. */
export const PaymentStatus = Schema.Literals(["Success", "Failure"])
export type PaymentStatus = typeof PaymentStatus.Type

/** Why nothing was paid. */
export const PaymentError = Schema.Struct({
  errorCode: Schema.String,
  errorDescription: Schema.optionalKey(Schema.String)
})

export const OrderResponse = Schema.Struct({
  paymentStatus: Schema.optionalKey(PaymentStatus),
  receipt: Schema.optionalKey(Schema.String),
  error: Schema.optionalKey(PaymentError),
  order: Schema.optionalKey(Order),
  customer: Schema.optionalKey(Customer),
  shipping: Schema.optionalKey(Shipping),
  pos_technical_info: Schema.optionalKey(TechnicalInformation)
}).annotate({ identifier: "OrderResponse" })

export type OrderResponse = typeof OrderResponse.Type
