/**
 * While logins are guessed, an order with the right login is paid at once. Until a terminal is asked for money, a right login
 * and a wrong one get the same answers and cause the same work.
 */
import { connect } from "node:net"
import type { PaymentOutcome } from "@hipay-pos/core/Payment"
import type { TerminalError } from "@hipay-pos/core/Terminal"
import * as Effect from "effect/Effect"
import { assert, describe, it } from "vitest"
import { makeLoginThrottle } from "../../src/node/loginThrottle.ts"
import { serve } from "../../src/node/serve.ts"
import { approved, declined, notStarted, unknown } from "../attempts/attempts.ts"
import { order } from "../order.ts"
import { dialled, gatewayOver, ORDER } from "../server.ts"

const ADDRESS = "192.0.2.1"

/** A server with terminals that answer at once, approving by default, where every guess waits until it is released. */
const setUp = (ending: Effect.Effect<PaymentOutcome, TerminalError> = Effect.sync(approved)) => {
  const waiting: Array<() => void> = []
  let wake = () => {}
  /** Resolves once this many callers wait. */
  const held = async (count: number) => {
    while (waiting.length < count) {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }
  const known = new Set<object>()
  const loginThrottle = makeLoginThrottle({
    free: 0,
    sleep: () =>
      new Promise((resolve) => {
        waiting.push(resolve)
        wake()
      })
  })
  const onLogin = (connection: object) => void known.add(connection)
  const app = gatewayOver({ terminals: dialled(() => ending) }, { onLogin, loginThrottle })
  const send = async (
    body: object | ReadableStream<Uint8Array>,
    password = "secret",
    headers: Record<string, string> = {}
  ) => {
    const socket = { remoteAddress: ADDRESS, destroy: () => {} }
    const sent = body instanceof ReadableStream ? { body, duplex: "half" as const } : { body: JSON.stringify(body) }
    const length = typeof sent.body === "string" ? { "content-length": String(Buffer.byteLength(sent.body)) } : {}
    const login = { authorization: `Basic ${btoa(`till:${password}`)}`, "content-type": "application/json" }
    const all = { ...login, ...length, ...headers }
    const incoming = { headers: all, rawHeaders: [], socket }
    const init = { method: "POST", headers: all, ...sent }
    return (await app.request(ORDER, init, { incoming })).status
  }
  /** Statuses in order of arrival. */
  const statuses: Array<number> = []
  const told = (answer: Promise<number>) => answer.then((status) => void statuses.push(status))
  const release = () => {
    for (const go of waiting.splice(0)) go()
  }
  const listen = () =>
    serve({
      fetch: app.fetch,
      host: "127.0.0.1",
      port: 0,
      longestAnswer: 0,
      unreadable: () => {},
      closing: release,
      dispose: async () => {}
    })
  return { send, told, statuses, known, waiting, held, release, listen }
}

/** Sends bytes on a new connection. */
const dial = (port: number, bytes: string) => {
  const socket = connect(port, "127.0.0.1", () => socket.write(bytes))
  let received = ""
  const status = new Promise<string | undefined>((resolve) => {
    socket.on("data", (chunk) => {
      received += chunk.toString("latin1")
      resolve(received.slice(9, 12))
    })
    socket.on("error", () => {})
    socket.on("close", () => resolve(undefined))
  })
  return { status, received: () => received, close: () => socket.destroy() }
}

const headOf = (password: string) =>
  `POST /v1/connector/order HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Basic ${btoa(`till:${password}`)}\r\nContent-Type: application/json\r\n`

const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`

/** Some round trips to a server: by then it has read what was sent before them. */
const roundTrips = async (port: number) => {
  for (let count = 0; count < 50; count++) {
    const { status, close } = dial(port, "GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    assert.strictEqual(await status, "200")
    close()
  }
}

const paying = (orderId: string) => order({ order: { order_id: orderId } })

describe("an order with the right login, where 24 wrong ones of its address and its name are held back", () => {
  it("is paid on a new connection without waiting", async () => {
    const { send, told, statuses, known, release } = setUp()
    const guesses = Array.from({ length: 24 }, (_, index) => told(send(paying(`GUESS-${index}`), `guess-${index}`)))
    assert.strictEqual(await send(paying("A")), 200)
    assert.strictEqual(await send(paying("B")), 200)
    assert.lengthOf(known, 2)
    assert.deepStrictEqual(statuses, [])
    release()
    await Promise.all(guesses)
    assert.deepStrictEqual(new Set(statuses), new Set([401]))
  })

  it("is answered as late as a wrong one unless it is paid: silence does not tell which is which", async () => {
    const { send, told, statuses, waiting, release } = setUp()
    const answers = [
      told(send({}, "guess")),
      told(send({})),
      told(send({})),
      told(send(paying("LATER"), "secret", { prefer: "respond-async" }))
    ]
    assert.strictEqual(await send(paying("A")), 200)
    assert.lengthOf(waiting, 5)
    assert.deepStrictEqual(statuses, [])
    release()
    await Promise.all(answers)
    assert.deepStrictEqual(statuses.sort(), [202, 400, 400, 401])
  })

  it("is answered without waiting if a terminal was asked for money, whatever came of it", async () => {
    assert.strictEqual(await setUp(Effect.succeed(declined)).send(paying("A")), 200)
    assert.strictEqual(await setUp(Effect.fail(unknown)).send(paying("A")), 504)
  })

  it("waits if its terminal was not asked, or was asked by the order that it repeats", async () => {
    const unasked = setUp(Effect.fail(notStarted))
    const refused = unasked.told(unasked.send(paying("A")))
    const { send, told, statuses, held, release } = setUp()
    const keyed = (body: object) => send(body, "secret", { "idempotency-key": "K" })
    assert.strictEqual(await keyed(paying("A")), 200)
    const repeated = [told(keyed(paying("A"))), told(send(paying("A")))]
    await Promise.all([held(3), unasked.held(1)])
    await new Promise<void>((resolve) => setImmediate(resolve))
    assert.deepStrictEqual([statuses, unasked.statuses], [[], []])
    release()
    unasked.release()
    await Promise.all([refused, ...repeated])
    assert.deepStrictEqual([statuses.sort(), unasked.statuses], [[200, 409], [400]])
  })
})

describe("a login that is held back", () => {
  it("is checked before the wait is over only for a small order that could be paid", async () => {
    const { send, told, statuses, known, held, release } = setUp()
    const large = order({ order: { order_id: "LARGE", custom_data: { note: "4:".repeat(10_000) } } })
    const answers = [told(send({})), told(send(large))]
    await held(2)
    assert.strictEqual(await send(paying("SMALL")), 200)
    assert.lengthOf(known, 1)
    assert.deepStrictEqual(statuses, [])
    release()
    await Promise.all(answers)
    assert.deepStrictEqual(statuses.sort(), [200, 400])
    assert.lengthOf(known, 3)
  })

  it("has its order read to the same point, right or wrong", async () => {
    const { send, told, held, release } = setUp()
    const pulled = { secret: 0, guess: 0 }
    const bodyFor = (password: keyof typeof pulled) =>
      new ReadableStream<Uint8Array>({
        pull: (controller) => {
          if (++pulled[password] > 100) controller.close()
          else controller.enqueue(new Uint8Array(1_024).fill(0x20))
        }
      })
    const answers = (["secret", "guess"] as const).map((password) => told(send(bodyFor(password), password)))
    await held(2)
    for (let turn = 0; turn < 100; turn++) await new Promise<void>((resolve) => setImmediate(resolve))
    assert.strictEqual(pulled.secret, pulled.guess)
    release()
    await Promise.all(answers)
    assert.isAbove(pulled.secret, pulled.guess)
  })

  it("does not show by a body that breaks off: the connection behaves alike", async () => {
    const { known, held, release, listen } = setUp()
    await using server = await listen()
    const broken = `Transfer-Encoding: chunked\r\n\r\n${chunk(" ".repeat(200_000))}ZZ\r\n`
    const callers = ["secret", "guess"].map((password) => dial(server.port, headOf(password) + broken))
    await held(2)
    await roundTrips(server.port)
    const [right, wrong] = callers.map(({ received }) => received().slice(0, 12))
    assert.strictEqual(right, wrong)
    assert.isEmpty(known)
    release()
    for (const { close } of callers) close()
  })

  it("does not count as shown, so that its connection is closed for others like any, unless a terminal is asked", async () => {
    const { send, told, known, held, release } = setUp()
    assert.strictEqual(await send(paying("A")), 200)
    assert.lengthOf(known, 1)
    const repeated = told(send(paying("A")))
    await held(2)
    for (let turn = 0; turn < 100; turn++) await new Promise<void>((resolve) => setImmediate(resolve))
    assert.lengthOf(known, 1)
    release()
    await repeated
    assert.lengthOf(known, 2)
  })

  it("pays an order that comes in pieces all the same", async () => {
    const { held, release, listen } = setUp()
    await using server = await listen()
    const text = JSON.stringify(paying("PIECES"))
    const pieces = [text.slice(0, 20), text.slice(20), ""].map(chunk).join("")
    const bytes = `Transfer-Encoding: chunked\r\n\r\n${pieces}`
    const guess = dial(server.port, headOf("guess") + bytes)
    const till = dial(server.port, headOf("secret") + bytes)
    await held(2)
    assert.strictEqual(await till.status, "200")
    assert.strictEqual(guess.received(), "")
    release()
    assert.strictEqual(await guess.status, "401")
    till.close()
    guess.close()
  })
})
