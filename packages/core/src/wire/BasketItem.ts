/**
 * The `BasketItem` component of the contract: one line of the basket.
 *
 * Amounts are decimals of the currency's major unit (8.99), tax included, while the order's amount is in minor units
 * (899). `total_amount = unit_price × quantity + discount`, with a discount of zero or less.
 */
import * as Schema from "effect/Schema"
import { BasketItemType } from "../Basket.ts"

export const ProductCategory = Schema.Literals([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]).annotate({
  description:
    "1 food, 2 vehicles, 3 culture, 4 home and garden, 5 appliances, 6 bidding, 7 flowers and gifts, 8 computers, " +
    "9 health and beauty, 10 personal services, 11 professional services, 12 sport, 13 clothing, 14 travel, " +
    "15 hi-fi, photo and video, 16 telephony."
})

export const BasketItem = Schema.Struct({
  european_article_numbering: Schema.optionalKey(Schema.String.annotate({ description: "EAN of the article." })),
  product_reference: Schema.String.annotate({ description: "The shop's own reference of the article." }),
  type: BasketItemType.annotate({ description: "A good that is sold, a discount on the order, or a fee." }),
  quantity: Schema.Int.annotate({ description: "How many, whole." }),
  name: Schema.String.annotate({ description: "What the article is called." }),
  unit_price: Schema.Finite.annotate({ description: "Price of one, tax included, in major units." }),
  tax_rate: Schema.Finite.annotate({ description: "Tax rate in percent." }),
  discount: Schema.optionalKey(Schema.Finite.annotate({ description: "Zero or negative, in major units." })),
  total_amount: Schema.Finite.annotate({ description: "unit_price × quantity + discount, in major units." }),
  product_category: Schema.optionalKey(ProductCategory),
  url: Schema.optionalKey(Schema.String.annotate({ description: "Picture of the article." }))
}).annotate({ identifier: "BasketItem", description: "One line of the basket." })

export type BasketItem = typeof BasketItem.Type
