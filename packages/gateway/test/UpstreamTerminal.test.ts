import { once } from "node:events"
import { type AddressInfo, createServer, type Socket } from "node:net"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import type { Exchange } from "@hipay-pos/client/response"
import * as Money from "@hipay-pos/core/Money"
import type { OrderRequest } from "@hipay-pos/core/Order"
import type { PaymentEvent } from "@hipay-pos/server"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Result from "effect/Result"
import * as TestClock from "effect/testing/TestClock"
import { upstreamConnections } from "../src/node/upstreamConnections.ts"
import * as RelayedTerminals from "../src/relay/RelayedTerminals.ts"
import * as Upstream from "../src/relay/Upstream.ts"
import { type Connection, connect, perform, type UpstreamTerminalOptions } from "../src/relay/UpstreamTerminal.ts"

const request = {
  order: { orderId: "FENCE_1", transactionType: "Debit", amount: Result.getOrThrow(Money.make(1245, "EUR")) },
  target: { _tag: "Unnamed" }
} as unknown as OrderRequest

/** A service that keeps what it is sent, and answers nothing. */
const server = createServer()
beforeAll(async () => {
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
})
afterAll(() => {
  server.close()
})

const order = { request, text: '{"order":{}}', contentType: "application/json", authorization: "Basic eDp5" }

const makeOptions = (): UpstreamTerminalOptions => {
  const { port } = server.address() as AddressInfo
  const upstream = Result.getOrThrow(Upstream.parse(`http://127.0.0.1:${port}`))
  return {
    upstream,
    open: upstreamConnections(upstream).open,
    answerTimeout: "10 seconds",
    lateAnswer: "1 second",
    isPassedThrough: false,
    userAgent: "test"
  }
}

const performAt = (mayDial: () => boolean, onEvent: (event: PaymentEvent) => void = () => {}) => {
  const options = makeOptions()
  return perform(options, order, connect(options, order), onEvent, mayDial)
}

/** How the terminals behind the service answer an order. */
const choose = () =>
  RelayedTerminals.make({
    ...makeOptions(),
    store: {
      ended: () => Effect.succeed(undefined),
      get: () => Effect.succeed(undefined),
      list: () => Effect.succeed([]),
      standing: () => Effect.succeed(undefined)
    },
    authorizationOf: () => order.authorization
  }).choose(request, "till", { text: order.text, contentType: order.contentType })

/** Everything received on the next connection until it ends. */
const nextConnection = async (): Promise<string> => {
  const [socket] = (await once(server, "connection")) as [Socket]
  let text = ""
  socket.on("data", (chunk) => {
    text += chunk
    socket.destroy()
  })
  await once(socket, "close")
  return text
}

