/**
 * Looks up products by what was scanned or typed, and names, colours and tax rates. Without schemas, because the pages load
 * this module.
 */
import type { Catalogue, Name, Product } from "./Catalogue.ts"
import { type Colour, colours } from "./colours.ts"

/** The name of a line without a product. */
export const freeAmount = { reference: "FREE-AMOUNT", name: { en: "Other amount", fr: "Montant libre" } } as const

/** The tax rates of a catalogue, in percent, the highest first. */
export const ratesOf = ({ products }: Catalogue): ReadonlyArray<number> =>
  [...new Set(products.map(({ taxRate }) => taxRate))].sort((a, b) => b - a)

/** The colour of a category's tiles. */
export const colourOf = ({ categories }: Catalogue, id: string): Colour => {
  const place = categories.findIndex((category) => category.id === id)
  return categories[place]?.colour ?? colours[Math.max(0, place) % colours.length] ?? "stone"
}

/** A name in a language. */
export const nameIn = (name: Name, language: "en" | "fr"): string => (typeof name === "string" ? name : name[language])

/** The product of an EAN or a reference, or `undefined`. */
export const find = ({ products }: Catalogue, code: string): Product | undefined =>
  products.find(({ ean, reference }) => ean === code || reference.toLowerCase() === code.toLowerCase())

/** Whether a text is an EAN-13 or EAN-8 with the right check digit; a wrong one was misread or mistyped. */
export const isEan = (text: string): boolean => {
  if (!/^(\d{8}|\d{13})$/.test(text)) return false
  // From the right, digits have alternating weights of 1 and 3; the sum is a multiple of ten.
  const sum = [...text].reverse().reduce((sum, digit, i) => sum + Number(digit) * (i % 2 === 0 ? 1 : 3), 0)
  return sum % 10 === 0
}
