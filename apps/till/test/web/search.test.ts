import { assert, describe, it } from "@effect/vitest"
import { proposals } from "../../src/web/payment/proposals.ts"
import { matches, readEntry } from "../../src/web/search.ts"

describe("what stands in the field", () => {
  it("is a code or a name, once unless a count comes first", () => {
    assert.deepStrictEqual(readEntry(" 4006381333931 "), { quantity: 1, search: "4006381333931" })
    assert.deepStrictEqual(readEntry("3*MUG"), { quantity: 3, search: "MUG" })
    assert.deepStrictEqual(readEntry("12 x dark chocolate"), { quantity: 12, search: "dark chocolate" })
    assert.deepStrictEqual(readEntry(""), { quantity: 1, search: "" })
  })

  it("finds every word, whatever case and accents", () => {
    assert.isTrue(matches("epicerie CAFE", ["Café d’épicerie"]))
    assert.isTrue(matches("250 cof", ["Coffee beans, 250 g", "COF"]))
    assert.isFalse(matches("coffee tea", ["Coffee beans"]))
  })
})

describe("the notes that are proposed", () => {
  it("are the next full ones above the amount, each once, in the currency's minor units", () => {
    assert.deepStrictEqual(proposals(3748, 2), [4000, 5000, 10000])
    assert.deepStrictEqual(proposals(500, 2), [1000, 2000, 5000])
    assert.deepStrictEqual(proposals(7, 0), [10, 20, 50])
  })
})
