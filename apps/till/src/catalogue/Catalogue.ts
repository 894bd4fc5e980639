/**
 * What the shop sells, in which categories, and how a product is found by what was scanned or typed.
 *
 * Prices are minor units of the till's currency, tax included; tax rates are in percent. Names are texts of the shop, in
 * one language or in several: they may hold anything, and are only ever shown as text.
 */
import { MAX_MINOR_UNITS } from "@hipay-pos/core/Money"
import * as Schema from "effect/Schema"

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

/** Colours that a category's tiles may have. */
export const Colour = Schema.Literals(["amber", "green", "blue", "plum", "stone", "violet", "rose", "teal"])
export type Colour = typeof Colour.Type

export const Catalogue = Schema.Struct({
  categories: Schema.Array(
    Schema.Struct({
      id: Schema.NonEmptyString,
      name: Name,
      /** The next of the list by default. */
      colour: Schema.optionalKey(Colour)
    })
  ),
  products: Schema.Array(Product)
})
export type Catalogue = typeof Catalogue.Type

/** What a line is called that has an amount and no product. */
export const freeAmount = { reference: "FREE-AMOUNT", name: { en: "Other amount", fr: "Montant libre" } } as const

/** The tax rates of a catalogue, in percent, the highest first. */
export const ratesOf = ({ products }: Catalogue): ReadonlyArray<number> =>
  [...new Set(products.map(({ taxRate }) => taxRate))].sort((a, b) => b - a)

/** The colour of a category's tiles. */
export const colourOf = ({ categories }: Catalogue, id: string): Colour => {
  const place = categories.findIndex((category) => category.id === id)
  return categories[place]?.colour ?? Colour.literals[Math.max(0, place) % Colour.literals.length] ?? "stone"
}

/** A name in a language. */
export const nameIn = (name: Name, language: "en" | "fr"): string => (typeof name === "string" ? name : name[language])

/** The product of an EAN or a reference, or `undefined`. */
export const find = ({ products }: Catalogue, code: string): Product | undefined =>
  products.find(({ ean, reference }) => ean === code || reference.toLowerCase() === code.toLowerCase())

/** Whether a text is an EAN-13 or EAN-8 whose check digit is right: one that is not was read or typed wrongly. */
export const isEan = (text: string): boolean => {
  if (!/^(\d{8}|\d{13})$/.test(text)) return false
  // From the right, digits weigh 1 and 3 in turn; the sum of all is a multiple of ten.
  const sum = [...text].reverse().reduce((sum, digit, i) => sum + Number(digit) * (i % 2 === 0 ? 1 : 3), 0)
  return sum % 10 === 0
}
