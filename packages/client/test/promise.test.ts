import { createServer, type Server } from "node:http"
import { createServer as createTcpServer } from "node:net"
import {
  AttemptJournal,
  type ClientOptions,
  ClientSetupFailed,
  makeClient,
  type PayOptions,
  type PayResult,
  PosClientError,
  StillUnderWay
} from "@hipay-pos/client"
import { Money, TerminalTarget } from "@hipay-pos/core"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { assert, describe, it, vi } from "vitest"

const amount = Result.getOrThrow(Money.make(1250, "EUR"))
const target = TerminalTarget.concert({ host: "192.168.1.20", contracts: [{ merchantContract: "1234567" }] })
/** Most tests are about the answer, so they have no health check first, and a fresh journal. */
const login = { username: "merchant", password: "secret", live: true, journal: "memory" } as const

/** The result of a payment if the server answers like this. */
const payAgainst = async (fetch: (url: string, init: RequestInit) => Promise<Response>, options?: PayOptions) => {
  const result = await makeClient({ server: "http://server.test", ...login, fetch }).tryPay(
    { orderId: "A", amount },
    target,
    options
  )
  if (result.ok) return result.outcome._tag
  const { reason } = result.error
  return "kind" in reason ? `${reason._tag} ${reason.kind}` : reason._tag
}

const answering = (status: number, body: unknown) => async () =>
  new Response(status === 204 ? null : typeof body === "string" ? body : JSON.stringify(body), { status })

const rejecting = (code: string) => async () => {
  throw new TypeError("fetch failed", { cause: Object.assign(new Error(code), { code, syscall: "connect" }) })
}

const listen = async <S extends Server | ReturnType<typeof createTcpServer>>(server: S) => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()))
  const address = server.address()
  return `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`
}

const success = { paymentStatus: "Success", order: { price: { amount: 1250, currency: "EUR" } } }

