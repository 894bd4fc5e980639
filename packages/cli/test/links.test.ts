import { assert, it } from "vitest"
import { linksOf } from "../src/links.ts"

it("links an attempt whatever its server calls it: what was paid is told all the same", () => {
  assert.deepStrictEqual(linksOf("http://server.test/pos", "/attempts/a%2Fb"), {
    id: "a/b",
    address: "http://server.test/pos/attempts/a%2Fb",
    console: "http://server.test/pos/#/attempts/a%2Fb"
  })
  assert.strictEqual(linksOf("http://server.test", "/attempts/100%").id, "100%")
})
