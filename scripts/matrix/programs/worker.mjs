/** A worker of Cloudflare's with the mock in a Durable Object, and a client in the worker itself. */
import { makeClient } from "@hipay-pos/client"
import { makeMock } from "@hipay-pos/server-mock"
import { pay } from "./memory.mjs"

export class Mock {
  mock = makeMock()
  async fetch(request) {
    if (new URL(request.url).pathname !== "/charged") return this.mock.app.fetch(request)
    return Response.json((await this.mock.mock.ledger()).entries.length)
  }
}

export default {
  async fetch(request, { MOCK }) {
    if (new URL(request.url).pathname === "/memory") return new Response(await pay())
    const object = MOCK.get(MOCK.idFromName("mock"))
    const fetch = (url, init) => object.fetch(new Request(url, init))
    const till = makeClient({ server: "http://mock.localhost", fetch, username: "merchant", password: "secret" })
    const terminal = { host: "192.168.1.20", contracts: [{ merchantContract: "1234567" }] }
    const first = await till.pay({ orderId: "ORDER_1", amount: "12.50 EUR" }, terminal)
    const charged = await (await object.fetch("http://mock.localhost/charged")).json()
    return Response.json({ outcome: first._tag, charged })
  }
}