describe("a payment", () => {
  it.each([
    ["Success", 200, success],
    ["Success, 201", 201, { paymentStatus: "Success", order: {}, technical_pos_info: {} }],
    ["success, with an errorCode beside it", 200, { paymentStatus: "success", errorCode: "10" }]
  ])("is approved on %s", async (_, status, body) => {
    assert.strictEqual(await payAgainst(answering(status, body)), "Approved")
  })

  it("is approved in part when less was paid, with the rest", async () => {
    const client = makeClient({
      server: "http://server.test",
      ...login,
      fetch: answering(200, { paymentStatus: "Success", order: { price: { amount: 1000 } } })
    })
    const outcome = await client.pay({ orderId: "A", amount }, target)
    assert.strictEqual(outcome._tag, "ApprovedInPart")
    if (outcome._tag === "ApprovedInPart") {
      assert.strictEqual(Money.toText(outcome.paid), "10.00 EUR")
      assert.strictEqual(Money.toText(outcome.remaining), "2.50 EUR")
    }
  })

  it.each([
    ["a refusal of the pos-api kind", { paymentStatus: "Failure", error: { errorCode: "1006" } }],
    ["a refusal of the cloud-api kind", { paymentStatus: "Failed", errorCode: "04", errorData: {} }],
    [
      "the sandbox's refusal",
      { paymentStatus: "Failed", errorCode: "10", errorDescription: "Operation not performed" }
    ],
    ["a code that came as a number", { paymentStatus: "Failure", error: { errorCode: 1006 } }]
  ])("is declined on %s", async (_, body) => {
    assert.strictEqual(await payAgainst(answering(200, body)), "Declined")
  })

  it("was never started if the login is refused, and says to check it", async () => {
    const client = makeClient({ server: "http://server.test", ...login, fetch: answering(401, "") })
    const result = await client.tryPay({ orderId: "A", amount }, target)
    assert.match(result.ok ? "" : result.error.advice, /^Nothing was paid\. Check the login/)
  })

  it("was never started, and says so for a refund or a cancellation, whoever refused it", async () => {
    const busy = answering(400, { error: { code: "busy.terminal.bad.request" } })
    for (const fetch of [busy, rejecting("ECONNREFUSED")]) {
      const client = makeClient({ server: "http://server.test", ...login, fetch })
      for (const order of [
        { orderId: "A", amount },
        { orderId: "A", amount: "nothing" }
      ]) {
        const refund = await client.tryRefund(order, target)
        assert.match(refund.ok ? "" : refund.error.advice, /^Nothing was refunded\. /)
        const cancel = await client.tryCancel(order, target)
        assert.match(cancel.ok ? "" : cancel.error.advice, /^Nothing was cancelled; what was paid stays paid\. /)
      }
    }
  })

  it("was never started if its type does not exist, and is called a payment", async () => {
    const client = makeClient({ server: "http://server.test", ...login, fetch: rejecting("ECONNREFUSED") })
    const result = await client.tryPay({ orderId: "A", amount, transactionType: "debit" as "Debit" }, target)
    assert.match(result.ok ? "" : result.error.advice, /^Nothing was paid\. Mend/)
  })

  it.each([400, 401, 404, 405, 413, 415, 422])("was never started on HTTP %i", async (status) => {
    assert.strictEqual(await payAgainst(answering(status, { error: { code: "x" } })), "NotStarted Rejected")
    assert.strictEqual(await payAgainst(answering(status, "<html>")), "NotStarted Rejected")
  })

  it("was never started on HTTP 403, from the server or a firewall in front of it", async () => {
    assert.strictEqual(await payAgainst(answering(403, { error: { code: "x" } })), "NotStarted Rejected")
    assert.strictEqual(await payAgainst(answering(403, "<html>")), "NotStarted Blocked")
  })

  it("was never started on HTTP 407, from a proxy that asks for a login", async () => {
    assert.strictEqual(await payAgainst(answering(407, "<html>")), "NotStarted ProxyLogin")
  })

  it.each(["1002", "1004"])("was never started when the server reports %s", async (errorCode) => {
    const body = { paymentStatus: "Failure", error: { errorCode } }
    assert.strictEqual(await payAgainst(answering(200, body)), "NotStarted Reported")
  })

  it.each([
    ["ECONNREFUSED", "Unreachable"],
    ["ENOTFOUND", "HostUnknown"],
    ["UND_ERR_CONNECT_TIMEOUT", "ConnectTimedOut"],
    ["CERT_HAS_EXPIRED", "Untrusted"]
  ])("was never started when the connection fails with %s", async (code, kind) => {
    assert.strictEqual(await payAgainst(rejecting(code)), `NotStarted ${kind}`)
  })

  it.each(["ECONNRESET", "EPIPE", "UND_ERR_SOCKET", "UND_ERR_HEADERS_TIMEOUT", "WHATEVER"])(
    "is unknown when the connection fails with %s",
    async (code) => {
      assert.strictEqual(await payAgainst(rejecting(code)), "OutcomeUnknown CutLine")
    }
  )

  it("is unknown in a browser, where fetch does not say why it failed", async () => {
    const fetch = async () => {
      throw new TypeError("Failed to fetch")
    }
    assert.strictEqual(await payAgainst(fetch), "OutcomeUnknown CutLine")
  })

  it.each([
    ...[202, 408, 409, 425, 429].map((status) => [status, "Inconclusive"] as const),
    ...[301, 302, 303, 307, 308].map((status) => [status, "Redirected"] as const),
    ...[500, 502, 503, 504, 599].map((status) => [status, "ServerFailed"] as const),
    [204, "Empty"] as const
  ])("is unknown on HTTP %i", async (status, kind) => {
    assert.strictEqual(await payAgainst(answering(status, { error: { code: "x" } })), `OutcomeUnknown ${kind}`)
  })

  it.each([
    ["no paymentStatus", {}, "Inconclusive"],
    ["an undocumented paymentStatus", { paymentStatus: "Aborted" }, "Inconclusive"],
    ["more than was asked for", { paymentStatus: "Success", order: { price: { amount: 1251 } } }, "Inconclusive"],
    ["nothing paid", { paymentStatus: "Success", order: { price: { amount: 0 } } }, "Inconclusive"],
    [
      "another currency",
      { paymentStatus: "Success", order: { price: { amount: 1250, currency: "USD" } } },
      "Inconclusive"
    ],
    ["a page", "<html>", "NotJson"],
    ["half an answer", '{"paymentStatus":"Succ', "Truncated"],
    ["nothing", "", "Empty"]
  ])("is unknown on HTTP 200 with %s", async (_, body, kind) => {
    assert.strictEqual(await payAgainst(answering(200, body)), `OutcomeUnknown ${kind}`)
  })

  it.each(["1000", "1001", "1003", "1005", "1007", "1008", "1009", "01", "99", undefined])(
    "is unknown when the server reports %s",
    async (errorCode) => {
      const body = { paymentStatus: "Failure", error: { errorCode } }
      assert.strictEqual(await payAgainst(answering(200, body)), "OutcomeUnknown Reported")
    }
  )

  it("is unknown when the server itself says so, with the attempt's address", async () => {
    const error = { status: 504, code: "outcome.unknown", details: { attempt: "/attempts/1" } }
    const client = makeClient({ server: "http://server.test", ...login, fetch: answering(504, { error }) })
    const result = await client.tryPay({ orderId: "A", amount }, target)
    assert.isFalse(result.ok)
    if (!result.ok) {
      assert.deepInclude(result.error.reason, {
        _tag: "OutcomeUnknown",
        kind: "Reported",
        serverAttempt: "/attempts/1"
      })
      assert.match(
        result.error.advice,
        /Take no other payment and give no money back for the order before you know\. If you send it again, keep its order id, and never send it straight to HiPay's own service\.$/
      )
    }
  })

  it("was made before when a conflict carries its answer", async () => {
    const error = { code: "attempt.already.approved", details: { recorded: success } }
    assert.strictEqual(await payAgainst(answering(409, { error })), "AlreadyApproved")
  })

  it("is not sent at all when the order is not valid, and says why", async () => {
    let calls = 0
    const fetch = async () => {
      calls++
      return new Response()
    }
    const client = makeClient({ server: "http://server.test", ...login, fetch })
    const nothing = Result.getOrThrow(Money.make(0, "EUR"))
    const result = await client.tryPay({ orderId: "A", amount: nothing }, target)
    assert.strictEqual(calls, 0)
    assert.isFalse(result.ok)
    if (!result.ok) assert.deepInclude(result.error.reason, { _tag: "NotStarted", kind: "OrderRefused" })
  })

  it("may have its amount as text", async () => {
    const bodies: Array<string> = []
    const fetch = async (_: string, { body }: RequestInit) => {
      bodies.push(String(body))
      return new Response(JSON.stringify({ paymentStatus: "Success" }))
    }
    const client = makeClient({ server: "http://server.test", ...login, fetch })
    const outcome = await client.pay({ orderId: "A", amount: "12.50 EUR" }, target)
    assert.deepInclude(outcome, { _tag: "Approved", amount: Money.of("12.50", "EUR") })
    assert.deepInclude(JSON.parse(bodies[0] ?? "").order.price, { amount: 1250, currency: "EUR" })
  })

  const forms = 'an amount such as "12.50 EUR" or { minorUnits: 1250, currency: "EUR" }'

  it.each([
    ["12.505 EUR", "amount: expected at most 2 decimal digits for EUR, got 12.505"],
    ["1.000 EUR", `amount: 1.000 may be thousands or decimals; write 1.00 EUR if that is meant`],
    ["1.500 JPY", "amount: expected no decimal digits for JPY, got 1.500"],
    ["1.000 JPY", `amount: 1.000 may be thousands or decimals; write 1 JPY if that is meant`],
    ["12,50 EUR", "amount: expected a decimal number such as 12.50 for EUR, got 12,50"],
    ["1e3 EUR", `amount: expected ${forms}, got a text of 7 characters`],
    ["12.5E1 EUR", `amount: expected ${forms}, got a text of 10 characters`],
    ["12.50", `amount: expected ${forms}, got a text of 5 characters`],
    ["12.50 EURO", `amount: expected ${forms}, got a text of 10 characters`],
    ["4970101122334422", `amount: expected ${forms}, got a text of 16 characters`]
  ])("is not sent with the amount %j, and says why", async (amount, words) => {
    const client = makeClient({ server: "http://server.test", ...login, fetch: () => assert.fail("was sent") })
    const result = await client.tryPay({ orderId: "A", amount }, target)
    const reason = result.ok ? undefined : result.error.reason
    assert.deepInclude(reason, { _tag: "NotStarted", kind: "OrderRefused", detail: words })
    const findings = reason?._tag === "NotStarted" ? reason.findings : undefined
    assert.deepStrictEqual(
      findings?.map(({ path }) => path),
      ["order.price.amount"]
    )
  })

  it.each([
    ["1.000 KWD", 1000],
    ["0.500 EUR", 50],
    ["1000.00 EUR", 100_000]
  ])("takes the amount %j, which cannot be thousands", async (amount, minorUnits) => {
    const client = makeClient({
      server: "http://server.test",
      ...login,
      fetch: answering(200, { paymentStatus: "Success" })
    })
    const outcome = await client.pay({ orderId: "A", amount }, target)
    assert.strictEqual(outcome._tag === "Approved" ? outcome.amount.minorUnits : undefined, minorUnits)
  })

  it("is sent once, with Basic auth, following no redirect", async () => {
    const calls: Array<{ url: string; init: RequestInit }> = []
    await payAgainst(async (url, init) => {
      calls.push({ url, init })
      return new Response(null, { status: 302, headers: { location: "http://elsewhere.test" } })
    })
    assert.strictEqual(calls.length, 1)
    const { url, init } = calls[0] ?? { url: "", init: {} }
    assert.strictEqual(url, "http://server.test/v1/connector/order")
    assert.strictEqual(init.redirect, "manual")
    assert.strictEqual((init.headers as Record<string, string>).authorization, `Basic ${btoa("merchant:secret")}`)
  })

  it("passes on a valid traceparent, and nothing else given as one", async () => {
    const sent: Array<string | undefined> = []
    const fetch = async (_: string, { headers }: RequestInit) => {
      sent.push((headers as Record<string, string>).traceparent)
      return Response.json(success)
    }
    const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    const odd = [traceparent.toUpperCase(), `${traceparent}\r\nx-other: 1`, traceparent.slice(0, -1), ""]
    for (const each of [traceparent, ...odd, undefined])
      assert.strictEqual(await payAgainst(fetch, { traceparent: each }), "Approved")
    assert.deepStrictEqual(sent, [traceparent, undefined, undefined, undefined, undefined, undefined])
  })

  it("is unknown at the deadline, and cancels the request", async () => {
    let cancelled = false
    const fetch = (_: string, { signal }: RequestInit) =>
      new Promise<Response>((_, reject) => {
        signal?.addEventListener("abort", () => {
          cancelled = true
          reject(new Error("aborted"))
        })
      })
    assert.strictEqual(await payAgainst(fetch, { deadline: "5 millis" }), "OutcomeUnknown TimedOut")
    assert.isTrue(cancelled)
  })

  it("was never started when it is aborted before sending, and is unknown after", async () => {
    const before = AbortSignal.abort()
    assert.strictEqual(await payAgainst(answering(200, success), { signal: before }), "NotStarted Aborted")
    const untouched = { open: () => assert.fail("was written"), end: () => assert.fail(), attempts: Effect.succeed([]) }
    const client = makeClient({
      server: "http://server.test",
      ...login,
      journal: untouched,
      fetch: () => assert.fail()
    })
    assert.isFalse((await client.tryPay({ orderId: "A", amount }, target, { signal: before })).ok)
    const after = new AbortController()
    const fetch = () => {
      queueMicrotask(() => after.abort())
      return new Promise<Response>(() => {})
    }
    assert.strictEqual(await payAgainst(fetch, { signal: after.signal }), "OutcomeUnknown Aborted")
  })

  it("does not read an endless answer", async () => {
    const chunk = new Uint8Array(64 * 1024).fill(0x20)
    let pulled = 0
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        pulled++
        controller.enqueue(chunk)
      }
    })
    assert.strictEqual(await payAgainst(async () => new Response(body)), "OutcomeUnknown TooLarge")
    assert.isBelow(pulled, 40)
  })

  it("keeps credentials out of its errors", async () => {
    const client = makeClient({
      server: "http://server.test",
      ...login,
      password: "s3cr3t-word",
      fetch: rejecting("ECONNRESET")
    })
    const result = await client.tryPay({ orderId: "A", amount }, target)
    assert.isFalse(result.ok)
    if (!result.ok) {
      assert.instanceOf(result.error, PosClientError)
      assert.notInclude(JSON.stringify(result.error) + String(result.error) + result.error.stack, "s3cr3t-word")
    }
  })
})

