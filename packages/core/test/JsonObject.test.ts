/** Fields of JSON that may be anything. */
import { assert, describe, it } from "@effect/vitest"
import { isObject, object } from "@hipay-pos/core/JsonObject"
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
