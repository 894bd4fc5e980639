import * as net from "node:net"
import { assert, describe, it } from "@effect/vitest"
import * as ConcertSession from "@hipay-pos/concert-codec/ConcertSession"
import { TcpConnection } from "@hipay-pos/concert-codec/node"
import * as Effect from "effect/Effect"
import { approved, head } from "../session/payment.ts"

/** A terminal on a free port of the loopback. */
const listen = (serve: (socket: net.Socket, received: Array<string>) => void) =>
  Effect.acquireRelease(
    Effect.callback<{ readonly port: number; readonly received: Array<string>; readonly server: net.Server }>(
      (resume) => {
        const received: Array<string> = []
        const server = net.createServer({ allowHalfOpen: true }, (socket) => {
          socket.on("error", () => {})
          serve(socket, received)
        })
        server.listen(0, "127.0.0.1", () => {
          const address = server.address()
          if (typeof address === "object" && address !== null) {
            resume(Effect.succeed({ port: address.port, received, server }))
          }
        })
      }
    ),
    ({ server }) =>
      Effect.callback<void>((resume) => {
        server.close(() => resume(Effect.void))
      })
  )

const exchange = (
  port: number,
  host = "127.0.0.1",
  settings: Partial<ConcertSession.Settings> = {},
  onEvent: ConcertSession.Exchange["onEvent"] = () => {}
) =>
  ConcertSession.exchange({
    connector: TcpConnection.connector,
    address: { host, port },
    request: {
      version: "0320",
      protocolIdentifier: "012345678901",
      register: "01",
      amount: 1245,
      action: "debit",
      currency: "EUR"
    },
    settings,
    onEvent
  })

