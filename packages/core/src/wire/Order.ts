/**
 * The `Order` component of the contract: what the shop wants paid.
 *
 * `price.amount` is in minor units, fees and basket lines are in major units. Defaults are annotations, written by
 * `fillDefaults`; decoding adds nothing.
 */
import * as Schema from "effect/Schema"
import { CurrencyCode } from "../Currency.ts"
import { TransactionType } from "../TransactionType.ts"
import { BasketItem } from "./BasketItem.ts"

export const Price = Schema.Struct({
  amount: Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0)).annotate({
    description: "What to pay, in minor units: 1250 is 12.50 EUR."
  }),
  currency: Schema.optionalKey(CurrencyCode.annotate({ default: "EUR" })),
  tax_fees: Schema.optionalKey(
    Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0)).annotate({
      description: "Tax that the amount includes beside the basket, in major units."
    })
  ),
  shipping_fees: Schema.optionalKey(
    Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0)).annotate({
      description: "Shipping that the amount includes beside the basket, in major units."
    })
  )
}).annotate({ description: "What the order costs." })

export const Order = Schema.Struct({
  order_id: Schema.String.annotate({ description: "The shop's own unique id of the order." }),
  transaction_type: Schema.optionalKey(TransactionType.annotate({ default: "Debit" })),
  initialize_payment_terminal: Schema.optionalKey(
    Schema.Boolean.annotate({ default: true, description: "Whether a terminal is woken." })
  ),
  price: Price,
  basket: Schema.optionalKey(
    Schema.Array(BasketItem).annotate({ description: "What is bought; the sum of its lines is the amount." })
  ),
  description: Schema.optionalKey(
    Schema.String.annotate({ default: "POS payment", description: "A few words about the order." })
  ),
  long_description: Schema.optionalKey(Schema.String.annotate({ description: "More words about the order." })),
  soft_descriptor: Schema.optionalKey(
    Schema.String.annotate({ description: "What statements and risk rules call the purchase." })
  ),
  custom_data: Schema.optionalKey(
    Schema.Record(Schema.String, Schema.Unknown).annotate({ description: "Values of the shop, echoed and notified." })
  )
}).annotate({ identifier: "Order", description: "What the shop wants paid." })

export type Order = typeof Order.Type
