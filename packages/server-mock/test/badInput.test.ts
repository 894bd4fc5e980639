import { assert, describe, it } from "@effect/vitest"
import { authorization, makeServer, order } from "./server.ts"

/** What the server says of an order that it refuses. */
const refusal = async (body: unknown, headers: Record<string, string> = {}) => {
  await using server = makeServer()
  const answer = await server.send(body, headers)
  const attempts = await server.get("/attempts")
  assert.deepStrictEqual(attempts.body, { attempts: [] }, "a refused order leaves no attempt")
  return { status: answer.status, ...answer.body.error }
}

describe("a body", () => {
  it("of another content type than application/* is refused with 415", async () => {
    for (const type of [
      "text/plain",
      "multipart/form-data",
      "x-application/json",
      "application/",
      "application/json x",
      ""
    ]) {
      const { status, code, description } = await refusal(order(), { "content-type": type })
      assert.strictEqual(status, 415, type)
      assert.strictEqual(description, `Expected an application/* content type, got ${type === "" ? "none" : type}.`)
      assert.strictEqual(code, "unsupported.media.type")
    }
  })

  it("that is compressed is refused with 415", async () => {
    assert.strictEqual((await refusal(order(), { "content-encoding": "gzip" })).status, 415)
  })

  it("that is not JSON is refused with the place of the fault, and none of its text", async () => {
    const { status, code, description } = await refusal('{\n "order": {"order_id": "SECRET", }')
    assert.strictEqual(status, 400)
    assert.strictEqual(code, "malformed.json")
    assert.include(description, "from line 2, column 34 on")
    assert.notInclude(description, "SECRET")
  })

  it("that is empty, or nested without end, is refused", async () => {
    assert.include((await refusal("")).description, "the body is empty")
    const deep = `{"order":${"[".repeat(20_000)}${"]".repeat(20_000)}}`
    assert.include((await refusal(deep)).description, "nested deeper than 64 levels")
  })

  it("that is not UTF-8 is refused", async () => {
    await using server = makeServer()
    const response = await server.app.request("/v1/connector/order", {
      method: "POST",
      headers: { authorization, "content-type": "application/json" },
      body: new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d])
    })
    assert.strictEqual(response.status, 400)
    assert.include(await response.text(), "the body is not UTF-8")
  })

  it("over the limit is refused with 413, announced or not", async () => {
    const big = JSON.stringify(order({ root: { filler: "x".repeat(256 * 1024) } }))
    assert.strictEqual((await refusal(big, { "content-length": String(big.length) })).status, 413)
    assert.strictEqual((await refusal(big, { "content-length": "10" })).status, 413)
    assert.strictEqual((await refusal(big)).status, 413)
  })

  it("over the limit is not read to its end", async () => {
    await using server = makeServer()
    let sent = 0
    const response = await server.app.request("/v1/connector/order", {
      method: "POST",
      headers: { authorization, "content-type": "application/json" },
      body: new ReadableStream({
        pull: (controller) => {
          sent += 64 * 1024
          controller.enqueue(new Uint8Array(64 * 1024).fill(0x20))
        }
      }),
      duplex: "half"
    })
    assert.strictEqual(response.status, 413)
    assert.isAtMost(sent, 8 * 64 * 1024)
  })
})

describe("a fault that the contract's schema sees", () => {
  it("is answered in the words of the service's validator, with the path", async () => {
    const { order: whole } = order()
    const { order_id: _, ...without } = whole as Record<string, unknown>
    assert.deepInclude(await refusal({ ...order(), order: without }), {
      status: 400,
      code: "required.openapi.requestValidation",
      message: "should have required property 'order_id'",
      description: "should have required property 'order_id'"
    })
    const wrong = await refusal(order({ order: { price: { amount: "100" } } }))
    assert.strictEqual(wrong.code, "type.openapi.requestValidation")
    assert.strictEqual(wrong.details?.path, "order.price.amount")
    for (const body of [[], null, 1, "text"]) {
      assert.strictEqual((await refusal(JSON.stringify(body))).code, "type.openapi.requestValidation")
    }
  })

  it("comes with all the others", async () => {
    const { details } = await refusal({})
    assert.deepStrictEqual(
      details?.findings?.map(({ path }) => path),
      ["order", "pos_technical_info"]
    )
  })
})

describe("a fault that only the contract's words forbid", () => {
  const said = async (body: unknown) => {
    const { status, code, message, description, details } = await refusal(body)
    assert.strictEqual(status, 400)
    assert.strictEqual(message, "Bad Request")
    return [code, details?.path, description]
  }

  it("says path, what was expected and what came", async () => {
    assert.deepStrictEqual(await said(order({ order: { price: { amount: 12.5 } } })), [
      "amount-not-whole.order.validation",
      "order.price.amount",
      "order.price.amount: expected a whole number of minor units (1250 is 12.50 EUR), got 12.5."
    ])
  })

  it("shows the sums of a basket that does not add up", async () => {
    const line = { product_reference: "A", name: "A", type: "good", quantity: 1, tax_rate: 20 }
    const basket = [{ ...line, unit_price: 8.99, discount: 0, total_amount: 8.99 }]
    const [code, path, description] = await said(order({ order: { price: { amount: 1250 }, basket } }))
    assert.strictEqual(code, "basket-sum.order.validation")
    assert.strictEqual(path, "order.basket")
    assert.include(description, "1250 minor units")
    assert.include(description, "899 minor units")
  })

  it("names what the protocol needs to find its terminal", async () => {
    const display = { protocol: "ConcertV3.2", contract_array: [{ merchant_contract: "1234567" }] }
    const concert = (info: object) => said(order({ info: { terminal_transaction_display: display, ...info } }))
    assert.include(await concert({ host_information: {} }), "host-missing.order.validation")
    assert.include(
      await concert({ terminal_transaction_display: { protocol: "ConcertV3.2", contract_array: [] } }),
      "contracts-missing.order.validation"
    )
    assert.include(
      await concert({ terminal_transaction_display: { protocol: "AppNepting" } }),
      "serial-number-missing.order.validation"
    )
  })
})
