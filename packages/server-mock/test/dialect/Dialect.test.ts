import { assert, describe, it } from "@effect/vitest"
import { type Json, makeServer, order } from "../server.ts"

const at = (host: string) => order({ info: { host_information: { host } }, root: { customer: { customer_id: "7" } } })

/** The answers to orders in the sister documents' shape. */
const answered = async (host: string) => {
  await using server = makeServer({ dialect: "cloud-api" })
  const { status, body } = await server.send(at(host))
  return { status, body: body as Json }
}

describe("the dialect cloud-api", () => {
  it("says Success, echoes under technical_pos_info, and echoes no shipping", async () => {
    const { status, body } = await answered("approved.terminal.test")
    assert.strictEqual(status, 200)
    assert.strictEqual(body.paymentStatus, "Success")
    assert.deepStrictEqual(Object.keys(body).sort(), [
      "customer",
      "order",
      "paymentStatus",
      "receipt",
      "technical_pos_info"
    ])
  })

  it("says Failed, with the terminal's own code at the root", async () => {
    const { status, body } = await answered("declined.terminal.test")
    assert.strictEqual(status, 200)
    assert.strictEqual(body.paymentStatus, "Failed")
    assert.strictEqual(body.errorCode, "04")
    assert.deepInclude(body.errorData, { errorDescription: "Canceled transaction (refused)" })
    assert.notProperty(body, "error")
  })

  it("calls a terminal that cannot be reached a bad gateway, and silence a time-out", async () => {
    const unreachable = await answered("unreachable.terminal.test")
    assert.strictEqual(unreachable.status, 502)
    assert.deepInclude(unreachable.body.error, {
      status: 502,
      code: "unavailable.terminal.bad.request",
      message: "Bad Gateway"
    })
    const cut = await answered("cut.terminal.test")
    assert.strictEqual(cut.status, 504)
    assert.deepInclude(cut.body.error, { code: "outcome.unknown" })
  })

  it("is the shape of what is recorded, too", async () => {
    await using server = makeServer({ dialect: "cloud-api" })
    await server.send(at("approved.terminal.test"))
    const again = await server.send(at("approved.terminal.test"))
    assert.property(again.body.error?.details?.recorded, "technical_pos_info")
  })
})

describe("sandbox_code", () => {
  it.each([
    ["00", 201, "Success"],
    ["10", 200, "Failed"],
    ["20", 400, "unavailable.terminal.bad.request"],
    ["50", 500, "undefined.internal.server.error"],
    ["99", 400, "sandbox.code.unknown"],
    [10, 200, "Failed"],
    [20, 400, "unavailable.terminal.bad.request"],
    [50, 500, "undefined.internal.server.error"],
    [0, 400, "sandbox.code.unknown"],
    [true, 400, "sandbox.code.unknown"]
  ])("%j is answered %i %s, and wakes no terminal", async (code, status, said) => {
    await using server = makeServer()
    for (const where of [
      { root: { sandbox_code: code } },
      { order: { sandbox_code: code } },
      { info: { sandbox_code: code } }
    ]) {
      const answer = await server.send(order(where))
      assert.strictEqual(answer.status, status)
      assert.strictEqual(answer.body.paymentStatus ?? answer.body.error?.code, said)
    }
    assert.lengthOf((await server.get("/attempts")).body.attempts ?? [], 0)
  })

  it("echoes the order in the shape of the page", async () => {
    await using server = makeServer()
    const { body } = await server.send(order({ root: { sandbox_code: "10" } }))
    assert.deepStrictEqual(Object.keys(body).sort(), [
      "customer",
      "errorCode",
      "errorDescription",
      "order",
      "paymentStatus",
      "shipping",
      "technical_pos_info"
    ])
    assert.strictEqual((body as Json).errorCode, "10")
  })
})
