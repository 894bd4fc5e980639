/** What a whole answer told a till of its order. */
import { assert, describe, it } from "vitest"
import { toldBy } from "../src/till/Outcome.ts"

const order = { orderId: "A-1", transactionType: "Debit", amount: 1250, currency: "EUR" }
const echoed = (changes: object = {}, price: object = {}) => ({
  order_id: "A-1",
  transaction_type: "Debit",
  price: { amount: 1250, currency: "EUR", ...price },
  ...changes
})
const success = { paymentStatus: "Success", order: echoed() }

const told = (body: unknown, asked = order) => {
  const answer = { status: 200, headers: {}, body: typeof body === "string" ? body : JSON.stringify(body) }
  return toldBy(asked, answer).map(({ outcome, paid }) => [outcome, paid])
}

describe("an answer with 200", () => {
  it.each<readonly [string, unknown, ReadonlyArray<unknown>]>([
    ["Success is paid", success, ["approved", 1250]],
    ["Success without an order is paid as it was asked for", { paymentStatus: "Success" }, ["approved", 1250]],
    [
      "Success with a smaller amount is paid in part",
      { ...success, order: echoed({}, { amount: 600 }) },
      ["approved-in-part", 600]
    ],
    [
      "a refusal by its code is declined",
      { paymentStatus: "Failure", error: { errorCode: "04" } },
      ["declined", undefined]
    ],
    [
      "a code before the terminal is not started",
      { paymentStatus: "Failure", errorCode: "1004" },
      ["not-started", undefined]
    ],
    ["a failure without a code proves nothing", { paymentStatus: "Failure" }, ["unknown", undefined]],
    [
      "a failure that was authorised proves nothing",
      { paymentStatus: "Failure", errorCode: "01" },
      ["unknown", undefined]
    ],
    ["a failure in doubt proves nothing", { paymentStatus: "Failure", errorCode: "1001" }, ["unknown", undefined]],
    ["Success beside a refusal proves nothing", { ...success, errorCode: "04" }, ["unknown", undefined]],
    [
      "Success of another order proves nothing",
      { ...success, order: echoed({ order_id: "A-2" }) },
      ["unknown", undefined]
    ],
    [
      "Success of a refund proves nothing",
      { ...success, order: echoed({ transaction_type: "Credit" }) },
      ["unknown", undefined]
    ],
    [
      "Success in another currency proves nothing",
      { ...success, order: echoed({}, { currency: "USD" }) },
      ["unknown", undefined]
    ],
    ["JSON of another shape proves nothing", { status: "ok" }, ["unknown", undefined]],
    ["a page proves nothing", "<html></html>", ["unknown", undefined]]
  ])("%s", (_, body, expected) => {
    assert.deepStrictEqual(told(body), [expected])
  })

  it("is about its order, though an id like a card number is kept masked", () => {
    const asked = { ...order, orderId: "4970101122334422" }
    const body = { ...success, order: echoed({ order_id: "497010######4422" }) }
    assert.deepStrictEqual(told(body, asked), [["approved", 1250]])
  })
})
