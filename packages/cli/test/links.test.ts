import { assert, it } from "vitest"
import { linksOf } from "../src/links.ts"

it("links an attempt with an odd id, and still reports what was paid", () => {
  assert.deepStrictEqual(linksOf("http://server.test/pos", "/attempts/a%2Fb"), {
    id: "a/b",
    address: "http://server.test/pos/attempts/a%2Fb",
    console: "http://server.test/pos/#/attempts/a%2Fb"
  })
  assert.strictEqual(linksOf("http://server.test", "/attempts/100%").id, "100%")
})
