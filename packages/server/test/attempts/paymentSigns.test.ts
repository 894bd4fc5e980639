import { assert, describe, it } from "@effect/vitest"
import * as Money from "@hipay-pos/core/Money"
import { amountGiven, signsOf } from "../../src/attempts/paymentSigns.ts"
import { attempt } from "./storeLaws.ts"

describe("an amount that a service's answer gives of an unknown attempt", () => {
  const answered = (amount: number, more: object = {}) => {
    const body = JSON.stringify({ paymentStatus: "Success", order: { ...more, price: { amount, currency: "EUR" } } })
    const received = { status: 200, headers: {}, body }
    return attempt("1", { state: "unknown", amount: Money.of("12.00", "EUR"), received })
  }

  it("is what was paid, and a sign of it", () => {
    assert.strictEqual(amountGiven(answered(1500)), 1500)
    assert.deepInclude(signsOf(answered(1500)), { isDone: true, amount: 1500 })
  })

  it("is only a sign if it is about another order", () => {
    const ofAnother = answered(600, { order_id: "another" })
    assert.isUndefined(amountGiven(ofAnother))
    assert.deepInclude(signsOf(ofAnother), { isDone: true, amount: 600 })
  })

  it.each([
    ["the whole order in major units", 12],
    ["nothing", 0]
  ])("is only a sign if it may be %s", (_, amount) => {
    assert.isUndefined(amountGiven(answered(amount)))
    assert.deepInclude(signsOf(answered(amount)), { isDone: true, amount })
  })
})
