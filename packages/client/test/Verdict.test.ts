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

const tagOf = (status: number, json: unknown) => {
  const verdict = Verdict.fromAnswer(request, { status, headers: new Headers(), json })
  return Result.isSuccess(verdict) ? verdict.success._tag : verdict.failure.reason._tag
}

describe("a status that would mean never started", () => {
  it.each([400, 403, 404, 422])("means it on HTTP %i with the contract's error", (status) => {
    assert.strictEqual(tagOf(status, { error: { code: "unavailable.terminal.bad.request" } }), "NotStarted")
  })

  it.each(["Success", "Failure", "Failed"])("proves nothing beside paymentStatus %s", (paymentStatus) => {
    assert.strictEqual(tagOf(400, { paymentStatus }), "OutcomeUnknown")
  })

  it.each(["outcome.unknown", "attempt.unresolved"])("proves nothing beside the code %s", (code) => {
    assert.strictEqual(tagOf(400, { error: { code } }), "OutcomeUnknown")
  })
})
