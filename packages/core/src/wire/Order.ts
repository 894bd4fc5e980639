/**
 * The `Order` component of the contract: what the shop wants paid.
 *
 * `price.amount` is in minor units, fees and basket lines are in major units. Defaults are annotations, written by
 * `fillDefaults`; decoding adds nothing.
 */
import * as Schema from "effect/Schema"
import { CurrencyCode, type CurrencyCodeSchema } from "../Currency.ts"
import { TransactionType } from "../TransactionType.ts"
import { BasketItem } from "./BasketItem.ts"

const EuroByDefault: CurrencyCodeSchema = CurrencyCode.annotate({ default: "EUR" })

/** The amount in minor units, tax and shipping fees in major units. */
export const Price = Schema.Struct({
  amount: Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0)),
  currency: Schema.optionalKey(EuroByDefault),
  tax_fees: Schema.optionalKey(Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0))),
  shipping_fees: Schema.optionalKey(Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0)))
})

export const Order = Schema.Struct({
  order_id: Schema.String,
  transaction_type: Schema.optionalKey(TransactionType.annotate({ default: "Debit" })),
  initialize_payment_terminal: Schema.optionalKey(Schema.Boolean.annotate({ default: true })),
  price: Price,
  basket: Schema.optionalKey(Schema.Array(BasketItem)),
  description: Schema.optionalKey(Schema.String.annotate({ default: "POS payment" })),
  long_description: Schema.optionalKey(Schema.String),
  soft_descriptor: Schema.optionalKey(Schema.String),
  custom_data: Schema.optionalKey(Schema.Record(Schema.String, Schema.Unknown))
}).annotate({ identifier: "Order" })

export type Order = typeof Order.Type
