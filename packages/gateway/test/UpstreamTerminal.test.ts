import { once } from "node:events"
import { type AddressInfo, createServer, type Socket } from "node:net"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import * as Money from "@hipay-pos/core/Money"
import type { OrderRequest } from "@hipay-pos/core/Order"
import type { PaymentEvent } from "@hipay-pos/server"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { upstreamFetch } from "../src/node/upstreamFetch.ts"
import * as Upstream from "../src/relay/Upstream.ts"
import { perform } from "../src/relay/UpstreamTerminal.ts"

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

const performAt = (mayDial: () => boolean, onEvent: (event: PaymentEvent) => void = () => {}) => {
  const { port } = server.address() as AddressInfo
  const upstream = Result.getOrThrow(Upstream.parse(`http://127.0.0.1:${port}`))
  return perform(
    {
      upstream,
      connect: upstreamFetch(upstream),
      answerDeadline: "10 seconds",
      lateAnswer: "1 second",
      isPassedThrough: false,
      userAgent: "test"
    },
    { request, text: '{"order":{}}', contentType: "application/json", authorization: "Basic eDp5" },
    onEvent,
    mayDial
  )
}

/** All that comes on the next connection, until it ends. */
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
  it.effect("is not sent where the lease was lost while the connection was made, and says so", () =>
    Effect.gen(function* () {
      const came = nextConnection()
      const { reason } = yield* Effect.flip(performAt(() => false))
      assert.deepInclude(reason, {
        _tag: "TerminalNotStarted",
        kind: "Unreachable",
        detail: "this gateway was given up by the others before it could send the payment"
      })
      assert.strictEqual(yield* Effect.promise(() => came), "")
    })
  )

  it.effect("is sent where the lease is held, and asked about once", () =>
    Effect.gen(function* () {
      const came = nextConnection()
      let asked = 0
      const { reason } = yield* Effect.flip(performAt(() => ++asked === 1))
      assert.deepInclude(reason, { _tag: "TerminalOutcomeUnknown", kind: "CutLine" })
      assert.include(yield* Effect.promise(() => came), "POST /v1/connector/order HTTP/1.1")
      assert.strictEqual(asked, 1)
    })
  )
})
