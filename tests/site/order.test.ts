/** Orders in the playground's editor and links. */
import { assert, describe, it } from "vitest"
import { checkOrder } from "../../site/playground/checkOrder.ts"
import { examples, textOf, withNextOrderId } from "../../site/playground/orders.ts"
import { fromHash, toHash } from "../../site/playground/share.ts"

describe("an order in the editor", () => {
  it("is accepted in every example but the one with mistakes", () => {
    for (const example of examples) {
      assert.strictEqual(checkOrder(textOf(example, "ORDER_1")).accepted, example !== "mistakes", example)
    }
  })

  it("has its findings on the lines of their fields, and on the object where a field is missing", () => {
    const text = textOf("simple", "ORDER_1")
      .replace("1250", "0")
      .replace(/\s*"merchant_contract": "1234567",/, "")
    const found = checkOrder(text).findings.map(({ path, line }) => [path, text.split("\n")[line - 1]?.trim()])
    assert.deepInclude(found, ["order.price.amount", '"price": { "amount": 0, "currency": "EUR" }'])
    assert.isTrue(found.some(([path]) => path?.endsWith("merchant_contract")))
    for (const [path, line] of found)
      if (path?.endsWith("merchant_contract")) assert.strictEqual(line, '"contract_array": [{')
  })

  it("says from which line on it is not JSON", () => {
    assert.strictEqual(checkOrder('{\n  "order": {,\n').notJson?.line, 2)
  })

  it("names the terminal by host and port", () => {
    assert.strictEqual(checkOrder(textOf("simple", "A")).terminal, "192.168.1.20:8888")
  })

  it("gets the next id without a change to the rest of the text", () => {
    assert.strictEqual(
      withNextOrderId('{ "order_id" : "A_09",  "x": "A_09" }'),
      '{ "order_id" : "A_10",  "x": "A_09" }'
    )
    assert.include(withNextOrderId('{ "order_id": "TABLE" }'), '"TABLE_2"')
  })
})

describe("a link", () => {
  it("brings back what was shared, letter for letter", () => {
    for (const order of [textOf("basket", "Café_€"), '{ "order":1 }', "{ not json\n"]) {
      const shared = { order, card: "refused", fault: "cut@mid-answer", language: "fr", pace: undefined }
      assert.deepStrictEqual(fromHash(toHash(shared)), shared)
    }
  })

  it("is short for an order that is laid out as the page does it", () => {
    assert.isBelow(toHash({ order: textOf("simple", "ORDER_1") }).length, 420)
  })

  it("leaves out what it cannot read", () => {
    assert.isUndefined(fromHash("#order=%25%25").order)
    assert.deepStrictEqual(
      Object.values(fromHash("#nonsense")).filter((each) => each !== undefined),
      []
    )
  })
})
