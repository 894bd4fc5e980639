/**
 * What goes wrong on real sockets, with the platform's fetch and with ours for Node: each case has a name and a
 * sentence.
 */
import { once } from "node:events"
import { createServer as createHttpServer } from "node:http"
import { type AddressInfo, createServer, type Server, type Socket } from "node:net"
import { gzipSync } from "node:zlib"
import { makeClient, NotStarted, OutcomeUnknown } from "@hipay-pos/client"
import { makeFetch } from "@hipay-pos/client/node"
import type * as Duration from "effect/Duration"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { order, target } from "./paying.ts"

const success = JSON.stringify({ paymentStatus: "Success", note: "payé" })

const head = (status: string, headers: ReadonlyArray<string> = []) =>
  [`HTTP/1.1 ${status}`, ...headers, "Connection: close", "", ""].join("\r\n")
const whole = (status: string, body: string | Buffer, headers: ReadonlyArray<string> = []) =>
  Buffer.concat([
    Buffer.from(head(status, [...headers, `Content-Length: ${Buffer.byteLength(body)}`])),
    Buffer.from(body)
  ])

const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024))

/** What a server writes after it has read the order, and the client's result. */
const cases: ReadonlyArray<readonly [string, () => string | Buffer, string]> = [
  ["a page instead of JSON", () => whole("200 OK", "<!doctype html><h1>Welcome</h1>"), "OutcomeUnknown NotJson"],
  ["an empty body", () => whole("200 OK", ""), "OutcomeUnknown Empty"],
  ["JSON that stops", () => whole("200 OK", '{"paymentStatus":"Success","order":{'), "OutcomeUnknown Truncated"],
  [
    "a body that is shorter than announced",
    () => head("200 OK", ["Content-Length: 500"]) + success,
    "OutcomeUnknown CutLine"
  ],
  ["Latin-1", () => whole("200 OK", Buffer.from(success, "latin1")), "OutcomeUnknown Charset"],
  ["204", () => head("204 No Content"), "OutcomeUnknown Empty"],
  [
    "a redirect to itself",
    () => whole("302 Found", "", ["Location: /v1/connector/order"]),
    "OutcomeUnknown Redirected"
  ],
  ["a switch of protocols", () => head("101 Switching Protocols", ["Upgrade: other"]), "OutcomeUnknown CutLine"],
  [
    "a switch of protocols that is made at once",
    () => "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
    "OutcomeUnknown CutLine"
  ],
  ["something other than HTTP", () => "SSH-2.0-OpenSSH_9.6\r\n", "OutcomeUnknown CutLine"],
  ["nothing, and hangs up", () => "", "OutcomeUnknown CutLine"],
  ["a firewall's refusal", () => whole("403 Forbidden", "<html>Request blocked</html>"), "NotStarted Blocked"],
  ["a gateway's failure", () => whole("502 Bad Gateway", "<html>"), "OutcomeUnknown ServerFailed"],
  ["a body without end", () => head("200 OK") + " ".repeat(3 * 1024 * 1024), "OutcomeUnknown TooLarge"],
  [
    "an early hint and then the answer",
    () => Buffer.concat([Buffer.from("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"), whole("200 OK", success)]),
    "Approved"
  ],
  ["an answer", () => whole("200 OK", success), "Approved"]
]

let answer: () => string | Buffer = () => ""
let server: Server
const sockets = new Set<Socket>()

