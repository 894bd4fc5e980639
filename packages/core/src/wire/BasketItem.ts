/**
 * The `BasketItem` component of the contract: one line of the basket.
 *
 * Amounts are decimals of the currency's major unit (8.99), tax included, while the order's amount is in minor units
 * (899). `total_amount = unit_price × quantity + discount`, with a discount of zero or less.
 */
import * as Schema from "effect/Schema"
import { BasketItemType } from "../Basket.ts"

/** The contract's sixteen categories. */
export const ProductCategory = Schema.Literals([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16])

export const BasketItem = Schema.Struct({
  european_article_numbering: Schema.optionalKey(Schema.String),
  product_reference: Schema.String,
  type: BasketItemType,
  quantity: Schema.Int,
  name: Schema.String,
  unit_price: Schema.Finite,
  tax_rate: Schema.Finite,
  discount: Schema.optionalKey(Schema.Finite),
  total_amount: Schema.Finite,
  product_category: Schema.optionalKey(ProductCategory),
  url: Schema.optionalKey(Schema.String)
}).annotate({ identifier: "BasketItem" })

export type BasketItem = typeof BasketItem.Type
