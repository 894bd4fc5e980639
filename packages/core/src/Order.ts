/**
 * What the shop wants paid, and the request that carries it to a terminal.
 *
 * Types only: `OrderRequest.make` builds a request that passes every rule, and `OrderRules` reads one from JSON.
 */
import * as Schema from "effect/Schema"
import { BasketItem } from "./Basket.ts"
import { Customer } from "./Customer.ts"
import { isStorable } from "./internal/UntypedJson.ts"
import * as Money from "./Money.ts"
import { Shipping } from "./Shipping.ts"
import { PushTo, TerminalTarget } from "./TerminalTarget.ts"
import { TransactionType } from "./TransactionType.ts"

/**
 * The shop's own unique id of an order: at least one character, without NUL or lone surrogates. Concert may cut it after 32
 * characters.
 */
export const OrderId = Schema.String.check(
  Schema.isMinCodePoints(1),
  Schema.makeFilter(isStorable, { expected: "whole characters other than U+0000" })
).pipe(Schema.brand("OrderId"))
export type OrderId = typeof OrderId.Type

/** An order that passed every rule: its amount is 1 minor unit or more and its basket adds up. */
export const Order = Schema.Struct({
  orderId: OrderId,
  transactionType: TransactionType,
  amount: Money.Money,
  basket: Schema.Array(BasketItem),
  description: Schema.String,
  longDescription: Schema.optionalKey(Schema.String),
  softDescriptor: Schema.optionalKey(Schema.String),
  shippingFees: Schema.optionalKey(Money.Money),
  taxFees: Schema.optionalKey(Money.Money),
  customData: Schema.optionalKey(Schema.Record(Schema.String, Schema.Unknown)),
  initializePaymentTerminal: Schema.Boolean,
  customer: Schema.optionalKey(Customer),
  shipping: Schema.optionalKey(Shipping)
}).annotate({ identifier: "DomainOrder" })
export type Order = typeof Order.Type

/** An order and the terminal it is for: the domain's form of the API's request body. */
export const OrderRequest = Schema.Struct({
  order: Order,
  target: TerminalTarget,
  /** Ask for an online authorization whatever the amount. */
  forceAuthorization: Schema.Boolean,
  pushTo: PushTo,
  notifyUrl: Schema.optionalKey(Schema.String)
}).annotate({ identifier: "OrderRequest" })
export type OrderRequest = typeof OrderRequest.Type