describe("an order for a service", () => {
  it.effect("is not sent if the lease was lost while the connection was made, and says so", () =>
    Effect.gen(function* () {
      const came = nextConnection()
      const { reason } = yield* Effect.flip(performAt(() => false))
      assert.deepInclude(reason, {
        _tag: "TerminalNotStarted",
        kind: "StoreFailed",
        detail: "the other gateways counted this one as gone before it could send the payment"
      })
      assert.strictEqual(yield* Effect.promise(() => came), "")
    })
  )

  it.effect("is sent if the lease is held, which is checked once", () =>
    Effect.gen(function* () {
      const came = nextConnection()
      let asked = 0
      const { reason } = yield* Effect.flip(performAt(() => ++asked === 1))
      assert.deepInclude(reason, { _tag: "TerminalOutcomeUnknown", kind: "CutLine" })
      assert.include(yield* Effect.promise(() => came), "POST /v1/connector/order HTTP/1.1")
      assert.strictEqual(asked, 1)
    })
  )

  it.effect("is not sent if the service sends something first, or has closed the connection", () =>
    Effect.gen(function* () {
      for (const said of ["HTTP/1.1 400 Bad Request\r\ncontent-length: 2\r\n\r\n{}", ""]) {
        const connected = once(server, "connection")
        const options = makeOptions()
        const connection = connect(options, order)
        const [socket] = (yield* Effect.promise(() => connected)) as [Socket]
        socket.end(said)
        yield* Effect.promise(() => once(socket.resume(), "close"))
        const failed = yield* Effect.flip(
          perform(
            options,
            order,
            connection,
            () => {},
            () => true
          )
        )
        assert.deepInclude(failed.reason, { _tag: "TerminalNotStarted", kind: "Unreachable" })
      }
    })
  )

  it.effect("is not started if no connection was made within the answer timeout, and is not written after that", () =>
    Effect.gen(function* () {
      const options = makeOptions()
      const told: Array<string> = []
      const sending: Array<{ readonly mayWrite: () => boolean; readonly signal: AbortSignal }> = []
      const connection: Connection = {
        send: (_, mayWrite, signal) => {
          sending.push({ mayWrite, signal })
          return new Promise(() => {})
        },
        close: () => {}
      }
      const performed = yield* Effect.forkChild(
        Effect.flip(
          perform(
            options,
            order,
            connection,
            ({ _tag }) => told.push(_tag),
            () => true
          )
        ),
        { startImmediately: true }
      )
      yield* TestClock.adjust("10 seconds")
      const { reason } = yield* Fiber.join(performed)
      assert.deepInclude(reason, {
        _tag: "TerminalNotStarted",
        kind: "Unreachable",
        detail: "no connection within 10s, the time for an answer"
      })
      const [{ mayWrite, signal } = assert.fail("nothing was to be sent")] = sending
      assert.deepStrictEqual([mayWrite(), signal.aborted, told], [false, true, ["UpstreamAsked"]])
    })
  )

  it.effect("is no longer waited for once its late answer came, even if a bug keeps that from being read", () =>
    Effect.gen(function* () {
      const { promise: answer, resolve } = Promise.withResolvers<Exchange>()
      const closed = Promise.withResolvers<void>()
      const options = { ...makeOptions(), onAnswer: () => assert.fail("a bug") }
      const told: Array<string> = []
      const onEvent = ({ _tag }: PaymentEvent) => {
        told.push(_tag)
        if (_tag === "Closed") closed.resolve()
      }
      const connection = {
        send: (_: unknown, mayWrite: () => boolean) => {
          mayWrite()
          return answer
        },
        close: () => {}
      }
      const performed = yield* Effect.forkChild(Effect.flip(perform(options, order, connection, onEvent, () => true)), {
        startImmediately: true
      })
      yield* TestClock.adjust("10 seconds")
      yield* Fiber.join(performed)
      resolve({ _tag: "Received", status: 200, headers: new Headers() })
      yield* Effect.promise(() => closed.promise)
      assert.deepStrictEqual(told, ["UpstreamAsked", "Unknown", "Closed"])
    })
  )

  it.effect("has its connection made while its attempt is written, and nothing is sent over it before", () =>
    Effect.gen(function* () {
      const chosen = yield* choose()
      const came = nextConnection()
      const release = chosen.prepare?.()
      let connections = 0
      const count = () => void connections++
      server.on("connection", count)
      yield* Effect.promise(() => new Promise<void>((resolve) => server.once("connection", () => resolve())))
      const { reason } = yield* Effect.flip(
        chosen.perform(
          {} as never,
          () => {},
          "a1",
          () => true
        )
      )
      release?.()
      server.off("connection", count)
      assert.strictEqual(reason._tag, "TerminalOutcomeUnknown")
      assert.include(yield* Effect.promise(() => came), "POST /v1/connector/order HTTP/1.1")
      assert.strictEqual(connections, 1)
    })
  )

  it.effect("leaves no connection behind if it is not sent", () =>
    Effect.gen(function* () {
      const chosen = yield* choose()
      const came = nextConnection()
      const connected = once(server, "connection")
      const release = chosen.prepare?.()
      yield* Effect.promise(() => connected)
      release?.()
      assert.strictEqual(yield* Effect.promise(() => came), "")
    })
  )
})