describe("over real sockets", () => {
  it("a closed port means never started", async () => {
    const server = createServer()
    const url = await listen(server)
    await new Promise((resolve) => server.close(resolve))
    const result = await makeClient({ server: url, ...login }).tryPay({ orderId: "A", amount }, target)
    assert.deepInclude(result.ok ? {} : result.error.reason, { _tag: "NotStarted", kind: "Unreachable" })
  })

  it("a connection that is cut after the request means unknown", async () => {
    const server = createTcpServer((socket) => socket.once("data", () => socket.resetAndDestroy()))
    const url = await listen(server)
    const result = await makeClient({ server: url, ...login }).tryPay({ orderId: "A", amount }, target)
    server.close()
    assert.deepInclude(result.ok ? {} : result.error.reason, { _tag: "OutcomeUnknown", kind: "CutLine" })
  })

  it.each([
    ["has signs of a payment if it had said Success", '{"paymentStatus":"Success"', { reason: "Inconclusive" }],
    ["has no signs before", '{"paymentStatus":"Succ', {}]
  ])("an answer that stops in the middle means unknown, and %s", async (_, begun, signs) => {
    const server = createTcpServer((socket) =>
      socket.once("data", () => socket.end(`HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n${begun}`))
    )
    const url = await listen(server)
    const result = await makeClient({ server: url, ...login }).tryPay({ orderId: "A", amount }, target)
    server.close()
    const { detail, ...reason } = { detail: "", ...(result.ok ? {} : result.error.reason) }
    assert.deepStrictEqual({ ...reason }, { _tag: "OutcomeUnknown", kind: "CutLine", ...signs } as object)
    assert.strictEqual(detail, `the answer broke off${"reason" in signs ? ", yet it has signs of a payment" : ""}`)
  })

  it.each([
    ["200 OK", "X-Hipay-Pos-Attempt"],
    ["202 Accepted", "Location"]
  ])(
    "an answer of HTTP %s that stops in the middle has named the attempt: the journal has its address",
    async (status, name) => {
      const head = `HTTP/1.1 ${status}\r\nX-Hipay-Pos-Mode: gateway\r\n${name}: /attempts/7\r\nContent-Length: 100`
      const server = createTcpServer((socket) => socket.once("data", () => socket.end(`${head}\r\n\r\n{`)))
      const client = makeClient({ server: await listen(server), ...login })
      await client.tryPay({ orderId: "A", amount }, target)
      server.close()
      const [attempt] = await client.unsettled()
      assert.deepInclude(attempt?.endings[0], { state: "unknown", serverAttempt: "/attempts/7" })
    }
  )

  it("an answer of a simulated server that stops in the middle was no live payment", async () => {
    const head = "HTTP/1.1 200 OK\r\nX-Hipay-Pos-Mode: simulated\r\nContent-Length: 100"
    const server = createTcpServer((socket) => socket.once("data", () => socket.end(`${head}\r\n\r\n{`)))
    const url = await listen(server)
    const result = await makeClient({ server: url, ...login }).tryPay({ orderId: "A", amount }, target)
    server.close()
    assert.deepInclude(result.ok ? {} : result.error.reason, { _tag: "NotStarted", kind: "Simulated", status: 200 })
  })

  it("the health check tells the mode, and never rejects", async () => {
    const server = createServer((_, response) => response.setHeader("X-Hipay-Pos-Mode", "simulated").end("up"))
    const url = await listen(server)
    const client = makeClient({ server: url, ...login })
    assert.deepStrictEqual(await client.healthcheck(), { healthy: true, mode: "simulated" })
    await new Promise((resolve) => {
      server.close(resolve)
      server.closeAllConnections()
    })
    assert.deepStrictEqual(await client.healthcheck(), {
      healthy: false,
      problem: { kind: "Unreachable", detail: "no connection to the server (ECONNREFUSED)" }
    })
  })

  it("the health check takes an answer of any type, because the contract names none", async () => {
    const server = createServer((request, response) => {
      response.writeHead(request.headers.accept === "*/*" ? 200 : 406, { "X-Hipay-Pos-Mode": "simulated" }).end("up")
    })
    const client = makeClient({ server: await listen(server), ...login })
    assert.deepStrictEqual(await client.healthcheck(), { healthy: true, mode: "simulated" })
    server.close()
  })
})

