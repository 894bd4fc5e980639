import type { Card } from "@hipay-pos/core/Card"
import { assert, describe, it } from "vitest"
import { cardText } from "../../src/attempts/cardText.ts"
import { words } from "../../src/text/fr.ts"

describe("a card in words", () => {
  it("has the scheme that its application says, and none that was converted only", () => {
    const pan = "497010######0014" as NonNullable<Card["pan"]>
    const aid = "A0000000041010" as NonNullable<Card["aid"]>
    assert.strictEqual(cardText({ paymentApplication: "00B", pan }), "CB ••0014")
    assert.strictEqual(cardText({ paymentApplication: "00F", pan }), "••0014")
    assert.strictEqual(cardText({ paymentApplication: "00F", aid, pan }), "Mastercard ••0014")
    assert.strictEqual(cardText(undefined), "")
  })

  it("is in the page's language if it is not a proper name", () => {
    assert.strictEqual(cardText({ paymentApplication: "00C" }), "Cheque")
    assert.strictEqual(cardText({ paymentApplication: "00C" }, words.schemes), "Chèque")
    assert.strictEqual(cardText({ paymentApplication: "00E" }, words.schemes), "Conecs")
  })
})
