/** What a refused order would repeat. */
import { assert, describe, it } from "@effect/vitest"
import { repeatedBy } from "../../src/orders/refusedOrder.ts"

describe("an order that is refused", () => {
  it("repeats what was sent under its id, login and type", () => {
    const key = { login: "shop", orderId: "A", transactionType: "Debit" }
    assert.deepStrictEqual(repeatedBy({ order: { order_id: "A" } }, "shop")?.key, key)
  })

  it.each([undefined, "", 1, "A\0", "A\ud800"])("repeats nothing where no attempt can have its id: %j", (order_id) => {
    assert.isUndefined(repeatedBy({ order: { order_id } }, "shop"))
  })
})
