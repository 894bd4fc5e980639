/** Fields of JSON that may be anything. */
import { assert, describe, it } from "@effect/vitest"
import { isDeeper, isObject, object } from "@hipay-pos/core/JsonObject"
import { notifyUrlIn } from "@hipay-pos/core/wire/TechnicalInformation"

describe("JSON that should be an object", () => {
  it("is read as it is", () => {
    const order = { order_id: "A" }
    assert.strictEqual(object(order), order)
    assert.isTrue(isObject(order))
  })

  it.each([undefined, null, "text", 1, true, [["order_id", "A"]]])("has no fields where it is %j", (json) => {
    assert.deepStrictEqual(object(json), {})
    assert.isFalse(isObject(json))
  })

  it.each([null, [], {}, { pos_technical_info: null }, { pos_technical_info: { notify_url: "" } }])(
    "has no address for notifications where it is %j",
    (order) => assert.isUndefined(notifyUrlIn(order))
  )
})

describe("the depth of JSON", () => {
  it.each([
    ["a text", 0, false],
    [{}, 0, true],
    [{}, 1, false],
    [{ a: "x", b: [1] }, 1, true],
    [{ a: "x", b: [1] }, 2, false],
    [[[[null]]], 2, true],
    [[[[null]]], 3, false]
  ])("of %j is compared with %i levels: deeper %s", (json, levels, deeper) => {
    assert.strictEqual(isDeeper(json, levels), deeper)
  })

  it("is compared without following all of it, as that could exhaust the stack", () => {
    assert.isTrue(isDeeper(JSON.parse(`${"[".repeat(100_000)}${"]".repeat(100_000)}`), 64))
  })
})
