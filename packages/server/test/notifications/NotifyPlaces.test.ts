/** Where notifications may be sent: which texts name a place, and which addresses belong to it. */
import { assert, describe, it } from "vitest"
import { isPlace, makeIsAllowed } from "../../src/notifications/NotifyPlaces.ts"

describe("a place that notifications may go to", () => {
  it.each([
    "shop.example:443",
    "Shop.Example:443",
    "127.0.0.1:3000",
    "[::1]:3000",
    "café.example:8443",
    "localhost:080"
  ])("is %s", (text) => {
    assert.isTrue(isPlace(text))
  })

  it.each([
    "",
    "shop.example",
    "shop.example:",
    "shop.example:http",
    "shop.example:65536",
    "::1:3000",
    "[::1",
    "https://shop.example:443",
    "shop.example:443/notify",
    "someone@shop.example:443",
    "shop.example?:443",
    "shop.example#:443",
    "shop.example\\:443",
    "not a host:443",
    "1.2.3.256:443"
  ])("is not %j", (text) => {
    assert.isFalse(isPlace(text))
  })
})

describe("an address", () => {
  const isAllowed = makeIsAllowed(["Shop.Example:443", "127.0.0.1:3000", "plain.example:080", "café.example:8443"])
  it.each([
    ["https://shop.example/a", true],
    ["https://shop.example:443/a", true],
    ["http://127.0.0.1:3000", true],
    ["https://SHOP.example/a", true],
    ["http://plain.example/a", true],
    ["https://xn--caf-dma.example:8443/a", true],
    ["https://plain.example/a", false],
    ["http://shop.example/a", false],
    ["https://shop.example.evil/a", false],
    ["https://shop.example:8443/a", false],
    ["ftp://shop.example:443/a", false],
    ["shop.example:443", false]
  ])("%s is allowed: %s", (url, allowed) => {
    assert.strictEqual(isAllowed(url), allowed)
  })
})
