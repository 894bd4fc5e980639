/** An order over HTTP and a terminal over TCP, with real sockets on both sides. */
import type { Socket } from "node:net"
import { Receipt } from "@hipay-pos/core"
import type { Listener } from "@hipay-pos/server-mock"
import { type StartServerOptions, startServer } from "@hipay-pos/server-mock/node"
import { Cardholder, Fault, type TerminalSimulator, Verify } from "@hipay-pos/terminal-simulator"
import { startTerminal } from "@hipay-pos/terminal-simulator/node"
import * as Result from "effect/Result"
import { assert, describe, it } from "vitest"
import { listenTcp } from "./listen.ts"
import { orderFor } from "./order.ts"

const authorization = `Basic ${btoa("merchant:secret")}`

const order = (port: number, orderId = "ORDER_1") => orderFor(orderId, { host: "127.0.0.1", port })

/** All fields that an answer in these tests can have. */
interface Body {
  readonly paymentStatus?: string
  readonly receipt: string
  readonly error: {
    readonly code?: string
    readonly errorCode?: string
    readonly details: { readonly attempt?: string; readonly recorded?: unknown }
  }
  readonly order: Readonly<Record<string, unknown>>
}

const post = async (url: string, body: object) => {
  const response = await fetch(`${url}/v1/connector/order`, {
    method: "POST",
    headers: { authorization, "content-type": "application/json" },
    body: JSON.stringify(body)
  })
  return { status: response.status, headers: response.headers, body: (await response.json()) as Body }
}

const attemptsOf = async (url: string) => {
  const response = await fetch(`${url}/attempts`, { headers: { authorization } })
  const { attempts } = (await response.json()) as { attempts: ReadonlyArray<{ id: string; state: string }> }
  return attempts
}

/** A terminal and a mock attached to it. */
const start = async (terminalOptions: TerminalSimulator.Options = {}, serverOptions: StartServerOptions = {}) => {
  const terminal = await startTerminal({ port: 0, ...terminalOptions })
  const server = await startServer({ port: 0, attach: [`127.0.0.1:${terminal.port}`], ...serverOptions })
  return {
    terminal,
    server,
    [Symbol.asyncDispose]: async () => {
      await server.close()
      await terminal.close()
    }
  }
}

const fault = (text: string) => Result.getOrThrow(Fault.fromText(text))

