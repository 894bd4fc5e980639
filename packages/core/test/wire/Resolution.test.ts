import { assert, describe, it } from "@effect/vitest"
import { amountByTerminal, paidProblem, paidProblemText, saidPaid } from "@hipay-pos/core/wire/Resolution"

describe("what a person says was paid", () => {
  it("is all of the order where they name no amount", () => {
    assert.isUndefined(paidProblem({ outcome: "approved" }, 1250))
    assert.isUndefined(paidProblem({ outcome: "declined" }, 1250))
    assert.strictEqual(paidProblem({ outcome: "approved", over: true }, 1250), "missing")
  })

  it("is named where the terminal gave another amount than the order's", () => {
    const byTerminal = (minorUnits: number, currency = "EUR") =>
      amountByTerminal({ amount: { minorUnits, currency } }, "EUR")
    for (const other of [1500, 1000]) {
      assert.strictEqual(paidProblem({ outcome: "approved" }, 1250, byTerminal(other)), "terminal-differs")
      for (const paid of [1250, 1000])
        assert.isUndefined(paidProblem({ outcome: "approved", paid }, 1250, byTerminal(other)))
      assert.isUndefined(paidProblem({ outcome: "declined" }, 1250, byTerminal(other)))
      assert.isUndefined(paidProblem({ outcome: "set-aside" }, 1250, byTerminal(other)))
    }
    const ofAnother = { amount: { minorUnits: 600, currency: "EUR" }, contradictions: [{ kind: "order-id" }] }
    const none = [{}, ofAnother].map((evidence) => amountByTerminal(evidence, "EUR"))
    for (const known of [byTerminal(1250), byTerminal(1500, "USD"), byTerminal(0), ...none])
      assert.isUndefined(paidProblem({ outcome: "approved" }, 1250, known))
    assert.strictEqual(
      paidProblemText({ outcome: "approved" }, 1250, "EUR", byTerminal(1500)),
      "expected the amount that was paid, because the terminal said 15.00 EUR (1500 minor units), not the 12.50 EUR (1250 minor units) that were asked for; got nothing"
    )
  })

  it("is compared with what the terminal gave, also where that contradicts the order, down to one minor unit", () => {
    const evidence = { amount: { minorUnits: 1, currency: "EUR" }, contradictions: [{ kind: "amount" }] }
    assert.strictEqual(amountByTerminal(evidence, "EUR"), 1)
  })

  it("comes with approved only", () => {
    assert.isUndefined(paidProblem({ outcome: "approved", paid: 1250 }, 1250))
    assert.strictEqual(paidProblem({ outcome: "declined", paid: 1250 }, 1250), "not-approved")
    assert.strictEqual(paidProblem({ outcome: "set-aside", paid: 1250 }, 1250), "not-approved")
  })

  it("is more than was asked for only where they say so as well", () => {
    assert.strictEqual(paidProblem({ outcome: "approved", paid: 1251 }, 1250), "more-than-asked")
    assert.isUndefined(paidProblem({ outcome: "approved", paid: 1251, over: true }, 1250))
    assert.isUndefined(paidProblem({ outcome: "approved", paid: 1, over: false }, 1250))
  })

  it("is refused with the amounts, and with what to say", () => {
    const problem = (said: Parameters<typeof paidProblemText>[0]) => paidProblemText(said, 1250, "EUR")
    assert.isUndefined(problem({ outcome: "approved", paid: 1250 }))
    assert.strictEqual(
      problem({ outcome: "approved", paid: 1300 }),
      '13.00 EUR (1300 minor units) is more than the 12.50 EUR (1250 minor units) that were asked for: if that is what was paid, say "over": true as well'
    )
    assert.strictEqual(
      problem({ outcome: "declined", paid: 500 }),
      'expected only with the outcome "approved", got 500 with "declined"'
    )
    assert.strictEqual(
      problem({ outcome: "approved", over: true }),
      'expected the amount that was paid with "over": true, got nothing'
    )
  })

  it("is nothing unless they say approved", () => {
    assert.strictEqual(saidPaid({ outcome: "approved" }, 1250), 1250)
    assert.strictEqual(saidPaid({ outcome: "approved", paid: 1000 }, 1250), 1000)
    assert.strictEqual(saidPaid({ outcome: "declined" }, 1250), 0)
    assert.strictEqual(saidPaid({ outcome: "set-aside" }, 1250), 0)
  })
})
