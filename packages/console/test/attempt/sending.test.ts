import { assert, describe, it } from "vitest"
import { isOfSameOrder, nextOrderId, relatedTo, withOrderId } from "../../src/attempt/orderId.ts"

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

  it("are shown once each, the newest first, and without the one that is looked at", () => {
    const made = (id: string, orderId: string) => ({ id, orderId, openedAt: `2026-11-20T09:00:0${id}.000Z` })
    const all = [made("1", "A"), made("3", "A-refund"), made("1", "A"), made("2", "A"), made("4", "A1")]
    assert.deepStrictEqual(
      relatedTo(made("2", "A"), all).map(({ id }) => id),
      ["3", "1"]
    )
  })
})
