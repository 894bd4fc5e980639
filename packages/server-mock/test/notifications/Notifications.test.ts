import { once } from "node:events"
import { createServer, type IncomingMessage } from "node:http"
import type { AddressInfo } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Queue from "effect/Queue"
import * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import { sendNotification } from "../../src/node/sendNotification.ts"
import * as Notifications from "../../src/notifications/Notifications.ts"
import { sign } from "../../src/notifications/Signature.ts"
import { transaction } from "./transaction.ts"

const URL_OF_SHOP = "http://127.0.0.1:3000/notify"

/** Hashing and sending are promises: they go on in turns of the event loop. */
const turn = Effect.callback<void>((resume) => {
  setTimeout(() => resume(Effect.void), 0)
})

/** Notifications for an address that answers as told: a status each, or an error. */
const setUp = Effect.fnUntraced(function* (
  answers: ReadonlyArray<number | Error>,
  options: Notifications.NotificationsOptions = {}
) {
  const posts = yield* Queue.unbounded<{ readonly url: string; readonly body: string; readonly headers: object }>()
  let count = 0
  const notifications = yield* Notifications.make(
    {
      allowed: ["127.0.0.1:3000"],
      send: async (url, body, headers) => {
        Queue.offerUnsafe(posts, { url, body, headers })
        const answer = answers[count++] ?? 200
        if (answer instanceof Error) throw answer
        return answer
      },
      ...options
    },
    () => 0
  )
  const first = () => notifications.list()[0]
  /** Until so many tries are on record; whatever follows from the last one has then begun. */
  const tried: (times: number) => Effect.Effect<void> = (times) =>
    Effect.suspend(() => ((first()?.tries.length ?? 0) < times ? Effect.andThen(turn, tried(times)) : Effect.void))
  return { notifications, posts, first, tried, sent: () => count }
})

const notified = transaction({ notifyUrl: URL_OF_SHOP })

