/** Hostile and broken clients on a server's socket: each is refused, and the next caller is served. */
import { connect } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import type { ServerEvent } from "@hipay-pos/server-mock"
import { startServer } from "@hipay-pos/server-mock/node"
import { authorization, order } from "./server.ts"

const start = async (options: Parameters<typeof startServer>[0] = {}) => {
  const events: Array<ServerEvent> = []
  let wake = () => {}
  const listener = (event: ServerEvent) => {
    events.push(event)
    wake()
  }
  const server = await startServer({ port: 0, ...options, listener })
  const told = () => events.map((event) => (event._tag === "Unreadable" ? event.code : event._tag))
  const isTold = async (tag: ServerEvent["_tag"]) => {
    while (!events.some(({ _tag }) => _tag === tag)) {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }
  /** Everything that comes back for these bytes, until the server hangs up or has said as much. */
  const raw = (bytes: string | ReadonlyArray<Uint8Array>, until = /\r\n\r\n/) =>
    new Promise<string>((resolve, reject) => {
      const socket = connect(server.port, "127.0.0.1")
      let received = ""
      socket.on("data", (chunk) => {
        received += chunk.toString("latin1")
        if (until.test(received)) socket.end()
      })
      socket.on("close", () => resolve(received))
      socket.on("error", (error) => (received === "" ? reject(error) : resolve(received)))
      for (const part of typeof bytes === "string" ? [bytes] : bytes) socket.write(part)
    })
  const isServed = async () => {
    const response = await fetch(`${server.url}/v1/connector/order`, {
      method: "POST",
      headers: { authorization, "content-type": "application/json" },
      body: JSON.stringify(order({ order: { order_id: `AFTER-${events.length}` } }))
    })
    return ((await response.json()) as { readonly paymentStatus?: string }).paymentStatus === "Success"
  }
  /** Has the terminal of `order` take its time. */
  const delay = async (milliseconds: number) => {
    const { ok } = await fetch(`${server.control.url}/terminals/192.0.2.10:8888/faults`, {
      method: "POST",
      headers: { authorization: `Bearer ${server.control.token}` },
      body: JSON.stringify({ fault: "delay", stage: "authorising", milliseconds })
    })
    assert.isTrue(ok)
  }
  return { server, events, told, delay, isTold, raw, isServed, [Symbol.asyncDispose]: server.close }
}

const head = (lines: ReadonlyArray<string>) =>
  `${["POST /v1/connector/order HTTP/1.1", "Host: 127.0.0.1", `Authorization: ${authorization}`, "Content-Type: application/json", ...lines].join("\r\n")}\r\n\r\n`

const encoder = new TextEncoder()
const NOTHING = new Uint8Array()

const withBody = (body: string | Uint8Array): ReadonlyArray<Uint8Array> => {
  const bytes = typeof body === "string" ? encoder.encode(body) : body
  return [encoder.encode(head([`Content-Length: ${bytes.length}`])), bytes]
}

const code = (answer: string) => /"code":"([^"]+)"/.exec(answer)?.[1]
const status = (answer: string) => Number(answer.slice(9, 12))
const BODY = /"details":/

