import { assert, describe, it } from "@effect/vitest"
import { paidProblem, saidPaid } from "@hipay-pos/core/wire/Resolution"

describe("what a person says was paid", () => {
  it("is all of the order where they name no amount", () => {
    assert.isUndefined(paidProblem({ outcome: "approved" }, 1250))
    assert.isUndefined(paidProblem({ outcome: "declined" }, 1250))
    assert.strictEqual(paidProblem({ outcome: "approved", over: true }, 1250), "missing")
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

  it("is nothing unless they say approved", () => {
    assert.strictEqual(saidPaid({ outcome: "approved" }, 1250), 1250)
    assert.strictEqual(saidPaid({ outcome: "approved", paid: 1000 }, 1250), 1000)
    assert.strictEqual(saidPaid({ outcome: "declined" }, 1250), 0)
    assert.strictEqual(saidPaid({ outcome: "set-aside" }, 1250), 0)
  })
})
