/** Tools that intercept requests see those of the client for Node, too. */
import { makeClient } from "@hipay-pos/client/node"
import { HttpResponse, http } from "msw"
import { setupServer } from "msw/node"
import { afterAll, assert, beforeAll, describe, it } from "vitest"

const seen: Array<string> = []
const headers = { "x-hipay-pos-mode": "simulated" }
const server = setupServer(
  http.get("https://pos.test/v1/connector/healthcheck", () => new HttpResponse("up", { headers })),
  http.post("https://pos.test/v1/connector/order", async ({ request }) => {
    seen.push(await request.text())
    return HttpResponse.json({ paymentStatus: "Success" }, { headers })
  })
)
beforeAll(() => server.listen())
afterAll(() => server.close())

describe("msw", () => {
  it("answers a payment of the client for Node", async () => {
    const client = makeClient({ server: "https://pos.test", username: "m", password: "s", journal: "memory" })
    const terminal = { host: "192.168.1.20", contracts: [{ merchantContract: "1234567" }] }
    const paid = await client.pay({ orderId: "A", amount: "12.50 EUR" }, terminal)
    assert.strictEqual(paid._tag, "Approved")
    assert.lengthOf(seen, 1)
  })
})