it("a field that is undefined is left out, however deep, so that a program's own rows can be given as they are", async () => {
  let body = ""
  const fetch = async (_: string, init: RequestInit) => {
    body = String(init.body)
    return new Response(JSON.stringify(success))
  }
  const client = makeClient({ server: "http://server.test", ...login, fetch })
  const row: { readonly [K in "email" | "date" | "rank"]: string | undefined } = {
    email: undefined,
    date: undefined,
    rank: undefined
  }
  await client.pay(
    { orderId: "A", amount: "12.50 EUR", customer: { email: row.email }, shipping: { deliveryDate: row.date } },
    { host: "192.168.1.20", port: undefined, contracts: [{ merchantContract: "1234567", rank: row.rank }] }
  )
  const { customer, shipping, pos_technical_info } = JSON.parse(body)
  assert.deepStrictEqual(
    [customer, shipping, pos_technical_info.host_information],
    [{}, {}, { host: "192.168.1.20", port: 8888 }]
  )
  assert.deepStrictEqual(pos_technical_info.terminal_transaction_display.contract_array, [
    { merchant_contract: "1234567" }
  ])
})

describe("a client that is not live", () => {
  const demo = { username: "merchant", password: "secret" }

  /** A server with a health check; counts the orders that reach it. */
  const makeServer = (mode?: string) => {
    let orders = 0
    const fetch = async (url: string) => {
      const headers: Record<string, string> = mode === undefined ? {} : { "x-hipay-pos-mode": mode }
      if (url.endsWith("/healthcheck")) return new Response("up", { headers })
      orders++
      return new Response(JSON.stringify(success))
    }
    return { fetch, orders: () => orders }
  }

  it("pays at a server that says it is simulated", async () => {
    const server = makeServer("simulated")
    const client = makeClient({ server: "http://server.test", ...demo, fetch: server.fetch })
    assert.strictEqual((await client.pay({ orderId: "A", amount }, target))._tag, "Approved")
  })

  it("sends nothing to a server that has taken a simulated one's place at its address a minute ago", async () => {
    vi.useFakeTimers({ toFake: ["Date"] })
    try {
      let mode = "simulated"
      const asked: Array<string | undefined> = []
      const fetch = async (url: string) => {
        asked.push(url.split("/").at(-1))
        return new Response(JSON.stringify(success), { headers: { "x-hipay-pos-mode": mode } })
      }
      const client = makeClient({ server: "http://server.test", ...demo, fetch })
      const pay = async (orderId: string) => {
        const result = await client.tryPay({ orderId, amount }, target)
        return result.ok ? "paid" : result.error.reason._tag === "NotStarted" && result.error.reason.kind
      }
      assert.deepStrictEqual([await pay("A"), await pay("B")], ["paid", "paid"])
      assert.deepStrictEqual(asked, ["healthcheck", "order", "order"])
      mode = "gateway"
      vi.setSystemTime(Date.now() + 60_000)
      assert.strictEqual(await pay("C"), "NotSimulated")
      assert.strictEqual(asked.at(-1), "healthcheck")
    } finally {
      vi.useRealTimers()
    }
  })

  it("sends one order at most to a server that has just taken a simulated one's place at its address", async () => {
    let mode = "simulated"
    const fetch = async () => new Response(JSON.stringify(success), { headers: { "x-hipay-pos-mode": mode } })
    const client = makeClient({ server: "http://server.test", ...demo, fetch })
    await client.pay({ orderId: "A", amount }, target)
    mode = "gateway"
    const results = [
      await client.tryPay({ orderId: "B", amount }, target),
      await client.tryPay({ orderId: "C", amount }, target)
    ]
    assert.deepStrictEqual(
      results.map((result) => (result.ok ? "paid" : result.error.reason._tag)),
      ["paid", "NotStarted"]
    )
  })

  it("asks again after a payment has waited for its terminal, if the earlier one's answer is no longer simulated", async () => {
    const [reached, answered] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    let mode = "simulated"
    const orders: Array<string> = []
    const fetch = async (url: string, { body }: RequestInit) => {
      const headers = { "x-hipay-pos-mode": mode }
      if (url.endsWith("/healthcheck")) return new Response("up", { headers })
      orders.push(JSON.parse(String(body)).order.order_id)
      reached.resolve()
      await answered.promise
      return new Response(JSON.stringify(success), { headers: { "x-hipay-pos-mode": mode } })
    }
    const client = makeClient({ server: "http://server.test", ...demo, fetch })
    const paying = ["A", "B"].map((orderId) => client.tryPay({ orderId, amount }, target))
    await reached.promise
    mode = "gateway"
    answered.resolve()
    const [, second] = await Promise.all(paying)
    assert.deepInclude(second?.ok ? {} : second?.error.reason, { _tag: "NotStarted", kind: "NotSimulated" })
    assert.deepStrictEqual(orders, ["A"])
  })

  it.each([undefined, "gateway"])("sends nothing to a server in mode %s", async (mode) => {
    const server = makeServer(mode)
    const client = makeClient({ server: "http://server.test", ...demo, fetch: server.fetch })
    const result = await client.tryPay({ orderId: "A", amount }, target)
    assert.deepInclude(result.ok ? {} : result.error.reason, { _tag: "NotStarted", kind: "NotSimulated" })
    assert.strictEqual(server.orders(), 0)
  })

  it.each([
    ["is not a server of the API", answering(404, "<html>"), "Unreachable", /health check failed: HTTP 404$/],
    ["cannot be found", rejecting("ENOTFOUND"), "HostUnknown", /health check failed: .*\(ENOTFOUND\)$/],
    [
      "has the certificate of another",
      rejecting("CERT_HAS_EXPIRED"),
      "Untrusted",
      /health check failed: .*\(CERT_HAS_EXPIRED\)$/
    ]
  ] as const)("sends nothing to a server that %s, and says what is wrong", async (_, fetch, kind, detail) => {
    const client = makeClient({ server: "http://server.test", ...demo, fetch })
    const result = await client.tryPay({ orderId: "A", amount }, target)
    const reason = result.ok ? assert.fail() : result.error.reason
    assert.deepInclude(reason, { _tag: "NotStarted", kind })
    assert.match(reason.message, detail)
  })

  it("cannot become live unless it names a journal", () => {
    assert.throws(() => makeClient({ server: "production", ...demo, live: true }), /journal/)
  })
})

