import { makeFakeClient, makeFakeServer, type Scripted } from "@hipay-pos/client/testing"
import { assert, describe, it } from "vitest"
import { order, target } from "./paying.ts"

describe("the fake client", () => {
  it("gives what the script says, one after the other, and then approves", async () => {
    const fake = makeFakeClient([
      "declined",
      "not-started",
      "unknown",
      { paid: 1000 },
      { errorCode: "04" },
      { status: 502, body: "<html>" }
    ])
    const tags: Array<string> = []
    for (let i = 0; i < 7; i++) {
      const result = await fake.tryPay({ ...order, orderId: `ORDER_${i}` }, target)
      tags.push(result.ok ? result.outcome._tag : result.error.reason._tag)
    }
    assert.deepStrictEqual(tags, [
      "Declined",
      "NotStarted",
      "OutcomeUnknown",
      "ApprovedInPart",
      "Declined",
      "OutcomeUnknown",
      "Approved"
    ])
    assert.deepInclude(fake.asked[0], { orderId: "ORDER_0", transactionType: "Debit", amount: 1250, currency: "EUR" })
    assert.lengthOf(fake.asked, 7)
  })

  it("says in every answer of its own that it is simulated", async () => {
    const scripted: ReadonlyArray<Scripted> = [
      ...(["approved", "declined", "not-started", "unsettled", "already-approved", "already-reversed"] as const),
      { paid: 1000 },
      { errorCode: "04" }
    ]
    const { fetch } = makeFakeServer(scripted)
    const body = JSON.stringify({
      order: { order_id: "A", transaction_type: "Debit", price: { amount: 1250, currency: "EUR" } }
    })
    for (const each of scripted) {
      const answer = await fetch("http://fake.invalid/v1/connector/order", { method: "POST", body })
      assert.strictEqual(answer.headers.get("x-hipay-pos-mode"), "simulated", JSON.stringify(each))
    }
  })

  it("plays a server that has the order from before", async () => {
    const fake = makeFakeClient(["unsettled", "already-approved", "already-reversed"])
    const tags: Array<string> = []
    for (const orderId of ["A", "B", "C"]) {
      const result = await fake.tryPay({ ...order, orderId }, target)
      tags.push(result.ok ? result.outcome._tag : result.error.reason._tag)
    }
    assert.deepStrictEqual(tags, ["Unsettled", "AlreadyApproved", "AlreadyReversed"])
  })

  it("is the real client: it does not pay twice, and remembers what it does not know", async () => {
    const fake = makeFakeClient(["unknown"])
    assert.isFalse((await fake.tryPay(order, target)).ok)
    assert.isFalse((await fake.tryPay(order, target)).ok)
    assert.lengthOf(fake.asked, 1)
    assert.lengthOf(await fake.unsettled(), 1)
  })

  it("can be silent, for the till's own deadline, and told more on the way", async () => {
    const fake = makeFakeClient()
    fake.script("silent", "declined")
    const result = await fake.tryPay(order, target, { deadline: "10ms" })
    assert.deepInclude(result.ok ? {} : result.error.reason, { _tag: "OutcomeUnknown", kind: "TimedOut" })
    assert.strictEqual((await fake.pay({ ...order, orderId: "B" }, target))._tag, "Declined")
  })
})
