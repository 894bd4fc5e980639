import { assert, describe, it } from "@effect/vitest"
import { type Json, makeServer, order } from "../server.ts"

/** The error that a body gets from a server that answers as the real service evidently does. */
const refusal = async (body: unknown, headers: Record<string, string> = {}) => {
  await using server = makeServer({ validation: "faithful" })
  const answer = await server.send(body, headers)
  assert.lengthOf((await server.get("/attempts")).body.attempts ?? [], 0)
  return answer.body.error
}

describe("a server that validates faithfully", () => {
  it("says the first fault, in the validator's words, with a path that counts from 0, and nothing else", async () => {
    const display = {
      protocol: "ConcertV3.2",
      contract_array: [{ rank: "001" }, { rank: "1", payment_application: 1 }]
    }
    assert.deepStrictEqual(await refusal(order({ info: { terminal_transaction_display: display } })), {
      status: 400,
      code: "minLength.openapi.requestValidation",
      message: "should NOT be shorter than 3 characters",
      description: "should NOT be shorter than 3 characters",
      details: { path: "pos_technical_info.terminal_transaction_display.contract_array[1].rank" }
    })
    assert.deepStrictEqual(await refusal({}), {
      status: 400,
      code: "required.openapi.requestValidation",
      message: "should have required property 'order'",
      description: "should have required property 'order'",
      details: { path: "order" }
    })
    assert.deepStrictEqual(await refusal([]), {
      status: 400,
      code: "type.openapi.requestValidation",
      message: "should be object",
      description: "should be object",
      details: {}
    })
  })

  it("refuses other content types as the validator does", async () => {
    for (const type of [
      "text/plain",
      "text/json; charset=utf-8",
      "application/",
      "application/json x",
      "application/a, text/b"
    ]) {
      const said = await refusal(order(), { "content-type": type })
      assert.deepInclude(said, { status: 415, message: `Unsupported Content-Type ${type}` })
    }
    const empty = await refusal(order(), { "content-type": "" })
    assert.deepInclude(empty, { status: 400, message: "media type is not specified" })
    await using server = makeServer({ validation: "faithful" })
    const response = await server.app.request("/v1/connector/order", {
      method: "POST",
      headers: { authorization: `Basic ${btoa("merchant:secret")}` },
      body: new TextEncoder().encode("{}")
    })
    assert.strictEqual(response.status, 400)
    assert.deepInclude(((await response.json()) as { readonly error: Json }).error, {
      code: "required.openapi.requestValidation",
      message: "media type is not specified"
    })
  })

  it("lets through what strict refuses beyond the schema, and warns of it", async () => {
    await using server = makeServer({ validation: "faithful" })
    const line = { product_reference: "A", name: "A", type: "good", quantity: 1, tax_rate: 20, unit_price: 8.99 }
    const basket = [{ ...line, discount: 3, total_amount: 1 }]
    const { status, header, body } = await server.send(order({ order: { order_id: "ODD", basket } }))
    assert.strictEqual(status, 200)
    assert.strictEqual(body.paymentStatus, "Success")
    assert.strictEqual(header("X-Hipay-Pos-Warnings"), "discount-positive, line-total")
    assert.deepStrictEqual(body.order?.basket, basket)
  })

  it("writes the contract's defaults into the echo, and keeps unknown fields", async () => {
    await using server = makeServer({ validation: "faithful" })
    const { body } = await server.send(order({ order: { of_our_own: [1] } }))
    assert.deepStrictEqual<unknown>(body.order, {
      order_id: "ORDER_1",
      price: { amount: 1250, currency: "EUR" },
      transaction_type: "Debit",
      initialize_payment_terminal: true,
      description: "POS payment",
      of_our_own: [1]
    })
  })

  it("wakes no terminal for what makes no order, and says why", async () => {
    const error = await refusal(order({ order: { price: { amount: 0 } } }))
    assert.deepInclude(error, { status: 400, code: "unavailable.terminal.bad.request" })
    assert.deepStrictEqual(error?.details, { path: "order.price.amount" })
    assert.include(error?.description, "expected 1 or more, got 0")
  })
})
