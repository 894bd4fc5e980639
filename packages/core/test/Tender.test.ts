import { assert, describe, it } from "@effect/vitest"
import * as Basket from "@hipay-pos/core/Basket"
import * as Money from "@hipay-pos/core/Money"
import * as OrderRequest from "@hipay-pos/core/OrderRequest"
import * as Tender from "@hipay-pos/core/Tender"
import * as TerminalTarget from "@hipay-pos/core/TerminalTarget"
import * as Result from "effect/Result"

const eur = (minorUnits: number): Money.Money => Result.getOrThrow(Money.make(minorUnits, "EUR"))
const mug = Result.getOrThrow(Basket.item("good", { reference: "M", name: "Mug", unitPrice: eur(5000) }))
const order: OrderRequest.OrderOptions = {
  orderId: "ORDER_1",
  amount: eur(5500),
  basket: [mug],
  shippingFees: eur(400),
  taxFees: eur(100),
  description: "Two cards"
}

describe("an order in several tenders", () => {
  it("becomes orders with ids of their own, whose amounts add up", () => {
    const parts = Result.getOrThrow(Tender.split(order, [eur(2000), eur(3500)]))
    assert.deepEqual(parts, [
      { orderId: "ORDER_1-1", amount: eur(2000), description: "Two cards" },
      { orderId: "ORDER_1-2", amount: eur(3500), description: "Two cards" }
    ])
  })

  it("has parts that a terminal tells apart by the 32 characters that it gets", () => {
    const idsOf = (orderId: string, count: number) => {
      const amounts = Result.getOrThrow(Money.split(order.amount, count))
      return Result.getOrThrow(Tender.split({ ...order, orderId }, amounts)).map((part) => part.orderId)
    }
    assert.deepStrictEqual(idsOf("X".repeat(30), 2), [`${"X".repeat(30)}-1`, `${"X".repeat(30)}-2`])
    assert.deepStrictEqual(idsOf("X".repeat(31), 2), [`1-${"X".repeat(31)}`, `2-${"X".repeat(31)}`])
    for (const orderId of ["X".repeat(30), "X".repeat(32), "550e8400-e29b-41d4-a716-446655440000"]) {
      const ids = idsOf(orderId, 12)
      assert.strictEqual(new Set(ids.map((id) => id.slice(0, 32))).size, 12, ids.join(" "))
      assert.notInclude(
        ids.map((id) => id.slice(0, 32)),
        orderId.slice(0, 32)
      )
    }
  })

  it("may have a part of one minor unit", () => {
    const parts = Result.getOrThrow(Tender.split(order, [eur(5499), eur(1)]))
    assert.deepStrictEqual(
      parts.map(({ amount }) => amount.minorUnits),
      [5499, 1]
    )
  })

  it("has parts that can be sent", () => {
    const target = TerminalTarget.concert({ host: "192.168.1.20", contracts: [{ merchantContract: "1234567" }] })
    const shares = Result.getOrThrow(Money.split(order.amount, 3))
    for (const part of Result.getOrThrow(Tender.split(order, shares))) {
      assert.isTrue(Result.isSuccess(OrderRequest.make(part, target)))
    }
  })

  it.each([
    ["do not add up", [eur(2000), eur(3499)], "got 54.99 EUR"],
    ["are none", [], "got 0.00 EUR"],
    ["hold an empty part", [eur(5500), eur(0)], "parts above zero"],
    ["hold a negative part", [eur(5600), eur(-100)], "adding up to 55.00 EUR"]
  ])("refuses parts that %s", (_, amounts, words) => {
    const refused = Result.getOrThrow(Result.flip(Tender.split(order, amounts)))
    assert.strictEqual(refused._tag, "TendersRefused")
    assert.include(refused.message, words)
  })

  it("refuses parts of another currency", () => {
    const dollars: Money.Money = Result.getOrThrow(Money.make(5500, "USD"))
    assert.strictEqual(Result.getOrThrow(Result.flip(Tender.split(order, [dollars])))._tag, "CurrencyMismatch")
  })
})
