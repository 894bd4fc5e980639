import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { authorization, type Json, makeServer, order } from "./server.ts"

const fixture = (name: string): Json =>
  JSON.parse(readFileSync(new URL(`../../core/test/fixtures/orders/${name}.json`, import.meta.url), "utf8"))

describe("an order", () => {
  it.each([
    ["ConcertV3.2", true],
    ["AppNepting", true],
    ["ConcertV3.1", false],
    [undefined, false]
  ])(
    "that names the protocol %s comes back with a receipt if it is paid: %s; declined without one",
    async (protocol, has) => {
      await using server = makeServer()
      const receiptAt = async (word: string) => {
        const target =
          protocol === "AppNepting"
            ? { device_information: { serial_number: word, manufacturer: "PAX" } }
            : { host_information: { host: `${word}.terminal.test` } }
        const display = { contract_array: [{ merchant_contract: "1234567" }], ...(protocol && { protocol }) }
        const info = { ...target, terminal_transaction_display: display }
        const { body } = await server.send(order({ order: { order_id: word }, info }))
        return [body.paymentStatus, "receipt" in body]
      }
      assert.deepStrictEqual(await receiptAt("approved"), ["Success", has])
      assert.deepStrictEqual(await receiptAt("declined"), ["Failure", false])
    }
  )

  it("comes back paid, with a receipt, the order echoed and the contract's defaults filled in", async () => {
    await using server = makeServer()
    const { status, header, body } = await server.send(fixture("minimal-concert"))
    assert.strictEqual(status, 200)
    assert.strictEqual(header("X-Hipay-Pos-Mode"), "simulated")
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

  it("with every field comes back with every field, and those that the contract does not know inside its parts", async () => {
    await using server = makeServer()
    const full = fixture("full")
    const sent = { ...full, customer: { ...(full.customer as Json), of_our_own: { a: [1] } } }
    const { status, body } = await server.send(sent)
    assert.strictEqual(status, 200)
    const { paymentStatus: _, receipt: __, ...echo } = body
    assert.deepStrictEqual<unknown>(echo, sent)
  })

  it("cannot write its own outcome", async () => {
    await using server = makeServer()
    const forged = { paymentStatus: "Failure", receipt: "", error: { errorCode: "1" }, status: 1 }
    const { body } = await server.send(order({ root: forged }))
    assert.strictEqual(body.paymentStatus, "Success")
    assert.include(atob(body.receipt ?? ""), "SIMULATION")
    assert.doesNotHaveAnyKeys(body, ["error", "status"])
  })

  it("is paid whatever application type its JSON has", async () => {
    await using server = makeServer()
    for (const type of ["application/json; charset=utf-8", "application/xml", "Application/X-WWW-Form-Urlencoded"]) {
      const body = order({ order: { order_id: type } })
      assert.strictEqual((await server.send(body, { "content-type": type })).status, 200, type)
    }
  })

  it("says in a header what is odd about it, and in its attempt why", async () => {
    await using server = makeServer()
    const { header } = await server.send(order({ order: { price: { amount: 1250, currency: "USD" } } }))
    assert.strictEqual(header("X-Hipay-Pos-Warnings"), "currency-not-eur")
    const { body } = await server.get(header("X-Hipay-Pos-Attempt") ?? "")
    assert.deepStrictEqual(
      body.findings?.map(({ path, code }) => [path, code]),
      [["order.price.currency", "currency-not-eur"]]
    )
  })

  it("is told to the listener as it comes in, as the terminal sees it, and as it is answered", async () => {
    await using server = makeServer()
    const { header } = await server.send(order())
    const told = server.events.map((event) => (event._tag === "Terminal" ? event.event._tag : event._tag))
    assert.deepStrictEqual(
      told.filter((tag) => tag !== "Received" && tag !== "Stage"),
      ["OrderReceived", "Connecting", "Connected", "RequestSent", "Answered", "Closed", "OrderAnswered"]
    )
    const last = server.events.at(-1)
    assert.strictEqual(last?._tag === "OrderAnswered" && last.requestId, header("X-Request-Id"))
  })

  it("is answered although the listener throws", async () => {
    await using server = makeServer({
      listener: () => {
        throw new Error("not interested")
      }
    })
    assert.strictEqual((await server.send(order())).body.paymentStatus, "Success")
  })
})

describe("the health check", () => {
  it("needs no credentials, and wrong ones do not disturb it", async () => {
    await using server = makeServer()
    for (const headers of [{}, { authorization: "Basic x" }]) {
      assert.strictEqual((await server.app.request("/v1/connector/healthcheck", { headers })).status, 200)
    }
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
    assert.deepStrictEqual(
      server.events.map(({ _tag }) => _tag),
      Array.from({ length: 4 }, () => ["Unauthorized", "OrderAnswered"]).flat()
    )
  })

  it("that are missing get the body that the live service sends", async () => {
    await using server = makeServer()
    const { status, header, body } = await server.get("/attempts", {})
    assert.strictEqual(status, 401)
    assert.match(header("WWW-Authenticate") ?? "", /^Basic /)
    assert.deepStrictEqual<unknown>(body, {
      error: {
        status: 401,
        code: "connector.api.login.unauthorized",
        message: "Unauthorized",
        description: "The login has been rejected.",
        details: "Invalid authorization header"
      }
    })
  })

  it("guard attempts as they guard orders", async () => {
    await using server = makeServer()
    const { header } = await server.send(order())
    for (const path of ["/attempts", header("X-Hipay-Pos-Attempt") ?? ""]) {
      assert.strictEqual((await server.get(path, {})).status, 401, path)
    }
  })
})

describe("attempts", () => {
  it("are listed newest first", async () => {
    await using server = makeServer()
    for (const order_id of ["A", "B", "C"]) await server.send(order({ order: { order_id } }))
    const { body } = await server.get("/attempts")
    assert.deepStrictEqual(
      body.attempts?.map(({ orderId, state }) => [orderId, state]),
      [
        ["C", "approved"],
        ["B", "approved"],
        ["A", "approved"]
      ]
    )
  })

  it("show what went over the line, with the card number masked, and when", async () => {
    await using server = makeServer()
    const { header, body: answer } = await server.send(order())
    const { status, body } = await server.get(header("X-Hipay-Pos-Attempt") ?? "")
    assert.strictEqual(status, 200)
    assert.strictEqual(body.state, "approved")
    assert.deepStrictEqual(body.terminal, { name: "192.0.2.10:8888", kind: "simulated" })
    assert.match(body.frames?.request ?? "", /CB0041250/)
    assert.match(body.frames?.response ?? "", /AA016497010#{6}\d{4}/)
    assert.deepStrictEqual(body.answer?.body, answer)
    const times = [body.openedAt, body.connectedAt, body.sentAt, body.answeredAt, body.endedAt].map(String)
    assert.deepStrictEqual(times, [...times].sort())
    assert.match(times[4] ?? "", /^\d{4}-/)
  })

  it("belong to the login that made them", async () => {
    await using server = makeServer()
    const other = { authorization: `Basic ${Buffer.from("other:pâss:wörd").toString("base64")}` }
    const { header } = await server.send(order())
    assert.deepStrictEqual((await server.get("/attempts", other)).body, { attempts: [] })
    const { status, body } = await server.get(header("X-Hipay-Pos-Attempt") ?? "", other)
    assert.deepStrictEqual([status, body.error?.code], [404, "attempt.not.found"])
    assert.strictEqual((await server.send(order(), other)).body.paymentStatus, "Success")
  })
})

describe("an address", () => {
  it("that is not there is not found", async () => {
    await using server = makeServer()
    for (const path of ["/", "/v1/connector/orders", "/attempts/none/else", "/__proto__"]) {
      const { status, body } = await server.get(path)
      assert.strictEqual(status, 404, path)
      assert.strictEqual(body.error?.code, "route.not.found")
    }
  })

  it("of the console says how its pages are made, where they are missing", async () => {
    await using server = makeServer()
    const { body } = await server.get("/")
    assert.match(body.error?.description ?? "", /^This server has no pages\./)
  })

  it("says which methods it takes", async () => {
    await using server = makeServer()
    const allowed = async (path: string, method: string) => {
      const response = await server.app.request(path, { method, headers: { authorization } })
      return [response.status, response.headers.get("Allow")]
    }
    assert.deepStrictEqual(await allowed("/v1/connector/order", "GET"), [405, "POST, OPTIONS"])
    assert.deepStrictEqual(await allowed("/v1/connector/order", "HEAD"), [405, "POST, OPTIONS"])
    assert.deepStrictEqual(await allowed("/v1/connector/order", "OPTIONS"), [204, "POST, OPTIONS"])
    assert.deepStrictEqual(await allowed("/v1/connector/healthcheck", "POST"), [405, "GET, HEAD, OPTIONS"])
    assert.deepStrictEqual(await allowed("/attempts/1", "DELETE"), [405, "GET, HEAD, OPTIONS"])
    assert.deepStrictEqual(await allowed("/session", "PUT"), [405, "POST, GET, HEAD, DELETE, OPTIONS"])
    assert.deepStrictEqual(await allowed("/docs/text", "POST"), [405, "GET, HEAD, OPTIONS"])
  })

  it("names mode and request in every answer, errors included", async () => {
    await using server = makeServer()
    const seen = new Set<string | null>()
    for (const path of ["/nothing", "/attempts", "/v1/connector/order", "/v1/connector/healthcheck"]) {
      const { headers } = await server.app.request(path)
      assert.strictEqual(headers.get("X-Hipay-Pos-Mode"), "simulated", path)
      seen.add(headers.get("X-Request-Id"))
    }
    assert.strictEqual(seen.size, 4)
    assert.isFalse(seen.has(null))
  })
})