beforeAll(async () => {
  server = createServer((socket) => {
    sockets.add(socket)
    socket.on("error", () => {})
    socket.once("data", () => socket.end(answer()))
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
})

afterAll(() => {
  for (const socket of sockets) socket.destroy()
  server.close()
})

const portOf = (server: Server) => (server.address() as AddressInfo).port

describe.each([
  ["the platform's fetch", globalThis.fetch],
  ["Node's connections", makeFetch({ connectTimeout: 500 })]
])("%s", (_, fetch) => {
  const pay = async (url: string) => {
    const client = makeClient({ server: url, username: "m", password: "s", live: true, journal: "memory", fetch })
    const result = await client.tryPay(order, target, { deadline: "5 seconds" })
    if (result.ok) return { name: result.outcome._tag, reason: undefined }
    const { reason } = result.error
    return { name: "kind" in reason ? `${reason._tag} ${reason.kind}` : reason._tag, reason }
  }

  it.each(cases)("given %s", async (_, write, expected) => {
    answer = write
    const { name, reason } = await pay(`http://127.0.0.1:${portOf(server)}`)
    assert.strictEqual(name, expected)
    if (reason instanceof OutcomeUnknown) assert.match(reason.advice, /^Look at the terminal/)
    if (reason instanceof NotStarted) assert.match(reason.advice, /^Nothing was paid/)
  })

  it("given a gzip bomb, stops at the limit", async () => {
    answer = () => whole("200 OK", bomb, ["Content-Encoding: gzip"])
    const before = process.memoryUsage().rss
    const { name } = await pay(`http://127.0.0.1:${portOf(server)}`)
    // Ours asks for no compression, and takes the bytes as they are.
    assert.include(["OutcomeUnknown TooLarge", "OutcomeUnknown Charset"], name)
    assert.isBelow(process.memoryUsage().rss - before, 100 * 1024 * 1024)
  })

  it("given an unknown name", async () => {
    assert.strictEqual((await pay("http://nobody.invalid")).name, "NotStarted HostUnknown")
  })

  it("given a closed port", async () => {
    const closed = createServer().listen(0, "127.0.0.1")
    await once(closed, "listening")
    const port = portOf(closed)
    closed.close()
    await once(closed, "close")
    assert.strictEqual((await pay(`http://127.0.0.1:${port}`)).name, "NotStarted Unreachable")
  })
})

describe("a proxy that asks for a login (407)", () => {
  const pay = async (options: { fetch?: typeof globalThis.fetch | ReturnType<typeof makeFetch> }) => {
    answer = () => whole("407 Proxy Authentication Required", "<html>")
    const url = `http://127.0.0.1:${portOf(server)}`
    const client = makeClient({ server: url, username: "m", password: "s", live: true, journal: "memory", ...options })
    const result = await client.tryPay(order, target)
    return result.ok ? undefined : result.error.reason
  }

  it("is reported by Node's connections", async () => {
    assert.deepInclude(await pay({ fetch: makeFetch() }), { _tag: "NotStarted", kind: "ProxyLogin" })
  })

  it("is hidden by the platform's fetch, as its standard demands: the outcome is unknown", async () => {
    assert.deepInclude(await pay({}), { _tag: "OutcomeUnknown", kind: "CutLine" })
  })
})

describe("a misdirected request (421)", () => {
  const ordersAt = async (fetch: typeof globalThis.fetch | ReturnType<typeof makeFetch>) => {
    let orders = 0
    answer = () => {
      orders++
      return whole("421 Misdirected Request", "{}")
    }
    const url = `http://127.0.0.1:${portOf(server)}`
    const client = makeClient({ server: url, username: "m", password: "s", live: true, journal: "memory", fetch })
    const result = await client.tryPay(order, target)
    assert.deepInclude(result.ok ? {} : result.error.reason, { _tag: "OutcomeUnknown", kind: "Inconclusive" })
    return orders
  }

  it("is unknown, and sent once by Node's connections", async () => {
    assert.strictEqual(await ordersAt(makeFetch()), 1)
  })

  it("is sent again by the platform's fetch, as its standard demands", async () => {
    assert.strictEqual(await ordersAt(globalThis.fetch), 2)
  })
})

describe("Node's connections", () => {
  const pay = async (url: string, connectTimeout: Duration.Input = "500 millis") => {
    const fetch = makeFetch({ connectTimeout })
    const client = makeClient({ server: url, username: "m", password: "s", live: true, journal: "memory", fetch })
    const result = await client.tryPay(order, target, { deadline: "5 seconds" })
    return result.ok || result.error.reason._tag === "AlreadyApproved" ? undefined : result.error.reason
  }

  it("know that nothing was sent when the TLS handshake fails", async () => {
    answer = () => "not TLS"
    assert.deepInclude(await pay(`https://127.0.0.1:${portOf(server)}`), { _tag: "NotStarted", kind: "Untrusted" })
    answer = () => ""
    assert.deepInclude(await pay(`https://127.0.0.1:${portOf(server)}`), { _tag: "NotStarted", kind: "Unreachable" })
  })

  it("cannot be made with a timeout that is not a duration", () => {
    assert.throws(
      () => makeFetch({ connectTimeout: "soon" as "1 second" }),
      /^connectTimeout: expected .*"5s", got soon$/
    )
  })

  it("stop waiting at the connect timeout, and know that nothing was sent", async () => {
    const silent = createServer((socket) => void sockets.add(socket)).listen(0, "127.0.0.1")
    await once(silent, "listening")
    const reason = await pay(`https://127.0.0.1:${portOf(silent)}`, "50 millis")
    silent.close()
    assert.deepInclude(reason, { _tag: "NotStarted", kind: "ConnectTimedOut" })
  })

  it("are new for every request, without keep-alive headers", async () => {
    let connections = 0
    const counting = createHttpServer((_, response) => response.end(success)).on("connection", () => connections++)
    counting.listen(0, "127.0.0.1")
    await once(counting, "listening")
    const url = `http://127.0.0.1:${portOf(counting)}`
    for (let i = 0; i < 3; i++) assert.isUndefined(await pay(url))
    counting.close()
    assert.strictEqual(connections, 3)
  })
})
