/** The server of an examination, and callers that are not the till. */
import { once } from "node:events"
import { connect } from "node:net"
import { text } from "node:stream/consumers"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import { orderFor } from "../../../tests/order.ts"
import { type ExamServer, NotSettled, startExamServer } from "../src/till/ExamServer.ts"
import { known } from "../src/till/knowledge.ts"
import { makeRoutes } from "../src/till/page/routes.ts"
import type { Treatment } from "../src/till/Scenario.ts"

const LOGIN = { username: "merchant", password: "secret" }

const headers = { "content-type": "application/json" }
const authorization = `Basic ${btoa("merchant:secret")}`
const lateAnswer: Treatment = {
  instead: { status: 504, headers: { "content-type": "text/plain" }, body: "late" },
  shows: { en: "504", fr: "504" }
}

describe("the server of an examination", () => {
  let server: ExamServer

  beforeEach(async () => {
    server = await startExamServer({
      host: "127.0.0.1",
      port: 0,
      ...LOGIN,
      silence: 1_000,
      requestTimeout: 200,
      settleTimeout: 200,
      page: makeRoutes(() => undefined)
    })
  })

  afterEach(() => server.close())

  /** Sends the lines of a request, and gives all that comes back. */
  const send = async (...lines: ReadonlyArray<string>): Promise<string> => {
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1")
    await once(socket, "connect")
    socket.write([...lines, "Connection: close", "", ""].join("\r\n"))
    return text(socket)
  }

  it.each(["//", "///exam", "http://", "http://127.0.0.1/livez"])(
    "answers a request for %s, and goes on",
    async (url) => {
      assert.match(await send(`GET ${url} HTTP/1.1`, "Host: 127.0.0.1"), /^HTTP\/1\.1 [2-5]\d\d /)
      assert.strictEqual((await fetch(`${server.url}/livez`)).status, 200)
    }
  )

  it("treats only the till's orders, and records those of others as plain requests", async () => {
    const seen: Array<string> = []
    await server.watch({
      treatments: [lateAnswer],
      saleOf: () => 1,
      onOrder: ({ order }) => void seen.push(String(order?.orderId))
    })
    const order = async (orderId: string, more: Readonly<Record<string, string>> = {}) => {
      const body = JSON.stringify({ order: { order_id: orderId, price: { amount: 1234, currency: "EUR" } } })
      const init = { method: "POST", headers: { ...headers, ...more }, body }
      return (await fetch(`${server.url}/v1/connector/order`, init)).status
    }
    assert.strictEqual(await order("NONE"), 401)
    assert.strictEqual(await order("WRONG", { authorization: `Basic ${btoa("merchant:guessed")}` }), 401)
    const page = { authorization, origin: "http://evil.example" }
    assert.strictEqual(await order("PAGE", page), 403)
    assert.strictEqual(await order("TILL", { authorization }), 504)
    assert.deepStrictEqual(seen, ["TILL"])
    assert.deepStrictEqual(
      server.exchanges().map(({ order, answer, treatment }) => [order?.orderId, answer?.status, treatment?.en]),
      [
        [undefined, 401, undefined],
        [undefined, 401, undefined],
        ["TILL", 504, "504"]
      ]
    )
  })

  const post = async (orderId: string, signal?: AbortSignal) => {
    const parts = { price: { amount: 1234, currency: "EUR" }, order: { transaction_type: "Debit" } }
    const body = JSON.stringify(orderFor(orderId, { host: "192.168.1.20", port: 8888 }, parts))
    const init = { method: "POST", headers: { ...headers, authorization }, body, ...(signal && { signal }) }
    const response = await fetch(`${server.url}/v1/connector/order`, init)
    await response.text()
    return response.status
  }

  it("records no card number of an address", async () => {
    const { exchanges } = await server.watch({ treatments: [], saleOf: () => 1 })
    await (await fetch(`${server.url}/attempts?search=4970101122334422`, { headers: { authorization } })).text()
    assert.deepStrictEqual(
      exchanges().map(({ path }) => path),
      ["/attempts?search=497010######4422"]
    )
  })

  it("answers an order of an earlier scenario without the terminal, which the current scenario uses", async () => {
    await server.watch({ treatments: [lateAnswer, lateAnswer], saleOf: () => 1 })
    assert.strictEqual(await post("A"), 504)
    const second = await server.watch({ treatments: [], saleOf: () => 1 })
    await server.control.terminal("192.168.1.20:8888").script(["refused"])
    assert.strictEqual(await post("A"), 504)
    assert.strictEqual(await post("B"), 200)
    assert.deepStrictEqual(await second.charges(), [])
  })

  it("records orders, queries and charges under an earlier scenario's order id with that scenario", async () => {
    const get = async (path: string) => {
      await (await fetch(`${server.url}${path}`, { headers: { authorization } })).text()
    }
    const declines: Treatment = { shows: { en: "declined", fr: "refusé" }, cardholder: "refused" }
    const late: Array<string> = []
    const first = await server.watch({ treatments: [declines], saleOf: () => 1 })
    await post("A")
    const second = await server.watch({
      treatments: [lateAnswer],
      saleOf: () => 2,
      onOrder: ({ order }) => void late.push(String(order?.orderId))
    })
    const [attempt] = await server.control.attempts()
    await get(`/attempts/${attempt?.id}`)
    await get("/attempts?orderId=A")
    assert.strictEqual(await post("A"), 200)
    assert.strictEqual(await post("B"), 504)
    await get("/attempts")
    const recorded = ({ exchanges }: typeof first) =>
      exchanges().map(({ id, method, path, order, sale }) => [id, method, order?.orderId ?? path, sale])
    assert.deepStrictEqual(recorded(first), [
      [1, "POST", "A", 1],
      [2, "GET", `/attempts/${attempt?.id}`, 1],
      [3, "GET", "/attempts?orderId=A", 1],
      [4, "POST", "A", 1]
    ])
    assert.deepStrictEqual(recorded(second), [
      [1, "POST", "B", 2],
      [2, "GET", "/attempts", 2]
    ])
    assert.deepStrictEqual(late, ["B"])
    assert.deepStrictEqual([(await first.charges()).length, (await second.charges()).length], [1, 0])
  })

  it("reports an answer that does not end, so that the scenario is not judged before", async () => {
    const abort = new AbortController()
    const ordered = new Promise<void>((resolve) => {
      const slow: Treatment = { shows: { en: "slow", fr: "lent" }, delivery: { _tag: "Slow", firstByteAfter: 5_000 } }
      void server.watch({ treatments: [slow], saleOf: () => 1, onOrder: () => resolve() }).then(() => {
        post("SLOW", abort.signal).catch(() => undefined)
      })
    })
    await ordered
    const failure = await server.settle().catch((error: unknown) => error)
    assert.instanceOf(failure, NotSettled)
    const { en, fr } = failure.reason
    assert.match(en, /^an answer to the till did not end within 0\.2 s; examine/)
    assert.match(fr, /^une réponse à la caisse n’a pas pris fin en 0,2 s ; examinez/)
    abort.abort()
    await server.settle()
  })

  it("knows all attempts of a long list, although only its beginning is kept", async () => {
    await server.watch({ treatments: [], saleOf: () => 1 })
    const ids = Array.from({ length: 60 }, (_, count) => `SALE-${count}`)
    for (const id of ids) await post(id)
    await (await fetch(`${server.url}/attempts?limit=100`, { headers: { authorization } })).text()
    const list = server.exchanges().at(-1)
    assert.isDefined(list)
    assert.lengthOf(list.answer?.body ?? "", 20_000)
    assert.sameMembers(
      known({ exchanges: [list], headless: true }).map(({ orderId }) => orderId),
      ids
    )
  })

  it("refuses a body of more than 256 kB: 413", async () => {
    const post = async (length: number) =>
      (await fetch(`${server.url}/v1/connector/order`, { method: "POST", headers, body: " ".repeat(length) })).status
    assert.deepStrictEqual([await post(256 * 1024), await post(256 * 1024 + 1)], [401, 413])
    assert.lengthOf(server.exchanges(), 1)
  })

  it("refuses a page whose name is pointed at it before its body is there: 403", async () => {
    const host = `evil.example:${new URL(server.url).port}`
    const sent = await send("POST /v1/connector/order HTTP/1.1", `Host: ${host}`, "Content-Length: 1000000")
    assert.match(sent, /^HTTP\/1\.1 403 /)
  })

  it("ends a request that does not arrive", async () => {
    assert.match(await send("POST / HTTP/1.1", "Host: 127.0.0.1", "Content-Length: 9"), /^HTTP\/1\.1 408 /)
  })
})
