import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { Catalogue } from "../../src/catalogue/Catalogue.ts"
import { find, isEan } from "../../src/catalogue/products.ts"
import { sample } from "../../src/catalogue/sample.ts"
import { en } from "../../src/web/words/en.ts"
import { fr } from "../../src/web/words/fr.ts"

describe("the sample's shelves", () => {
  it("hold products with codes of their own, right check digits, in categories that exist", () => {
    assert.deepStrictEqual(Schema.decodeUnknownSync(Catalogue)(sample), sample)
    const { products, categories } = sample
    assert.strictEqual(new Set(products.map(({ ean }) => ean)).size, products.length)
    assert.strictEqual(new Set(products.map(({ reference }) => reference)).size, products.length)
    for (const { ean = "", category } of products) {
      assert.isTrue(isEan(ean), ean)
      assert.include(
        categories.map(({ id }) => id),
        category
      )
    }
  })
})

describe("a code", () => {
  it("is an EAN when its check digit is right", () => {
    // A felt pen's, and the EAN-8 that textbooks show.
    assert.isTrue(isEan("4006381333931"))
    assert.isTrue(isEan("96385074"))
    assert.isFalse(isEan("4006381333932"))
    assert.isFalse(isEan("12345"))
    assert.isFalse(isEan("400638133393x"))
  })

  it("finds a product by EAN or reference, whatever its case", () => {
    assert.strictEqual(find(sample, "mug")?.reference, "MUG")
    assert.strictEqual(find(sample, sample.products[0]?.ean ?? "")?.reference, sample.products[0]?.reference)
    assert.isUndefined(find(sample, "nothing"))
  })
})

describe("the screen's languages", () => {
  it("have words for the same things, none of them empty", () => {
    const texts = (words: object): ReadonlyArray<unknown> =>
      Object.values(words).flatMap((value) => (typeof value === "object" ? texts(value) : [value]))
    assert.strictEqual(texts(fr).length, texts(en).length)
    for (const text of [...texts(en), ...texts(fr)]) assert.notStrictEqual(text, "")
  })
})
