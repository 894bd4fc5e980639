import { assert, describe, it } from "vitest"
import { isOfSameOrder, nextOrderId, withOrderId } from "../../src/attempt/orderId.ts"

describe("sending an order again", () => {
  it("says so in the order id, and never counts up a number of the shop's own", () => {
    assert.strictEqual(nextOrderId("SALE-000041"), "SALE-000041-again")
    assert.strictEqual(nextOrderId("SALE-000041-again"), "SALE-000041-again-2")
    assert.strictEqual(nextOrderId("SALE-000041-again-2"), "SALE-000041-again-3")
  })

  it("changes nothing but the order id", () => {
    const body = { order: { order_id: "A", price: { amount: 1 } }, customer: { id: 1 } }
    assert.deepStrictEqual(withOrderId(body, "B"), { ...body, order: { order_id: "B", price: { amount: 1 } } })
  })
})

describe("attempts of the same order", () => {
  it.each([
    ["ORDER_1", "ORDER_1"],
    ["ORDER_1", "ORDER_1-refund"],
    ["ORDER_1-refund", "ORDER_1"],
    ["ORDER_1", "ORDER_1-again"],
    ["ORDER_1-again", "ORDER_1-again-2"],
    ["ORDER_1", "ORDER_1-again-2-refund"]
  ])("are those that were sent from here for it, too: %s, %s", (one, other) => {
    assert.isTrue(isOfSameOrder(one, other))
  })

  it.each([
    ["ORDER_1", "ORDER_10"],
    ["ORDER_1", "ORDER_1-2"],
    ["ORDER_1", "XORDER_1"],
    ["ORDER_1", "ORDER_1-refunded"],
    ["-refund", "-again"]
  ])("are not those of an order whose id begins alike: %s, %s", (one, other) => {
    assert.isFalse(isOfSameOrder(one, other))
  })
})
