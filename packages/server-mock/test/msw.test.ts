import { makeMock } from "@hipay-pos/server-mock"
import { mockHandlers } from "@hipay-pos/server-mock/msw"
import { setupServer } from "msw/node"
import { afterAll, afterEach, assert, beforeAll, describe, it } from "vitest"
import { authorization, order } from "./server.ts"

const mock = makeMock()
const server = setupServer(...mockHandlers("https://pos.test/", mock))
beforeAll(() => server.listen())
afterEach(() => server.resetHandlers())
afterAll(async () => {
  server.close()
  await mock.close()
})

describe("handlers for msw", () => {
  it("answer an order that was sent to the server's own address, from a page of another site", async () => {
    const response = await fetch("https://pos.test/v1/connector/order", {
      method: "POST",
      headers: { authorization, "content-type": "application/json", host: "pos.test", origin: "https://shop.test" },
      body: JSON.stringify(order({ order: { order_id: "ORDER_1" } }))
    })
    assert.strictEqual(response.status, 200)
    assert.strictEqual(((await response.json()) as { paymentStatus: string }).paymentStatus, "Success")
    assert.lengthOf((await mock.mock.ledger()).entries, 1)
  })

  it.each([
    "https://OTHER.test:443",
    "http://pos.test:80/x/",
    "https://pos.test/a b",
    "https://pos.test/é",
    "https://pos.test/(till)",
    "https://pos.test:8443"
  ])("answer below %s, however it is written", async (base) => {
    server.use(...mockHandlers(base, mock))
    const response = await fetch(`${base.replace(/\/$/, "")}/v1/connector/healthcheck`)
    assert.deepStrictEqual([response.status, await response.text()], [200, "up"])
  })

  it("keep the query and the login of a question", async () => {
    const found = await fetch("https://pos.test/attempts?state=unknown", { headers: { authorization } })
    assert.deepStrictEqual(await found.json(), { attempts: [] })
    assert.strictEqual((await fetch("https://pos.test/attempts")).status, 401)
  })
})