describe("a client that is set up wrongly", () => {
  it.each([
    ...["nonsense", "", "stagee", "ftp://server.test", "http://merchant:secret@server.test"],
    ...["http://server.test/?shop=1", "http://server.test/#orders", "http://server.test/?", "http://server.test#"]
  ])("cannot be made for the server %j, and says so without its password", (server) => {
    assert.throws(() => makeClient({ server, ...login }), /^server: expected [^@]*$/)
  })

  const journals = 'journal: expected FileJournal.make("journal.db"), AttemptJournal.fromPromises(…) or "memory"'
  const setup =
    "server, username, password, live, journal, deadline, async, errorCodes, allowCredentialsInPage, fetch, app, onRequest, onResponse"
  const founded =
    'expected a meaning (declined, not-started or unknown) and a reason, such as "told by support on 2 November"'

  it.each([
    [
      { server: undefined },
      "server: expected stage, production or the text of a URL such as http://127.0.0.1:8080, without a login or a query in it"
    ],
    [{ username: undefined }, "username: expected a text"],
    [
      { username: "shop:till" },
      "username: expected a text without a colon: in a login over HTTP, the password begins after the first one"
    ],
    [{ password: 1234 }, "password: expected a text"],
    [{ live: "false", journal: "memory" }, 'live: expected true or false, got "false"'],
    [{ live: 0 }, "live: expected true or false, got 0"],
    [{ async: "no" }, 'async: expected true or false, got "no"'],
    [{ allowCredentialsInPage: "false" }, 'allowCredentialsInPage: expected true or false, got "false"'],
    [{ fetch: {} }, "fetch: expected a function, got an object"],
    [{ onRequest: "log" }, 'onRequest: expected a function, got "log"'],
    [{ app: "till" }, 'app: expected an object with a name, such as { name: "till" }, got "till"'],
    [{ journl: "memory" }, `journl: no such option; expected one of ${setup}`],
    [{ connectTimeout: "2s" }, `connectTimeout: no such option; expected one of ${setup}`],
    [{ journal: "attempts.db" }, `${journals}, got "attempts.db"`],
    [{ journal: null }, `${journals}, got null`],
    [
      { journal: { open: async () => {}, end: async () => {}, attempts: async () => [] } },
      `${journals}, got an object`
    ],
    [{ journal: { open: () => {} } }, `${journals}, got an object`],
    [{ errorCodes: { 1008: { meaning: "declined" } } }, `errorCodes 1008: ${founded}, got {"meaning":"declined"}`],
    [
      { errorCodes: { 1008: { meaning: "declined", reason: " " } } },
      `errorCodes 1008: ${founded}, got {"meaning":"declined","reason":" "}`
    ],
    [
      { errorCodes: { 1008: { meaning: "refused", reason: "told so" } } },
      `errorCodes 1008: ${founded}, got {"meaning":"refused","reason":"told so"}`
    ],
    [{ errorCodes: { 1008: "declined" } }, `errorCodes 1008: ${founded}, got "declined"`],
    [{ errorCodes: null }, `errorCodes: ${founded}, got null`],
    [{ errorCodes: ["1008"] }, `errorCodes: ${founded}, got ["1008"]`]
  ])("cannot be made by a program without types that gives %j: it says what, expected and came", (given, problem) => {
    const options = { server: "http://server.test", ...login, ...given } as unknown as ClientOptions
    try {
      makeClient(options)
      assert.fail("made")
    } catch (error) {
      assert.instanceOf(error, ClientSetupFailed)
      assert.strictEqual(error.message, problem)
    }
  })

  it.each([
    [1250, "1250"],
    [4970101122334422, "a number"],
    [1250n, "a bigint"],
    [undefined, "nothing"],
    [null, "null"],
    [[1250, "EUR"], "an array"],
    [{ value: 1250, currency: "EUR" }, "an object"]
  ])("pays nothing for the amount %s, and says which forms it can have", async (given, came) => {
    const client = makeClient({ server: "http://server.test", ...login, fetch: () => assert.fail("asked") })
    const order = { orderId: "A", amount: given as unknown as string }
    const result = await client.tryPay(order, target)
    const reason = result.ok ? assert.fail() : result.error.reason
    assert.deepInclude(reason, { _tag: "NotStarted", kind: "OrderRefused" })
    const expected = `expected an amount such as "12.50 EUR" or { minorUnits: 1250, currency: "EUR" }, got ${came}`
    assert.strictEqual(reason.message, `payment not started: amount: ${expected}`)
  })

  const fields =
    "orderId, transactionType, amount, basket, description, longDescription, softDescriptor, shippingFees, taxFees, customData, initializePaymentTerminal, customer, shipping"
  const ways = "deadline, idempotencyKey, traceparent, onProgress, signal, forceAuthorization, pushTo, notifyUrl"
  it.each([
    [[{ transaction_type: "Credit" }, {}, {}], [["order.transaction_type", fields]]],
    [[{ forceAuthorization: true }, {}, {}], [["order.forceAuthorization", fields]]],
    [[{}, { ip: "192.168.1.20" }, {}], [["target.ip", "_tag, host, port, version, contracts"]]],
    [
      [{}, { contracts: [{ merchantContract: "1234567" }, { merchantContract: "1234567", rang: "002" }] }, {}],
      [["target.contracts[1].rang", "merchantContract, rank, paymentApplication"]]
    ],
    [
      [{ "4970101122334422": 1 }, {}, { timeout: 5, idempotency_key: "1" }],
      [
        ["order.################", fields],
        ["options.timeout", ways],
        ["options.idempotency_key", ways]
      ]
    ]
  ] as const)("sends nothing for %j beside what it knows, and names it", async ([more, of, options], unknown) => {
    const client = makeClient({ server: "http://server.test", ...login, fetch: () => assert.fail("asked") })
    const result = await client.tryPay({ orderId: "A", amount, ...more }, { ...target, ...of }, options as PayOptions)
    const reason = result.ok ? assert.fail() : result.error.reason
    const detail = unknown.map(([path, names]) => `${path}: expected one of ${names}, got an unknown field`)
    assert.deepInclude(reason, { _tag: "NotStarted", kind: "OrderRefused", detail: detail.join("; ") })
    const { findings = [] } = { findings: [], ...reason }
    assert.deepStrictEqual(
      findings.map(({ code, path }: { code: string; path: string }) => [code, path]),
      unknown.map(([path]) => ["field-unknown", path])
    )
  })

  it.each([
    [
      { serialNumber: "1", manufacturer: "PAX", port: 8888 },
      "target.port: expected one of _tag, serialNumber, manufacturer, got"
    ],
    [{ _tag: "Unnamed", host: "a" }, "target.host: expected one of _tag, got"]
  ])("sends nothing to the terminal %j, of which it knows another kind", async (target, words) => {
    const client = makeClient({ server: "http://server.test", ...login, fetch: () => assert.fail("asked") })
    const result = await client.tryPay({ orderId: "A", amount }, target as typeof TerminalTarget.unnamed)
    const reason = result.ok ? assert.fail() : result.error.reason
    assert.include(reason.message, words)
  })

  it("treats undefined options as absent, under any name", async () => {
    const more: object = { transaction_type: undefined }
    assert.strictEqual(await payAgainst(answering(200, success), { ...more, deadline: undefined }), "Approved")
  })

  it("cannot be made, and throws an error of its own class", () => {
    assert.throws(() => makeClient({ server: "nonsense", ...login }), ClientSetupFailed)
  })

  it("cannot be made with a deadline that is not a duration", () => {
    const server = "http://server.test"
    const soon = "soon" as "1 second"
    assert.throws(() => makeClient({ server, ...login, deadline: soon }), /^deadline: expected .*"5s", got soon$/)
    assert.throws(() => makeClient({ server, ...login, deadline: 200 }), ClientSetupFailed)
  })

  it.each(["", "a\nb", "€", "x".repeat(256)])("sends nothing with the idempotency key %j", async (idempotencyKey) => {
    let calls = 0
    const fetch = async () => {
      calls++
      return new Response()
    }
    const client = makeClient({ server: "http://server.test", ...login, fetch })
    const result = await client.tryPay({ orderId: "A", amount }, target, { idempotencyKey })
    assert.deepInclude(result.ok ? {} : result.error.reason, { _tag: "NotStarted", kind: "OrderRefused" })
    assert.strictEqual(calls, 0)
  })
})

