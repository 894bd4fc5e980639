import { Money, Order, TerminalTarget } from "@hipay-pos/core"
import * as Result from "effect/Result"
import { assert, describe, it } from "vitest"
import * as Verdict from "../src/Verdict.ts"

const request = Result.getOrThrow(
  Order.makeRequest(
    { orderId: "A", amount: Result.getOrThrow(Money.make(1250, "EUR")) },
    TerminalTarget.concert({ host: "192.168.1.20", contracts: [{ merchantContract: "1234567" }] })
  )
)

const tagOf = (status: number, json: unknown, rest: Partial<Verdict.Evidence> = {}) => {
  const verdict = Verdict.fromAnswer(request, { status, headers: new Headers(), json, ...rest })
  return Result.isSuccess(verdict) ? verdict.success._tag : verdict.failure.reason._tag
}

describe("a status that would mean never started", () => {
  it.each([400, 403, 404, 422])("means it on HTTP %i with the contract's error", (status) => {
    assert.strictEqual(tagOf(status, { error: { code: "unavailable.terminal.bad.request" } }), "NotStarted")
  })

  it.each([
    [409, "terminal.unresolved"],
    [409, "cancel.not.the.last"],
    [500, "attempt.not.recorded"],
    [503, "server.closing"]
  ])("means it on HTTP %i where a server of this toolkit says %s", (status, code) => {
    assert.strictEqual(tagOf(status, { error: { code, details: { attempt: "/attempts/1" } } }), "NotStarted")
    assert.strictEqual(tagOf(504, { error: { code } }), "OutcomeUnknown")
  })

  it.each(["attempt.different", "attempt.unresolved", "conflict"])("proves nothing on HTTP 409 with %s", (code) => {
    assert.strictEqual(tagOf(409, { error: { code } }), "OutcomeUnknown")
  })

  it.each([500, 502, 503])("proves nothing on HTTP %i with a code of somebody else's", (status) => {
    assert.strictEqual(tagOf(status, { error: { code: "unavailable.terminal.bad.request" } }), "OutcomeUnknown")
  })

  it.each(["Success", "Failure", "Failed"])("proves nothing beside paymentStatus %s", (paymentStatus) => {
    assert.strictEqual(tagOf(400, { paymentStatus }), "OutcomeUnknown")
  })

  it.each(["outcome.unknown", "attempt.unresolved"])("proves nothing beside the code %s", (code) => {
    assert.strictEqual(tagOf(400, { error: { code } }), "OutcomeUnknown")
  })

  it.each(["1001", "1006", "7777"])("proves nothing beside the payment's error %s", (errorCode) => {
    assert.strictEqual(tagOf(400, { error: { errorCode } }), "OutcomeUnknown")
    assert.strictEqual(tagOf(400, { errorCode }), "OutcomeUnknown")
  })

  it.each(["1002", "1004"])("means it beside the payment's error %s, which says the same", (errorCode) => {
    assert.strictEqual(tagOf(401, { errorCode }), "NotStarted")
  })

  it("proves nothing beside a terminal's receipt", () => {
    assert.strictEqual(tagOf(400, { receipt: "UkVDRUlQVCA5OSBFVVI==" }), "OutcomeUnknown")
  })

  it("proves nothing where the answer stops before it has said everything", () => {
    assert.strictEqual(tagOf(400, undefined, { fault: "Truncated" }), "OutcomeUnknown")
    assert.strictEqual(tagOf(400, undefined, { fault: "NotJson" }), "NotStarted")
  })
})

describe("an answer that repeats an order", () => {
  const about = (order: object) => ({ order: { price: { amount: 1250, currency: "EUR" }, ...order } })

  it("is believed when the order is the one that was sent", () => {
    const order = about({ order_id: "A", transaction_type: "debit" })
    assert.strictEqual(tagOf(200, { paymentStatus: "Success", ...order }), "Approved")
    assert.strictEqual(tagOf(200, { paymentStatus: "Failure", errorCode: "1006", ...order }), "Declined")
  })

  it.each([{ order_id: "B" }, { order_id: "A", transaction_type: "Credit" }])(
    "proves nothing of this one when it repeats %j",
    (order) => {
      assert.strictEqual(tagOf(200, { paymentStatus: "Success", ...about(order) }), "OutcomeUnknown")
      assert.strictEqual(tagOf(200, { paymentStatus: "Failure", errorCode: "1006", ...about(order) }), "OutcomeUnknown")
    }
  )

  it.each([
    ["1000", "ApprovedInPart"],
    ["12.50", "OutcomeUnknown"],
    [12.5, "OutcomeUnknown"]
  ])("takes the amount %j for no full payment", (amount, expected) => {
    const price = { amount, currency: "EUR" }
    assert.strictEqual(tagOf(200, { paymentStatus: "Success", order: { price } }), expected)
  })
})

describe("a server's own words", () => {
  const long = `card 4111111111111111 ${"and so on, ".repeat(90_000)}`

  it("are cut where a journal and a person can still read them, without card numbers", () => {
    for (const json of [
      { error: { code: "x", description: long } },
      { paymentStatus: "Failure", errorDescription: long }
    ]) {
      const verdict = Verdict.fromAnswer(request, { status: 200, headers: new Headers(), json })
      const { message } = Result.isFailure(verdict) ? verdict.failure : assert.fail()
      assert.isBelow(message.length, 600)
      assert.notInclude(message, "4111111111111111")
    }
    const refused = Verdict.fromAnswer(request, {
      status: 400,
      headers: new Headers(),
      json: { error: { code: "x", description: long } }
    })
    assert.isBelow(Result.isFailure(refused) ? refused.failure.message.length : assert.fail(), 600)
  })
})
