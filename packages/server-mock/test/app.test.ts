import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { authorization, makeServer, order } from "./server.ts"

const fixture = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../core/test/fixtures/orders/${name}.json`, import.meta.url), "utf8"))

describe("an order", () => {
  it("comes back paid, with a receipt, the order echoed and the contract's defaults filled in", async () => {
    await using server = makeServer()
    const { status, header, body } = await server.send(fixture("minimal-concert"))
    assert.strictEqual(status, 200)
    assert.strictEqual(header("X-Hipay-Pos-Mode"), "simulated")
    assert.isNotEmpty(header("X-Request-Id"))
    assert.strictEqual(body.paymentStatus, "Success")
    assert.include(atob(body.receipt ?? ""), "SIMULATION")
    assert.deepStrictEqual(body.order, {
      order_id: "ORDER_1537532589263",
      transaction_type: "Debit",
      price: { amount: 100, currency: "EUR" },
      initialize_payment_terminal: true,
      description: "POS payment"
    })
    assert.deepStrictEqual(body.pos_technical_info?.terminal_transaction_display, {
      contract_array: [{ merchant_contract: "1234567", rank: "001", payment_application: "001" }],
      protocol: "ConcertV3.2",
      push_to: "POS",
      force_authorization: false
    })
  })

  it("is paid at a terminal that is found by its serial number", async () => {
    await using server = makeServer()
    const { status, body } = await server.send(fixture("minimal-nepting"))
    assert.strictEqual(status, 200)
    assert.strictEqual(body.paymentStatus, "Success")
  })

  it("with every field comes back with every field", async () => {
    await using server = makeServer()
    const sent = fixture("full")
    const { status, body } = await server.send(sent)
    assert.strictEqual(status, 200)
    assert.deepStrictEqual(body.customer, sent.customer)
    assert.deepStrictEqual(body.shipping, sent.shipping)
  })
})

describe("the health check", () => {
  it("needs no credentials, and wrong ones do not disturb it", async () => {
    await using server = makeServer()
    assert.strictEqual((await server.app.request("/v1/connector/healthcheck")).status, 200)
    const wrong = await server.app.request("/v1/connector/healthcheck", { headers: { authorization: "Basic x" } })
    assert.strictEqual(wrong.status, 200)
    assert.strictEqual((await server.app.request("/v1/connector/healthcheck", { method: "HEAD" })).status, 200)
  })
})

describe("credentials", () => {
  it("are looked at before the body, whatever the body is", async () => {
    await using server = makeServer()
    for (const body of ["{}", "no JSON", "", JSON.stringify(order())]) {
      const answer = await server.send(body, { authorization: `Basic ${btoa("merchant:wrong")}` })
      assert.strictEqual(answer.status, 401, body)
    }
  })

  it("that are missing get the body that the live service sends", async () => {
    await using server = makeServer()
    const { status, body } = await server.get("/attempts", {})
    assert.strictEqual(status, 401)
    assert.deepStrictEqual(body, {
      error: {
        status: 401,
        code: "connector.api.login.unauthorized",
        message: "Unauthorized",
        description: "The login has been rejected.",
        details: "Invalid authorization header"
      }
    })
  })

  it("are accepted with the scheme in any case", async () => {
    await using server = makeServer()
    for (const header of [authorization, authorization.replace("Basic", "basic"), authorization.replace(" ", "   ")]) {
      assert.strictEqual((await server.get("/attempts", { authorization: header })).status, 200, header)
    }
  })
})