describe("an option of a payment that has another type", () => {
  it.each([
    [{ deadline: 30 }, 'deadline: expected a duration such as "200s": a number is milliseconds, and 30 are too few'],
    [{ deadline: "soon" }, 'deadline: expected a duration such as "5s", got soon'],
    [{ deadline: 0 }, 'deadline: expected a duration such as "5s", got 0'],
    [{ deadline: null }, 'deadline: expected a duration such as "5s", got null'],
    [{ idempotencyKey: null }, "the idempotency key is not 1 to 255 characters of ASCII"],
    [{ idempotencyKey: { a: 1 } }, "the idempotency key is not 1 to 255 characters of ASCII"],
    [{ idempotencyKey: " 7" }, "the idempotency key is not 1 to 255 characters of ASCII without spaces around them"],
    [{ idempotencyKey: 7 }, "the idempotency key is not 1 to 255 characters of ASCII"],
    [{ signal: true }, "the signal is not an AbortSignal"],
    [{ signal: new AbortController() }, "the signal is not an AbortSignal"]
  ])("sends nothing, and leaves no order unknown: %j", async (options, words) => {
    const fetch = () => assert.fail("was sent")
    const client = makeClient({ server: "http://server.test", ...login, fetch, onRequest: () => {} })
    const result = await client.tryPay({ orderId: "A", amount }, target, options as unknown as PayOptions)
    const reason = result.ok ? assert.fail() : result.error.reason
    assert.deepInclude(reason, { _tag: "NotStarted", kind: "OrderRefused" })
    assert.include(reason.message, words)
    assert.deepStrictEqual(await client.unsettled(), [])
  })

  it("sends nothing with a deadline that cannot even be printed", async () => {
    const deadline = { seconds: 30n } as unknown as "30 seconds"
    const client = makeClient({ server: "http://server.test", ...login, fetch: () => assert.fail("was sent") })
    const result = await client.tryPay({ orderId: "A", amount }, target, { deadline })
    const detail = "the deadline is not a duration"
    assert.deepInclude(result.ok ? {} : result.error.reason, { _tag: "NotStarted", kind: "OrderRefused", detail })
  })

  it.each([null, false, 0, ""])("may be %j instead of a signal", async (signal) => {
    const options = { signal } as unknown as PayOptions
    assert.strictEqual(await payAgainst(answering(200, success), options), "Approved")
  })
})