describe("a server on a socket", () => {
  it("does not wait for a body that never ends, and tells it once", async () => {
    await using mock = await start({ requestTimeout: "2 seconds" })
    const answer = await mock.raw(`${head(["Content-Length: 1000"])}{"order"`)
    assert.strictEqual(status(answer), 408)
    assert.strictEqual(code(answer), "request.too.slow")
    assert.deepStrictEqual(mock.told(), ["OrderAnswered"])
    assert.isTrue(await mock.isServed())
  })

  it("does not wait for headers that never end, and tells it once", async () => {
    await using mock = await start({ requestTimeout: "2 seconds" })
    assert.strictEqual(status(await mock.raw("POST /v1/connector/order HTTP/1.1\r\nHost: 127.0.0.1\r\n")), 408)
    assert.deepStrictEqual(mock.told(), ["request.too.slow"])
    assert.isTrue(await mock.isServed())
  })

  it("is told nothing by a caller who leaves in the middle of a body but that the body is cut", async () => {
    await using mock = await start()
    const socket = connect(mock.server.port, "127.0.0.1")
    socket.write(`${head(["Content-Length: 1000"])}{"order"`, () => socket.resetAndDestroy())
    await mock.isTold("OrderAnswered")
    const [event] = mock.events
    assert.include(JSON.stringify(event), "the body stops in the middle")
    assert.lengthOf(mock.events, 1)
  })

  it.each([
    ["bytes that are not HTTP", "\x16\x03\x01\x02\r\n\r\n"],
    ["two lengths", head(["Content-Length: 2", "Content-Length: 3"])],
    ["a length beside chunks, the smuggler's trick", head(["Content-Length: 2", "Transfer-Encoding: chunked"])]
  ])("refuses %s, and tells it once", async (_, bytes) => {
    await using mock = await start()
    const answer = await mock.raw(bytes, BODY)
    assert.strictEqual(status(answer), 400)
    assert.strictEqual(code(answer), "request.malformed")
    assert.match(answer, /^X-Hipay-Pos-Mode: simulated\r$/im)
    assert.match(answer, /^Cache-Control: no-store\r$/im)
    const [, requestId] = /^X-Request-Id: (\S+)\r$/im.exec(answer) ?? []
    assert.deepInclude(mock.events, {
      ...{ _tag: "Unreadable", code: "request.malformed", address: "127.0.0.1" },
      requestId: requestId ?? assert.fail("no id")
    })
    assert.deepStrictEqual(mock.told(), ["request.malformed"])
    assert.isTrue(await mock.isServed())
  })

  it("gives an order its own answer, and nothing that could be taken for it, whatever comes behind it", async () => {
    const garbage = "garbage\r\n\r\n"
    const unfinished = "POST /v1/connector/order HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    const alive = "GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    for (const [before, behind] of [
      ["", garbage],
      ["", unfinished],
      [alive, garbage]
    ] as const) {
      await using mock = await start({ requestTimeout: "300 millis" })
      await mock.delay(1_000)
      const [top = NOTHING, body = NOTHING] = withBody(JSON.stringify(order()))
      const parts = [encoder.encode(before), top, body, encoder.encode(behind)]
      const answer = await mock.raw(parts, /"paymentStatus"/)
      const [last = ""] = answer.split("HTTP/1.1 ").slice(-1)
      assert.strictEqual(last.slice(0, 3), "200", behind)
      assert.include(last, "Connection: close")
      assert.notInclude(mock.told(), "request.malformed")
      assert.notInclude(mock.told(), "request.too.slow")
    }
  })

  it("answers an order whose caller then closes its sending side", async () => {
    await using mock = await start()
    await mock.delay(50)
    const received: Array<string> = []
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const socket = connect({ port: mock.server.port, host: "127.0.0.1", allowHalfOpen: true })
    socket.on("data", (chunk) => received.push(chunk.toString()))
    socket.on("close", () => resolve()).on("error", reject)
    for (const part of withBody(JSON.stringify(order()))) socket.write(part)
    socket.end()
    await promise
    assert.strictEqual(status(received.join("")), 200)
    assert.include(received.join(""), '"paymentStatus":"Success"')
  })

  it("keeps no connection of a stream whose caller has closed its sending side", async () => {
    await using mock = await start()
    const { promise, resolve } = Promise.withResolvers<void>()
    const socket = connect({ port: mock.server.port, host: "127.0.0.1", allowHalfOpen: true })
    socket.once("data", () => socket.end())
    socket.on("close", () => resolve()).resume()
    socket.write(`GET /attempts/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ${authorization}\r\n\r\n`)
    await promise
    assert.isTrue(await mock.isServed())
  })

  it("keeps no connection of a caller that sent invalid bytes and disconnected", async () => {
    await using mock = await start()
    await mock.delay(1_000)
    const left = Promise.withResolvers<void>()
    const socket = connect({ port: mock.server.port, host: "127.0.0.1", allowHalfOpen: true })
    socket.resume().on("end", left.resolve)
    for (const part of withBody(JSON.stringify(order()))) socket.write(part)
    await mock.isTold("OrderReceived")
    socket.write("garbage\r\n\r\n", () => socket.end())
    await left.promise
    assert.notInclude(mock.told(), "OrderAnswered")
  })

  it("says what is wrong with a body that is longer than it was said to be", async () => {
    await using mock = await start()
    const body = JSON.stringify(order())
    const answer = await mock.raw(head([`Content-Length: ${body.length - 3}`]) + body, BODY)
    assert.strictEqual(code(answer), "malformed.json")
  })

  it("refuses a body whose chunks are none", async () => {
    await using mock = await start()
    const answer = await mock.raw(`${head(["Transfer-Encoding: chunked"])}zz\r\n{}\r\n0\r\n\r\n`, BODY)
    assert.strictEqual(code(answer), "request.malformed")
    assert.isTrue(await mock.isServed())
  })

  it.each([
    ["no host", "GET /livez HTTP/1.1\r\n\r\n"],
    ["a host that is none", "GET /livez HTTP/1.1\r\nHost: localhost:x\r\n\r\n"],
    ["no path", "OPTIONS * HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"]
  ])("refuses a request for %s", async (_, bytes) => {
    await using mock = await start()
    const answer = await mock.raw(bytes, BODY)
    assert.strictEqual(status(answer), 400)
    assert.strictEqual(code(answer), "request.malformed")
    assert.match(answer, /^X-Hipay-Pos-Mode: simulated\r$/im)
    assert.match(answer, /^Cache-Control: no-store\r$/im)
    assert.deepStrictEqual(mock.told(), ["request.malformed"])
  })

  it("refuses a body that is too large, announced or not", async () => {
    await using mock = await start({ bodyLimit: 1_000 })
    assert.strictEqual(status(await mock.raw(head(["Content-Length: 1001"]), BODY)), 413)
    const chunk = `400\r\n${"x".repeat(0x400)}\r\n`
    assert.strictEqual(status(await mock.raw(`${head(["Transfer-Encoding: chunked"])}${chunk}${chunk}`, BODY)), 413)
    assert.isTrue(await mock.isServed())
  })

  it("refuses what a request expects that it does not know, and knows 100-continue", async () => {
    await using mock = await start()
    const answer = await mock.raw(head(["Content-Length: 2", "Expect: something"]), BODY)
    assert.strictEqual(status(answer), 417)
    assert.strictEqual(code(answer), "expectation.unknown")
    assert.match(answer, /^X-Hipay-Pos-Mode: simulated\r$/im)
    assert.deepStrictEqual(mock.told(), ["expectation.unknown"])
    const body = JSON.stringify(order())
    const paid = await mock.raw(head([`Content-Length: ${body.length}`, "Expect: 100-continue"]) + body, /"receipt"/)
    assert.match(paid, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200/)
  })

  it("refuses a flood of headers", async () => {
    await using mock = await start()
    const flood = Array.from({ length: 3_000 }, (_, i) => `X-Flood-${i}: ${"x".repeat(20)}`)
    const answer = await mock.raw(head(flood))
    assert.strictEqual(status(answer), 431)
    assert.strictEqual(code(answer), "headers.too.large")
    assert.deepStrictEqual(mock.told(), ["headers.too.large"])
    assert.isTrue(await mock.isServed())
  })

  it("answers pipelined requests in their order", async () => {
    await using mock = await start()
    const asking = "GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    const answer = await mock.raw(
      `${asking}GET /nowhere HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n${asking}`,
      /alive[\s\S]*alive/
    )
    assert.deepStrictEqual(
      [...answer.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status),
      ["200", "404", "200"]
    )
  })

  it.each([
    ["broken UTF-8", new Uint8Array([0x7b, 0xff, 0xfe, 0x7d])],
    ["a key that stands twice", '{"order":{"order_id":"A","price":{"amount":1,"amount":100}},"pos_technical_info":{}}'],
    ["__proto__", '{"order":{"order_id":"A","price":{"amount":1}},"__proto__":{"pos_technical_info":{}}}'],
    ["nesting without end", "[".repeat(5_000) + "]".repeat(5_000)]
  ])("refuses %s", async (_, body) => {
    await using mock = await start()
    const answer = await mock.raw(withBody(body), BODY)
    assert.strictEqual(status(answer), 400)
    assert.strictEqual(code(answer), "malformed.json")
    assert.lengthOf(
      mock.events.filter(({ _tag }) => _tag === "OrderAnswered"),
      1
    )
    assert.isTrue(await mock.isServed())
  })

  it.each([
    ["a name that was pointed at it", "Host: evil.example", "", "host.not.allowed", HOST_WORDS],
    ["a page of another site", "Host: 127.0.0.1", "Origin: https://evil.example\r\n", "cross.site", SITE_WORDS],
    ["a form of another site", "Host: 127.0.0.1", "Sec-Fetch-Site: cross-site\r\n", "cross.site", SITE_WORDS]
  ])("turns away %s, says what to do, and tells it once", async (_, host, more, refusal, words) => {
    await using mock = await start()
    const answer = await mock.raw(
      `POST /v1/connector/order HTTP/1.1\r\n${host}\r\n${more}Content-Length: 0\r\n\r\n`,
      BODY
    )
    assert.strictEqual(status(answer), 403)
    assert.strictEqual(code(answer), refusal)
    assert.match(answer, words)
    assert.deepStrictEqual(
      mock.events.map((event) => (event._tag === "RequestRefused" ? event.refusal : event._tag)),
      [refusal]
    )
  })

  it("refuses a request with two Host headers, whatever they say, and tells it once", async () => {
    await using mock = await start()
    const answer = await mock.raw("GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nhost: 127.0.0.1\r\n\r\n", BODY)
    assert.strictEqual(status(answer), 400)
    assert.strictEqual(code(answer), "host.repeated")
    assert.deepStrictEqual(
      mock.events.map((event) => (event._tag === "RequestRefused" ? event.refusal : event._tag)),
      ["host.repeated"]
    )
  })

  it("is called by a name that it was told of", async () => {
    await using mock = await start({ allowedHosts: ["till.shop.lan"] })
    assert.strictEqual(status(await mock.raw("GET /livez HTTP/1.1\r\nHost: till.shop.lan\r\n\r\n", /alive/)), 200)
  })

  it("answers nothing but probes, health check, documents and pages without credentials", async () => {
    await using mock = await start()
    for (const path of ["/attempts", "/attempts/x", "/attempts/events", "/session", "/_mock", "/_mock/ledger"]) {
      assert.strictEqual((await fetch(`${mock.server.url}${path}`)).status, 401, path)
    }
    for (const path of ["/livez", "/readyz", "/v1/connector/healthcheck"]) {
      assert.strictEqual((await fetch(`${mock.server.url}${path}`)).status, 200, path)
    }
  })
})

const HOST_WORDS = /The host name \\"evil\.example\\" is not allowed\. .* --allow-host and the name/
const SITE_WORDS = /A page of another origin may not call this server\. .* a proxy that keeps the Host header/
