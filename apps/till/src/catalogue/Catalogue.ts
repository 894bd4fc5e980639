/**
 * What the shop sells, and in which categories.
 *
 * Prices are minor units of the till's currency, tax included; tax rates are in percent. Names are the shop's own, in
 * one language or in several: they may contain anything, and are only ever shown as text.
 */
import { MAX_MINOR_UNITS } from "@hipay-pos/core/Money"
import * as Schema from "effect/Schema"
import { colours } from "./colours.ts"

/** A name, the same in every language or one for each. */
export const Name = Schema.Union([Schema.NonEmptyString, Schema.Struct({ en: Schema.String, fr: Schema.String })])
export type Name = typeof Name.Type

export const Product = Schema.Struct({
  reference: Schema.NonEmptyString,
  /** EAN-13 or EAN-8. */
  ean: Schema.optionalKey(Schema.String),
  category: Schema.String,
  name: Name,
  unitPrice: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: MAX_MINOR_UNITS })),
  taxRate: Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 100 }))
})
export type Product = typeof Product.Type

export const Catalogue = Schema.Struct({
  categories: Schema.Array(
    Schema.Struct({
      id: Schema.NonEmptyString,
      name: Name,
      /** By default the next colour of the list. */
      colour: Schema.optionalKey(Schema.Literals(colours))
    })
  ),
  products: Schema.Array(Product)
})
export type Catalogue = typeof Catalogue.Type
