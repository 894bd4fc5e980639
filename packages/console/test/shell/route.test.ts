import { assert, describe, it } from "vitest"
import { preferred } from "../../src/shell/preferences.ts"
import { fromHash, places, toHash } from "../../src/shell/route.ts"

describe("a place in the pages", () => {
  it("has an address that leads back to it, whatever its name holds", () => {
    for (const place of places) {
      assert.deepStrictEqual(fromHash(toHash({ place })), { place })
      for (const name of ["10.0.0.12:8888", "PAX 123/45", "été?#%", "🧾"]) {
        assert.deepStrictEqual(fromHash(toHash({ place, name })), { place, name })
        const query = { state: "unknown", q: "19,18 & é" }
        assert.deepStrictEqual(fromHash(toHash({ place, name, query })), { place, name, query })
      }
    }
  })

  it("that nobody knows is the first view", () => {
    for (const hash of ["", "#", "#/", "#/nowhere", "#/attempts/%E0%A4%A"]) {
      assert.deepStrictEqual(fromHash(hash), { place: "attempts" })
    }
  })
})

describe("the language", () => {
  it("is the first of the browser's that the pages speak", () => {
    assert.strictEqual(preferred(["de-DE", "fr-CA", "en"]), "fr")
    assert.strictEqual(preferred(["EN-us", "fr"]), "en")
    assert.strictEqual(preferred(["de"]), "en")
  })
})
