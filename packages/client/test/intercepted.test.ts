/** Tools that intercept requests see those of the client for Node, too. */
import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
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

/** In its own process: nock patches `node:http` as soon as it is imported. */
const withNock = `
  import nock from "nock"
  import { makeClient } from "@hipay-pos/client/node"

  const headers = { "x-hipay-pos-mode": "simulated" }
  nock.disableNetConnect()
  const scope = nock("https://pos.test")
  scope.get("/v1/connector/healthcheck").optionally().reply(200, "up", headers)
  scope.post("/v1/connector/order").reply(200, { paymentStatus: "Success" }, headers)
  const client = makeClient({ server: "https://pos.test", username: "m", password: "s", journal: "memory" })
  const terminal = { host: "192.168.1.20", contracts: [{ merchantContract: "1234567" }] }
  const paid = await client.pay({ orderId: "A", amount: "12.50 EUR" }, terminal)
  console.log(paid._tag, scope.isDone())
`

describe("nock", () => {
  it("answers a payment of the client for Node", async () => {
    const flags = ["--conditions=@hipay-pos/source", "--input-type=module", "--eval", withNock]
    const cwd = fileURLToPath(new URL("..", import.meta.url))
    assert.strictEqual((await promisify(execFile)(process.execPath, flags, { cwd })).stdout, "Approved true\n")
  })
})