describe("TcpConnection", () => {
  it.live("sends the request in one segment and receives the answer", () =>
    Effect.gen(function* () {
      const { port, received } = yield* listen((socket, received) =>
        socket.on("data", (chunk) => {
          received.push(chunk.toString("latin1"))
          socket.end(approved)
        })
      )
      const answer = yield* exchange(port)
      assert.strictEqual(answer.response.authorizationNumber, "983628")
      assert.deepStrictEqual(received, [head])
    })
  )

  it.live("receives an answer byte by byte", () =>
    Effect.gen(function* () {
      const { port } = yield* listen((socket) => {
        socket.setNoDelay(true)
        socket.once("data", () => {
          const bytes = [...approved]
          const next = () => {
            const byte = bytes.shift()
            if (byte === undefined) socket.end()
            else socket.write(byte, () => setImmediate(next))
          }
          next()
        })
      })
      assert.strictEqual((yield* exchange(port)).frame, approved)
    })
  )

  it.live("loses nothing that arrives before a listener is set", () =>
    Effect.gen(function* () {
      const { port } = yield* listen((socket) => socket.end(approved))
      const connection = yield* TcpConnection.connector.connect({ host: "127.0.0.1", port })
      // Both ends share one event loop: the answer is here some turns after the connection.
      for (let turn = 0; turn < 20; turn++) {
        yield* Effect.callback<void>((resume) => void setImmediate(() => resume(Effect.void)))
      }
      const received: Array<string> = []
      const end = yield* Effect.callback<string>((resume) =>
        connection.receive({
          onData: (text) => received.push(text),
          onEnd: (how) => resume(Effect.succeed(how))
        })
      )
      connection.close()
      assert.deepStrictEqual([received.join(""), end], [approved, "closed"])
    })
  )

  it.live("does not take data sent before the request for an answer", () =>
    Effect.gen(function* () {
      const { port, received } = yield* listen((socket, received) => {
        socket.on("data", (chunk) => received.push(chunk.toString("latin1")))
        socket.on("end", () => socket.end())
        socket.write(approved)
      })
      assert.deepInclude(yield* Effect.flip(exchange(port)), {
        _tag: "TerminalNotStarted",
        detail: `127.0.0.1:${port} sent an answer before it was asked, perhaps to an earlier request: check at the terminal that its last payment was not for this order, then try again`
      })
      assert.deepStrictEqual(received, [])
    })
  )

  it.live("never closes its sending side before the answer", () =>
    Effect.gen(function* () {
      const events: Array<string> = []
      const { port } = yield* listen((socket) => {
        socket.on("end", () => {
          events.push("end")
          socket.end()
        })
        // Both ends share one event loop: a half-close would be here some turns after the request.
        const answerAfter = (turns: number): void => {
          if (turns > 0) return void setImmediate(answerAfter, turns - 1)
          events.push("answer")
          socket.write(approved)
        }
        socket.once("data", () => answerAfter(20))
      })
      yield* exchange(port, "127.0.0.1", { drainWindow: "20 millis" })
      assert.strictEqual(events[0], "answer")
    })
  )

  it.live("ends a connection before it begins the next one", () =>
    Effect.gen(function* () {
      const events: Array<string> = []
      const { port } = yield* listen((socket) => {
        const number = events.filter((event) => event.startsWith("begin")).length + 1
        events.push(`begin ${number}`)
        socket.once("data", () => socket.write(approved))
        socket.once("end", () => {
          events.push(`end ${number}`)
          socket.end()
        })
      })
      const settings = { drainWindow: "1 millis", ticketWindow: "1 millis" } as const
      yield* Effect.all([exchange(port, "127.0.0.1", settings), exchange(port, "127.0.0.1", settings)], {
        concurrency: "unbounded"
      })
      assert.deepStrictEqual(events.slice(0, 3), ["begin 1", "end 1", "begin 2"])
    })
  )

  it.live("distinguishes a FIN without a byte from a reset", () =>
    Effect.gen(function* () {
      const closing = yield* listen((socket) => socket.once("data", () => socket.end()))
      assert.deepInclude(yield* Effect.flip(exchange(closing.port)), {
        kind: "CutLine",
        detail: "the terminal ended the connection without an answer"
      })
      const resetting = yield* listen((socket) => socket.once("data", () => socket.resetAndDestroy()))
      assert.deepInclude(yield* Effect.flip(exchange(resetting.port)), {
        kind: "CutLine",
        detail: "the connection broke without an answer"
      })
    })
  )

  it.live.each<readonly [string, (socket: net.Socket) => void, string]>([
    ["an answer", (socket) => socket.end(approved), "Answered"],
    ["a part of an answer", (socket) => socket.end(head), "Unknown"],
    ["a reset", (socket) => socket.resetAndDestroy(), "Unknown"]
  ])("has told that it is closed by the time that the caller goes on: %s", ([, reply, outcome]) =>
    Effect.gen(function* () {
      const { port } = yield* listen((socket) => socket.once("data", () => reply(socket)))
      const told: Array<string> = []
      const settings = { drainWindow: "1 millis", ticketWindow: "1 millis" } as const
      const paid = exchange(port, "127.0.0.1", settings, ({ _tag }) => told.push(_tag))
      yield* Effect.ensuring(
        Effect.exit(paid),
        Effect.sync(() => told.push("the caller goes on"))
      )
      assert.deepStrictEqual(told.slice(-3), [outcome, "Closed", "the caller goes on"])
    })
  )

  it.live.each(["192.168.1.020", "127.000.000.001", "127.1", "0x7f.0.0.1", "2130706433"])(
    "does not dial numbers that the system reads as another address: %s",
    (host) =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(exchange(8888, host))
        assert.deepInclude(error, {
          _tag: "TerminalNotStarted",
          kind: "HostUnknown",
          detail: `${host} is not an IP address: write four numbers without leading zeros, such as 192.168.1.20`
        })
      })
  )

  it.live("distinguishes a port without a listener from a name that does not resolve", () =>
    Effect.gen(function* () {
      const { port, server } = yield* listen(() => {})
      yield* Effect.callback<void>((resume) => {
        server.close(() => resume(Effect.void))
      })
      assert.deepInclude(yield* Effect.flip(exchange(port)), { _tag: "TerminalNotStarted", kind: "ConnectionRefused" })
      assert.deepInclude(yield* Effect.flip(exchange(port, "terminal.invalid")), {
        _tag: "TerminalNotStarted",
        kind: "HostUnknown"
      })
    })
  )

  it.live("resolves a name once, IPv4 first", () =>
    Effect.gen(function* () {
      const { port } = yield* listen((socket) => socket.once("data", () => socket.end(approved)))
      assert.strictEqual((yield* exchange(port, "localhost")).response.status, "done")
      assert.deepStrictEqual(yield* TcpConnection.connector.resolve?.({ host: "::1", port }) ?? Effect.void, {
        host: "::1",
        port
      })
    })
  )

  it.live("keeps one exchange at a time per terminal, whatever name it was called by", () =>
    Effect.gen(function* () {
      let open = 0
      let most = 0
      const { port } = yield* listen((socket) => {
        most = Math.max(most, ++open)
        socket.once("data", () => {
          open--
          socket.end(approved)
        })
      })
      yield* Effect.all([exchange(port), exchange(port, "localhost"), exchange(port)], { concurrency: 3 })
      assert.strictEqual(most, 1)
    })
  )
})
