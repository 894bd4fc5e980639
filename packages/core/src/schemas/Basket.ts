/** Schemas of a basket's lines. */
import * as Schema from "effect/Schema"
import { Money } from "./Money.ts"

/** A good that is sold, a discount on the order, or a fee such as shipping. */
export const BasketItemType = Schema.Literals(["good", "discount", "fee"])
export type BasketItemType = typeof BasketItemType.Type

/** One line. `taxRate` is in percent; `category` is one of the contract's sixteen, 1 to 16. */
export const BasketItem = Schema.Struct({
  type: BasketItemType,
  reference: Schema.String,
  name: Schema.String,
  quantity: Schema.Int,
  unitPrice: Money,
  discount: Money,
  total: Money,
  taxRate: Schema.Finite,
  ean: Schema.optionalKey(Schema.String),
  category: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 16 }))),
  url: Schema.optionalKey(Schema.String)
}).annotate({ identifier: "DomainBasketItem" })
export type BasketItem = typeof BasketItem.Type
