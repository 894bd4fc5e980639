import { assert, describe, it } from "@effect/vitest"
import * as Money from "@hipay-pos/core/Money"
import { OutcomeUnknown } from "@hipay-pos/core/Terminal"
import { ofBytes } from "@hipay-pos/core/TerminalEvidence"
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

describe("an amount that a terminal gives", () => {
  const told = (state: "unknown" | "approved", given: Money.Money) => {
    const evidence = { ...ofBytes("AE00210"), status: "done", amount: given } as const
    const error = new OutcomeUnknown({ kind: "Contradictory", detail: "another amount", evidence })
    return attempt("1", { state, amount: Money.of("12.00", "EUR"), error })
  }

  it("is what was paid of an unknown attempt, and of no attempt that has ended", () => {
    assert.strictEqual(amountGiven(told("unknown", Money.of("15.00", "EUR"))), 1500)
    assert.isUndefined(amountGiven(told("approved", Money.of("15.00", "EUR"))))
  })

  it("is none in another currency than the order's, and the payment is done all the same", () => {
    const dollars = told("unknown", Money.of("15.00", "USD"))
    assert.isUndefined(amountGiven(dollars))
    assert.deepInclude(signsOf(dollars), { isDone: true, amount: undefined })
  })
})
