import { assert, describe, it } from "@effect/vitest"
import * as Card from "@hipay-pos/core/Card"

describe("an authorization number", () => {
  it.each([
    ["123456", "123456"],
    ["123456  ", "123456"],
    [" A01B00", "A01B00"],
    ["012300", "012300"]
  ])("%j is %s", (text, number) => {
    assert.strictEqual(Card.authorizationNumberOf(text), number)
  })

  it.each(["", "      ", "000000", " 00 ", undefined])("is absent where %j fills its field", (text) => {
    assert.isUndefined(Card.authorizationNumberOf(text))
  })
})