describe("a client with a journal", () => {
  const order = { orderId: "A", amount }
  const make = (answers: Array<() => Promise<Response>>) => {
    const journal = AttemptJournal.memory()
    let calls = 0
    const fetch = (_: string, { method }: RequestInit) =>
      method === "GET" ? answering(404, {})() : (answers[calls++]?.() ?? Promise.reject(new Error("no more answers")))
    const client = makeClient({ server: "http://server.test", ...login, journal, fetch })
    return { client, calls: () => calls }
  }
  const kindOf = (result: PayResult) =>
    result.ok
      ? result.outcome._tag
      : "kind" in result.error.reason
        ? result.error.reason.kind
        : result.error.reason._tag

  it("does not send an order again whose outcome is unknown, until a person resolves it", async () => {
    const { client, calls } = make([rejecting("ECONNRESET"), answering(200, success)])
    assert.strictEqual(kindOf(await client.tryPay(order, target)), "CutLine")
    assert.strictEqual(kindOf(await client.tryPay(order, target)), "Unknown")
    assert.strictEqual(calls(), 1)
    const [attempt] = await client.unsettled()
    await client.resolve(attempt?.id ?? "", { outcome: "declined", by: "Ada", evidence: "no receipt" })
    assert.deepStrictEqual(await client.unsettled(), [])
    assert.strictEqual(kindOf(await client.tryPay(order, target)), "Approved")
  })

  it("does not send an order again that was approved", async () => {
    const { client, calls } = make([answering(200, success)])
    assert.strictEqual(kindOf(await client.tryPay(order, target)), "Approved")
    assert.strictEqual(kindOf(await client.tryPay(order, target)), "AlreadyApproved")
    assert.strictEqual(calls(), 1)
  })

  it("sends an order again that was declined or never started", async () => {
    const { client } = make([
      rejecting("ECONNREFUSED"),
      answering(200, { paymentStatus: "Failure", error: { errorCode: "1006" } }),
      answering(200, success)
    ])
    const kinds = [
      await client.tryPay(order, target),
      await client.tryPay(order, target),
      await client.tryPay(order, target)
    ]
    assert.deepStrictEqual(kinds.map(kindOf), ["Unreachable", "Declined", "Approved"])
  })

  it("sends nothing when the attempt cannot be recorded", async () => {
    let calls = 0
    const failed = Effect.fail(new AttemptJournal.JournalFailed({ detail: "disk full" }))
    const journal = { open: () => failed, end: () => failed, attempts: Effect.succeed([]) }
    const fetch = async () => {
      calls++
      return new Response()
    }
    const client = makeClient({ server: "http://server.test", ...login, journal, fetch })
    assert.strictEqual(kindOf(await client.tryPay(order, target)), "JournalFailed")
    assert.strictEqual(calls, 0)
  })

  it.each([
    ["fails", () => Effect.fail(new AttemptJournal.JournalFailed({ detail: "disk full" }))],
    ["dies", () => Effect.die(new Error("a bug of the journal"))],
    [
      "throws",
      () => {
        throw new Error("a bug of the journal")
      }
    ]
  ])("keeps the outcome when its writing down %s", async (_, end) => {
    const { open, attempts } = AttemptJournal.memory()
    const journal = { open, attempts, end }
    const client = makeClient({ server: "http://server.test", ...login, journal, fetch: answering(200, success) })
    assert.strictEqual(kindOf(await client.tryPay(order, target)), "Approved")
  })

  it("ends an attempt as not started that a slow journal opens after the wait", async () => {
    const memory = AttemptJournal.memory()
    const slow = Promise.withResolvers<void>()
    const journal = {
      ...memory,
      open: (opening: AttemptJournal.Opening) =>
        Effect.andThen(
          Effect.promise(() => slow.promise),
          memory.open(opening)
        )
    }
    const client = makeClient({ server: "http://server.test", ...login, journal, fetch: () => assert.fail("was sent") })
    assert.strictEqual(kindOf(await client.tryPay(order, target, { deadline: "5 millis" })), "TimedOut")
    slow.resolve()
    await new Promise((resolve) => setImmediate(resolve))
    const attempts = await Effect.runPromise(memory.attempts)
    assert.deepStrictEqual(
      attempts.map(({ state }) => state),
      ["not-started"]
    )
  })

  it("records a payment as unknown that was aborted after sending", async () => {
    const abort = new AbortController()
    const { client } = make([() => new Promise<Response>(() => {})])
    const onProgress = (progress: string) => {
      if (progress === "sent") queueMicrotask(() => abort.abort())
    }
    const result = await client.tryPay(order, target, { signal: abort.signal, onProgress })
    assert.strictEqual(kindOf(result), "Aborted")
    assert.deepStrictEqual(
      (await client.unsettled()).map(({ state }) => state),
      ["unknown"]
    )
  })

  it("refuses to resolve a payment that is still under way", async () => {
    let answer: (response: Response) => void = () => {}
    const { client } = make([
      () =>
        new Promise<Response>((resolve) => {
          answer = resolve
        })
    ])
    let sent: () => void
    const asked = new Promise<void>((resolve) => {
      sent = resolve
    })
    const paying = client.tryPay(order, target, { onProgress: () => queueMicrotask(() => sent()) })
    await asked
    const [attempt] = await client.unsettled()
    const refusal = await client
      .resolve(attempt?.id ?? "", { outcome: "declined", by: "Ada", evidence: "impatience" })
      .then(
        () => undefined,
        (error: unknown) => error
      )
    assert.instanceOf(refusal, StillUnderWay)
    answer(new Response(JSON.stringify(success)))
    assert.strictEqual(kindOf(await paying), "Approved")
  })

  it("asks one terminal for one payment at a time", async () => {
    let under = 0
    let most = 0
    const fetch = async () => {
      most = Math.max(most, ++under)
      await Promise.resolve()
      under--
      return new Response(JSON.stringify(success))
    }
    const client = makeClient({ server: "http://server.test", ...login, fetch })
    await Promise.all(["A", "B", "C"].map((orderId) => client.pay({ orderId, amount }, target)))
    assert.strictEqual(most, 1)
  })
})
