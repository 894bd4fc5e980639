import { assert, describe, it } from "@effect/vitest"
import { jsonLine } from "@hipay-pos/cli-kit"

describe("a line of JSON", () => {
  const value = { orderId: "a\x1b[1m\u009b31m\u202e00.21\u2028\u{e0041}é👩\u200d🍳\n" }

  it("has no character that a terminal obeys, that ends a line, or that is not visible", () =>
    assert.strictEqual(
      jsonLine(value),
      String.raw`{"orderId":"a\u001b[1m\u009b31m\u202e00.21\u2028\udb40\udc41é👩\u200d🍳\n"}`
    ))

  it("is read as the value that it was", () => assert.deepStrictEqual(JSON.parse(jsonLine(value)), value))
})
