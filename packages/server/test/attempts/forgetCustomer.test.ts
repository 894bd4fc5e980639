/** What a stored attempt keeps once its customer's data are due. */
import { assert, describe, it } from "@effect/vitest"
import { forgetCustomer, holdsCustomer } from "../../src/attempts/forgetCustomer.ts"
import { KeptOrder } from "../../src/attempts/KeptOrder.ts"
import { frames } from "../frames.ts"
import { attempt } from "./storeLaws.ts"

const answered = (body: string) =>
  attempt("1", { state: "unknown", order: new KeptOrder({}), received: { status: 200, headers: {}, body } })

describe("a service's answer without its customer's data", () => {
  const customer = '"customer":{"email":"ada@example.org","firstname":"Ada"}'
  it.each([
    ["JSON", `{"paymentStatus":"Success",${customer},"receipt":""}`, '{"paymentStatus":"Success","receipt":""}'],
    [
      "JSON that had them twice",
      `{"paymentStatus":"Success",${customer},"customer (2)":{"firstname":"Ada"},"receipt":""}`,
      '{"paymentStatus":"Success","receipt":""}'
    ],
    ["JSON that was cut behind them", `{"paymentStatus":"Success",${customer},"rec`, '{"paymentStatus":"Success",'],
    [
      "JSON that was cut inside them",
      `{"paymentStatus":"Success",${customer.slice(0, 30)}`,
      '{"paymentStatus":"Success",'
    ],
    [
      "JSON that was cut behind how the payment ended",
      `{${customer},"shipping":{"city":"Paris"},"paymentStatus" : "Success","order":{"order_id":"A"`,
      '{"paymentStatus" : "Success","order":{"order_id":"A"'
    ],
    [
      "JSON that was cut behind another sign of a payment",
      `{${customer},"authorization_number":"123456","shipping":{"city":"Paris"},"payment_status":"SUCCESS","rec`,
      '{"authorization_number":"123456","payment_status":"SUCCESS","rec'
    ],
    [
      "JSON that was cut, whose customer writes like an answer",
      '{"customer":{"lastname":"\\"paymentStatus\\":1 Ada"},"rec',
      "{"
    ],
    ["JSON that was cut inside an address", '{"order":{},"shipping" : {"city":"Par', '{"order":{},']
  ])("has the rest of %s", (_, body, kept) => {
    assert.isTrue(holdsCustomer(answered(body), frames))
    const forgotten = forgetCustomer(answered(body), frames)
    assert.strictEqual(forgotten.received?.body, kept)
    assert.isFalse(holdsCustomer(forgotten, frames))
  })

  it.each(["<p>Bad gateway</p>", '{"order":{"price":{"shipping_fees":100'])("stays if it has none: %s", (body) => {
    assert.isFalse(holdsCustomer(answered(body), frames))
    assert.strictEqual(forgetCustomer(answered(body), frames).received?.body, body)
  })
})