describe("an order that reaches a terminal over TCP", () => {
  it("comes back paid, with a receipt, and the terminal has charged it once", async () => {
    await using shop = await start()
    const { status, headers, body } = await post(shop.server.url, order(shop.terminal.port))
    assert.strictEqual(status, 200)
    assert.strictEqual(headers.get("x-hipay-pos-mode"), "simulated")
    assert.strictEqual(body.paymentStatus, "Success")
    assert.deepInclude(body.order, { order_id: "ORDER_1", transaction_type: "Debit", description: "POS payment" })
    assert.deepStrictEqual(body.order.price, { amount: 1245, currency: "EUR" })
    assert.include(Receipt.decodeBase64(body.receipt), "12,45 EUR")
    Verify.chargedOnce(shop.terminal.simulator, 1245)
    Verify.receivedInOrder(shop.terminal.simulator, [
      { CZ: "0320", CB: "1245", CD: "0", CE: "978", CF: "ORDER_1", CK: "100" }
    ])
  })

  it("keeps its attempt with both frames, card number masked", async () => {
    await using shop = await start()
    await post(shop.server.url, order(shop.terminal.port))
    const [attempt] = await attemptsOf(shop.server.url)
    const response = await fetch(`${shop.server.url}/attempts/${attempt?.id}`, { headers: { authorization } })
    const { state, frames } = (await response.json()) as {
      state: string
      frames: { request: string; response: string }
    }
    assert.strictEqual(state, "approved")
    assert.include(frames.request, "CB0041245")
    assert.match(frames.response, /AA016\d{6}#{6}\d{4}/)
  })

  it("is a failure of the payment, not of the request, when the card is refused", async () => {
    await using shop = await start({
      cardholder: Cardholder.scripted([Cardholder.fromWord("refused") ?? Cardholder.walksAway])
    })
    const { status, body } = await post(shop.server.url, order(shop.terminal.port))
    assert.strictEqual(status, 200)
    assert.strictEqual(body.paymentStatus, "Failure")
    assert.strictEqual(body.error.errorCode, "1006")
    Verify.chargedNothing(shop.terminal.simulator)
  })

  it("was never started when nothing listens there", async () => {
    await using shop = await start()
    await shop.terminal.close()
    const { status, body } = await post(shop.server.url, order(shop.terminal.port))
    assert.strictEqual(status, 400)
    assert.strictEqual(body.error.code, "unavailable.terminal.bad.request")
    assert.deepStrictEqual(
      (await attemptsOf(shop.server.url)).map(({ state }) => state),
      ["not-started"]
    )
  })

  it("is unknown when the answer is lost, says so, and is not sent again", async () => {
    await using shop = await start({ faults: [fault("answer-lost")] }, { answerTimeout: 200 })
    const first = await post(shop.server.url, order(shop.terminal.port))
    assert.strictEqual(first.status, 504)
    assert.strictEqual(first.body.error.code, "outcome.unknown")
    assert.notProperty(first.body, "paymentStatus")
    const [attempt] = await attemptsOf(shop.server.url)
    assert.strictEqual(attempt?.state, "unknown")
    assert.strictEqual(first.body.error.details.attempt, `/attempts/${attempt?.id}`)

    const again = await post(shop.server.url, order(shop.terminal.port))
    assert.strictEqual(again.status, 409)
    assert.strictEqual(again.body.error.code, "attempt.unresolved")
    Verify.chargedOnce(shop.terminal.simulator, 1245)
  })

  it("is refused the second time, with the first answer, once it was paid", async () => {
    await using shop = await start()
    const first = await post(shop.server.url, order(shop.terminal.port))
    const again = await post(shop.server.url, order(shop.terminal.port))
    assert.strictEqual(again.status, 409)
    assert.strictEqual(again.body.error.code, "attempt.already.approved")
    assert.deepStrictEqual(again.body.error.details.recorded, first.body)
    Verify.chargedOnce(shop.terminal.simulator, 1245)
  })

  it("is paid although the till hangs up", async () => {
    await using silent = await makeSilentTerminal()
    const told: Array<string> = []
    const listener: Listener = (event) => told.push(event._tag === "Terminal" ? event.event._tag : event._tag)
    await using server = await startServer({ port: 0, attach: [`127.0.0.1:${silent.port}`], listener })
    const hangUp = new AbortController()
    const call = fetch(`${server.url}/v1/connector/order`, {
      method: "POST",
      headers: { authorization, "content-type": "application/json" },
      body: JSON.stringify(order(silent.port)),
      signal: hangUp.signal
    })
    const socket = await silent.asked
    hangUp.abort()
    await call.catch(() => {})
    socket.end("CZ0040320CA00201CB0041245CD0010CE003978AE00210")
    await server.close()
    assert.includeMembers(told, ["RequestSent", "Answered"])
  })

  it("is answered although the server is asked to stop meanwhile", async () => {
    await using silent = await makeSilentTerminal()
    await using server = await startServer({ port: 0, attach: [`127.0.0.1:${silent.port}`] })
    const call = post(server.url, order(silent.port))
    const socket = await silent.asked
    const closed = server.close()
    socket.end("CZ0040320CA00201CB0041245CD0010CE003978AE00210")
    assert.strictEqual((await call).body.paymentStatus, "Success")
    await closed
  })

  it("is one payment when it is sent twice at once", async () => {
    await using shop = await start()
    const [one, two] = await Promise.all([1, 2].map(() => post(shop.server.url, order(shop.terminal.port))))
    assert.deepStrictEqual(one?.body, two?.body)
    Verify.chargedOnce(shop.terminal.simulator, 1245)
  })
})

describe("an order for a host that was not attached", () => {
  it("is simulated and opens no connection", async () => {
    await using stranger = await makeSilentTerminal()
    await using server = await startServer({ port: 0 })
    const { body } = await post(server.url, order(stranger.port))
    assert.strictEqual(body.paymentStatus, "Success")
    assert.isFalse(stranger.heard())
  })
})

/** A port that accepts a connection and never speaks first. */
const makeSilentTerminal = async () => {
  let heard = false
  const asked = Promise.withResolvers<Socket>()
  const server = await listenTcp((socket) => {
    socket.once("data", () => {
      heard = true
      asked.resolve(socket)
    })
  })
  return { ...server, asked: asked.promise, heard: () => heard }
}
