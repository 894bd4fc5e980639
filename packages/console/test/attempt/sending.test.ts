import { assert, describe, it } from "vitest"
import { nextOrderId, withOrderId } from "../../src/attempt/orderId.ts"

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