describe("notifications", () => {
  it.effect("that cannot be signed are recorded as attempts with the reason, and fail", () =>
    Effect.gen(function* () {
      const { notifications, first, tried, sent } = yield* setUp([200], { algorithm: "sha256" as "SHA-256" })
      notifications.notify(notified)
      for (const [index, pause] of Notifications.BACK_OFF.entries()) {
        yield* tried(index + 1)
        yield* TestClock.adjust(pause)
      }
      yield* tried(Notifications.BACK_OFF.length + 1)
      assert.strictEqual(first()?.state, "failed")
      assert.match(first()?.tries[0]?.error ?? "", /^not signed: /)
      assert.strictEqual(sent(), 0)
    })
  )

  it.effect("go to an allowed address at once, signed", () =>
    Effect.gen(function* () {
      const { notifications, posts, first, tried } = yield* setUp([200], { passphrase: "SecretPassphrase" })
      notifications.notify(notified)
      const { url, body, headers } = yield* Queue.take(posts)
      yield* tried(1)
      assert.strictEqual(url, URL_OF_SHOP)
      assert.deepStrictEqual(headers, {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-ALLOPASS-SIGNATURE": yield* Effect.promise(() => sign(body, "SecretPassphrase", "SHA-256"))
      })
      assert.deepInclude(first(), { state: "delivered", tries: [{ at: 0, status: 200 }] })
    })
  )

  it.effect("are retried at growing intervals, and then given up", () =>
    Effect.gen(function* () {
      const { notifications, first, tried, sent } = yield* setUp([500, 301, 404, 503, new Error("ECONNREFUSED")])
      notifications.notify(notified)
      yield* tried(1)
      for (const [index, pause] of Notifications.BACK_OFF.entries()) {
        yield* TestClock.adjust(pause - 1)
        yield* turn
        assert.strictEqual(sent(), index + 1)
        assert.strictEqual(first()?.state, "pending")
        yield* TestClock.adjust(1)
        yield* tried(index + 2)
      }
      assert.strictEqual(first()?.state, "failed")
      assert.deepStrictEqual(
        first()?.tries.map(({ status, error }) => status ?? error),
        [500, 301, 404, 503, "ECONNREFUSED"]
      )
    })
  )

  it.effect("can be resent by hand after they were given up, and are not retried after that", () =>
    Effect.gen(function* () {
      const { notifications, first, tried, sent } = yield* setUp([500, 200])
      notifications.notify(notified)
      yield* tried(1)
      assert.strictEqual((yield* notifications.replay("n1"))?.state, "delivered")
      yield* TestClock.adjust(Notifications.BACK_OFF[0] ?? 0)
      yield* turn
      assert.strictEqual(sent(), 2)
      assert.strictEqual(first()?.state, "delivered")
      assert.isUndefined(yield* notifications.replay("n2"))
    })
  )

  it.effect("stay delivered even if a resend fails", () =>
    Effect.gen(function* () {
      const { notifications, first, tried, sent } = yield* setUp([200, 500])
      notifications.notify(notified)
      yield* tried(1)
      assert.strictEqual((yield* notifications.replay("n1"))?.state, "delivered")
      assert.deepStrictEqual(
        first()?.tries.map(({ status }) => status),
        [200, 500]
      )
      yield* TestClock.adjust(Notifications.BACK_OFF[0] ?? 0)
      yield* turn
      assert.strictEqual(sent(), 2)
    })
  )

  it.effect.each([
    "http://127.0.0.1:3001/notify",
    "http://localhost:3000/notify",
    "http://127.0.0.1/notify",
    "https://127.0.0.1/notify",
    "http://127.0.0.1:3000.example.org/",
    "http://example.org:3000@127.0.0.1:3001/",
    "ftp://127.0.0.1:3000/",
    "http://127.0.0.1:3000/497010######7893/notify",
    "notify"
  ])("to %s are only recorded, also when sent by hand", (notifyUrl) =>
    Effect.gen(function* () {
      const { notifications, sent } = yield* setUp([])
      notifications.notify(transaction({ notifyUrl }))
      assert.strictEqual((yield* notifications.replay("n1"))?.state, "recorded")
      yield* turn
      assert.strictEqual(sent(), 0)
    })
  )

  it.effect.each<readonly [string, string]>([
    ["https://shop.example.org/notify", "shop.example.org:443"],
    ["https://shop.example.org/notify", "SHOP.example.org:443"],
    ["http://shop.example.org/notify", "shop.example.org:80"],
    ["http://[::1]:3000/", "[::1]:3000"]
  ])("to %s go where %s is allowed", ([notifyUrl, allowed]) =>
    Effect.gen(function* () {
      const { notifications, posts } = yield* setUp([], { allowed: [allowed] })
      notifications.notify(transaction({ notifyUrl }))
      assert.strictEqual((yield* Queue.take(posts)).url, notifyUrl)
    })
  )

  it.effect("go to the account's address if the order has none, and nowhere without either", () =>
    Effect.gen(function* () {
      const { notifications, posts } = yield* setUp([], { url: URL_OF_SHOP })
      notifications.notify(transaction())
      notifications.notify(transaction({ notifyUrl: "" }))
      assert.strictEqual((yield* Queue.take(posts)).url, URL_OF_SHOP)
      assert.strictEqual((yield* Queue.take(posts)).url, URL_OF_SHOP)
      const without = yield* setUp([])
      without.notifications.notify(transaction())
      assert.lengthOf(without.notifications.list(), 0)
    })
  )

  it.live("follow no redirect, and say why there was no answer", () =>
    Effect.gen(function* () {
      const asked: Array<string> = []
      const server = createServer((request, response) => {
        asked.push(`${request.method} ${request.url}`)
        response.writeHead(302, { location: "/elsewhere" }).end()
      })
      yield* Effect.callback<void>((resume) => {
        server.listen(0, "127.0.0.1", () => resume(Effect.void))
      })
      const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
      const notifications = yield* Notifications.make({ allowed: [host] }, () => 0)
      notifications.notify(transaction({ notifyUrl: `http://${host}/notify` }))
      const redirected = yield* notifications.replay("n1")
      assert.strictEqual(redirected?.tries[0]?.status, 302)
      assert.deepStrictEqual([...new Set(asked)], ["POST /notify"])
      server.closeAllConnections()
      yield* Effect.callback<void>((resume) => {
        server.close(() => resume(Effect.void))
      })
      assert.strictEqual((yield* notifications.replay("n1"))?.tries.at(-1)?.error, "ECONNREFUSED")
    })
  )

  it.live("in progress are aborted with their scope", () =>
    Effect.gen(function* () {
      const arrived = Promise.withResolvers<IncomingMessage>()
      const server = createServer((request) => arrived.resolve(request))
      yield* Effect.callback<void>((resume) => {
        server.listen(0, "127.0.0.1", () => resume(Effect.void))
      })
      const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
      const signals: Array<AbortSignal> = []
      const send: Notifications.Send = (url, body, headers, signal) => {
        signals.push(signal)
        return sendNotification(url, body, headers, signal)
      }
      const scope = yield* Scope.make()
      const notifications = yield* Scope.provide(
        Notifications.make({ allowed: [host], send }, () => 0),
        scope
      )
      notifications.notify(transaction({ notifyUrl: `http://${host}/notify` }))
      const { socket } = yield* Effect.promise(() => arrived.promise)
      const gone = once(socket, "close")
      yield* Scope.close(scope, Exit.void)
      assert.deepStrictEqual(
        signals.map(({ aborted }) => aborted),
        [true]
      )
      yield* Effect.promise(() => gone)
      server.close()
    })
  )

  it.effect("are kept, at least the last five thousand", () =>
    Effect.gen(function* () {
      const { notifications, first } = yield* setUp([], { allowed: [] })
      for (let count = 0; count < 5_625; count++) notifications.notify(notified)
      assert.strictEqual(first()?.id, "n1")
      notifications.notify(notified)
      assert.lengthOf(notifications.list(), 5_000)
      assert.strictEqual(first()?.id, "n627")
    })
  )
})
