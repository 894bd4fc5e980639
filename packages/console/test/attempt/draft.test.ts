import type { Attempt } from "@hipay-pos/core/wire/Attempt"
import { assert, describe, it } from "vitest"
import { amountToShow, requestOf } from "../../src/attempt/draft.ts"

const answered = (amount: number, order_id = "A") =>
  ({
    orderId: "A",
    amount: 1250,
    currency: "EUR",
    received: {
      status: 200,
      headers: {},
      body: JSON.stringify({ paymentStatus: "Success", order: { order_id, price: { amount, currency: "EUR" } } })
    }
  }) as unknown as Attempt

const paidIn = (attempt: Attempt, typed: string) =>
  requestOf(new Map([["outcome", "approved"] as const, ["paid", typed] as const]), attempt, "en").paid

describe("the amount of an approval at a relay", () => {
  it("begins as the one in the service's answer, and is sent even if it is the order's after all", () => {
    assert.strictEqual(amountToShow(answered(1500)), 1500)
    assert.strictEqual(paidIn(answered(1500), "15.00"), 1500)
    assert.strictEqual(paidIn(answered(1500), "12.50"), 1250)
  })

  it("begins as the order's if the service's may be the whole order in major units: a part would be collected again", () => {
    const attempt = { ...answered(12), amount: 1200 }
    assert.strictEqual(amountToShow(attempt), 1200)
    assert.isUndefined(paidIn(attempt, "12.00"))
  })

  it("begins as the order's if the service answered about another order", () => {
    assert.strictEqual(amountToShow(answered(600, "B")), 1250)
    assert.isUndefined(paidIn(answered(600, "B"), "12.50"))
  })

  it("begins as the order's if the terminal answered about another order", () => {
    const evidence = { amount: { minorUnits: 600, currency: "EUR" }, contradictions: [{ kind: "order-id" }] }
    const attempt = { ...answered(1250), error: { evidence } } as unknown as Attempt
    assert.strictEqual(amountToShow(attempt), 1250)
  })

  it("is left out if it is the order's, and the service said no other", () => {
    assert.strictEqual(amountToShow(answered(1250)), 1250)
    assert.isUndefined(paidIn(answered(1250), "12.50"))
  })
})