describe("a service's answer", () => {
  const answered = (
    json: unknown,
    { status = 200, headers = {} }: { status?: number; headers?: Record<string, string> } = {}
  ) => ({
    _tag: "Received" as const,
    status,
    headers: new Headers(headers),
    json
  })
  const paid = (amount: number) => ({ paymentStatus: "Success", order: { price: { amount, currency: "EUR" } } })

  /** What an order of 12.45 EUR comes to if it is answered so. */
  const outcomeOf = (came: Exchange, options: Partial<UpstreamTerminalOptions> = {}) => {
    const connection: Connection = { send: async () => came, close: () => {} }
    const sent = perform(
      { ...makeOptions(), ...options },
      order,
      connection,
      () => {},
      () => true
    )
    return Effect.match(sent, { onSuccess: (outcome) => outcome, onFailure: ({ reason }) => reason })
  }

  it.effect("is kept with what was charged, the tip in it, or what remains", () =>
    Effect.gen(function* () {
      const tipped = yield* outcomeOf(answered(paid(1495), { headers: { "x-hipay-pos-tip": "250" } }))
      assert.deepInclude(tipped, {
        _tag: "Approved",
        amount: Money.of("14.95", "EUR"),
        tip: Money.of("2.50", "EUR")
      })
      assert.deepInclude(yield* outcomeOf(answered(paid(1000))), {
        _tag: "ApprovedInPart",
        paid: Money.of("10.00", "EUR"),
        remaining: Money.of("2.45", "EUR")
      })
      const refused = yield* outcomeOf(answered({ paymentStatus: "Failure", error: { errorCode: "04" } }))
      assert.deepInclude(refused, { _tag: "Declined", reason: "refused", complement: "04" })
    })
  )

  it.effect("is unknown if it is compressed although that was not asked for, with any status", () =>
    Effect.gen(function* () {
      for (const status of [200, 400]) {
        const came = answered(undefined, { status, headers: { "content-encoding": "gzip" } })
        assert.deepInclude(yield* outcomeOf(came), { _tag: "TerminalOutcomeUnknown", kind: "Charset" })
      }
    })
  )

  it.effect.each(["identity", "UTF-8", "none", ""])("is read if it is JSON, with the content encoding %j", (encoding) =>
    Effect.gen(function* () {
      const came = answered(paid(1245), { headers: { "content-encoding": encoding } })
      assert.deepInclude(yield* outcomeOf(came), { _tag: "Approved" })
    })
  )

  it.effect.each([401, 403])("with %i says whose login was refused, and reports it", (status) =>
    Effect.gen(function* () {
      const refused: Array<string> = []
      const came = answered({ error: { code: "access.denied", message: "no" } }, { status })
      const report = { onLoginRefused: (login: string) => void refused.push(login) }
      const own = yield* outcomeOf(came, report)
      assert.deepInclude(own, { _tag: "TerminalNotStarted", kind: "LoginRefused" })
      const ofTill = yield* outcomeOf(came, { ...report, isPassedThrough: true })
      assert.deepInclude(ofTill, { _tag: "TerminalNotStarted", kind: "Rejected" })
      assert.deepStrictEqual(refused, [order.authorization, order.authorization])
    })
  )

  it.effect.each(["transaction.type.not.allowed", "unknown.terminal.bad.request"])(
    "with 403 and the code %s blames the order, not the relay's login",
    (code) =>
      Effect.gen(function* () {
        const came = answered({ error: { code, message: "no" } }, { status: 403 })
        assert.deepInclude(yield* outcomeOf(came), { _tag: "TerminalNotStarted", kind: "Rejected" })
      })
  )

  it.effect("that does not come is waited for a while longer, and then its connection is given up", () =>
    Effect.gen(function* () {
      let given: AbortSignal | undefined
      const connection: Connection = {
        send: (_, mayWrite, signal) => {
          mayWrite()
          given = signal
          return new Promise((resolve) => {
            signal.addEventListener("abort", () => resolve({ _tag: "Broken", detail: "aborted" }))
          })
        },
        close: () => {}
      }
      const events: Array<PaymentEvent["_tag"]> = []
      const closed = Promise.withResolvers<void>()
      const onEvent = ({ _tag }: PaymentEvent) => {
        events.push(_tag)
        if (_tag === "Closed") closed.resolve()
      }
      const sent = perform(makeOptions(), order, connection, onEvent, () => true)
      const paying = yield* Effect.forkChild(Effect.flip(sent))
      yield* TestClock.adjust("10 seconds")
      assert.deepInclude((yield* Fiber.join(paying)).reason, { kind: "SilentAfterSend" })
      assert.isFalse(given?.aborted)
      yield* TestClock.adjust("1 second")
      yield* Effect.promise(() => closed.promise)
      assert.isTrue(given?.aborted)
      assert.deepStrictEqual(events, ["UpstreamAsked", "Unknown", "LateAnswer", "Closed"])
    })
  )
})
