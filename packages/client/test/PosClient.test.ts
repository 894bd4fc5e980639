import { assert, describe, it } from "@effect/vitest"
import { makeClient } from "@hipay-pos/client"
import { AttemptJournal, ClientSetupFailed, PosClient } from "@hipay-pos/client/effect"
import { makeFakeServer } from "@hipay-pos/client/testing"
import { Money, OrderRequest, TerminalTarget } from "@hipay-pos/core"
import * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as TestClock from "effect/testing/TestClock"
import { success } from "./paying.ts"

const amount = Result.getOrThrow(Money.make(1250, "EUR"))
const targetAt = (host: string) => TerminalTarget.concert({ host, contracts: [{ merchantContract: "1234567" }] })
const requestAt = (host: string) => Result.getOrThrow(OrderRequest.make({ orderId: "A", amount }, targetAt(host)))
const setup = { server: "http://server.test", username: "merchant", live: true } as const

/** A memory journal that takes a turn of the event loop for every access, like a file. */
const slowJournal = (): AttemptJournal.AttemptJournal => {
  const memory = AttemptJournal.memory()
  const turn = Effect.callback<void>((resume) => void setImmediate(() => resume(Effect.void)))
  return {
    open: (opening) => Effect.andThen(turn, memory.open(opening)),
    end: (ending) => Effect.andThen(turn, memory.end(ending)),
    attempts: Effect.andThen(turn, memory.attempts)
  }
}

describe("one order at two terminals at once", () => {
  it.live("is sent to one of them only", () =>
    Effect.gen(function* () {
      let calls = 0
      // The terminal is still busy while the other payment is checked.
      const otherRefused = Promise.withResolvers<void>()
      const fetch = async () => {
        calls++
        await otherRefused.promise
        return Response.json(success)
      }
      const client = PosClient.make({ ...setup, password: Redacted.make("secret"), journal: slowJournal(), fetch })
      const payAt = (host: string) =>
        client.pay(requestAt(host)).pipe(
          Effect.tapError(() => Effect.sync(otherRefused.resolve)),
          Effect.match({
            onSuccess: ({ _tag }) => _tag,
            onFailure: ({ reason }) => ("kind" in reason ? reason.kind : reason._tag)
          })
        )
      const ends = yield* Effect.all([payAt("192.168.1.20"), payAt("192.168.1.21")], { concurrency: "unbounded" })
      assert.deepStrictEqual(ends.toSorted(), ["Approved", "Open"])
      assert.strictEqual(calls, 1)
    })
  )
})

describe("the listener of progress", () => {
  it("cannot lose an outcome by throwing", async () => {
    const client = makeClient({
      ...setup,
      password: "secret",
      journal: "memory",
      fetch: async () => Response.json(success)
    })
    const outcome = await client.pay({ orderId: "A", amount }, targetAt("192.168.1.20"), {
      onProgress: () => {
        throw new Error("a bug of the till's display")
      }
    })
    assert.strictEqual(outcome._tag, "Approved")
    assert.deepStrictEqual(await client.unsettled(), [])
  })

  it("can abort immediately", async () => {
    const abort = new AbortController()
    const client = makeClient({
      ...setup,
      password: "secret",
      journal: "memory",
      fetch: () => new Promise<Response>(() => {})
    })
    const result = await client.tryPay({ orderId: "A", amount }, targetAt("192.168.1.20"), {
      signal: abort.signal,
      deadline: "500ms",
      onProgress: () => abort.abort()
    })
    assert.deepInclude(result.ok ? {} : result.error.reason, { _tag: "OutcomeUnknown", kind: "Aborted" })
  })
})

describe("the client for Effect", () => {
  it.live("records unknown in the journal before an interrupted payment's fiber ends", () =>
    Effect.gen(function* () {
      const journal = slowJournal()
      const sent = Promise.withResolvers<void>()
      const fetch = () => new Promise<Response>(() => sent.resolve())
      const client = PosClient.make({ ...setup, password: Redacted.make("secret"), journal, fetch })
      const paying = yield* Effect.forkChild(client.pay(requestAt("192.168.1.20")))
      yield* Effect.promise(() => sent.promise)
      yield* Fiber.interrupt(paying)
      const [attempt] = yield* client.unsettled
      assert.strictEqual(attempt?.state, "unknown")
    })
  )

  it.live("stops asking the server how an attempt ended when its fiber is interrupted", () =>
    Effect.gen(function* () {
      const asked = Promise.withResolvers<AbortSignal>()
      const fetch = async (_: string, { method, signal }: RequestInit) => {
        if (method === "POST") throw new TypeError("fetch failed")
        asked.resolve(signal ?? assert.fail())
        return new Promise<Response>(() => {})
      }
      const client = PosClient.make({ ...setup, password: Redacted.make("secret"), journal: "memory", fetch })
      yield* Effect.flip(client.pay(requestAt("192.168.1.20")))
      const [attempt] = yield* client.unsettled
      const resolving = yield* Effect.forkChild(client.resolve(attempt?.id ?? ""))
      const signal = yield* Effect.promise(() => asked.promise)
      yield* Fiber.interrupt(resolving)
      assert.isTrue(signal.aborted)
    })
  )

  it.effect("runs the journal's effects in the caller's context, inside the payment's span", () =>
    Effect.gen(function* () {
      const Till = Context.Reference("Till", { defaultValue: () => "none" })
      const seen: Array<readonly [string, string, string]> = []
      const memory = AttemptJournal.memory()
      const noted = <A, E>(name: string, effect: Effect.Effect<A, E>) =>
        Effect.gen(function* () {
          const span = yield* Effect.orDie(Effect.currentSpan)
          seen.push([name, yield* Till, span.name])
          return yield* effect
        })
      const journal: AttemptJournal.AttemptJournal = {
        open: (opening) => noted("open", memory.open(opening)),
        end: (ending) => noted("end", memory.end(ending)),
        attempts: noted("attempts", memory.attempts)
      }
      const fetch = async () => new Response("")
      const client = PosClient.make({ ...setup, password: Redacted.make("secret"), journal, fetch })
      const inTill = (name: string) => Effect.provideService(Till, name)
      yield* Effect.flip(client.pay(requestAt("192.168.1.20"))).pipe(inTill("bar"), Effect.withSpan("sale"))
      const [attempt] = yield* client.unsettled.pipe(inTill("office"), Effect.withSpan("evening"))
      const word = { outcome: "declined", by: "Ada", evidence: "the journal" } as const
      yield* client.resolve(attempt?.id ?? "", word).pipe(inTill("office"), Effect.withSpan("evening"))
      assert.deepStrictEqual(seen.slice(0, 3), [
        ["open", "bar", "hipay_pos.pay"],
        ["end", "bar", "hipay_pos.pay"],
        ["attempts", "office", "evening"]
      ])
      assert.deepInclude(seen.slice(3), ["end", "office", "evening"])
      assert.isFalse(seen.slice(3).some(([, till]) => till !== "office"))
    })
  )

  it.effect("takes all times from the caller's clock", () =>
    Effect.gen(function* () {
      const moments: Array<number> = []
      const fetch = async () => new Response("")
      const journal = AttemptJournal.memory()
      const client = PosClient.make({ ...setup, password: Redacted.make("secret"), journal, fetch })
      yield* TestClock.setTime(1_000)
      const onProgress = (_: unknown, { since }: { readonly since: number }) => moments.push(since)
      yield* Effect.flip(client.pay(requestAt("192.168.1.20"), { onProgress }))
      yield* TestClock.setTime(5_000)
      const [unknown] = yield* client.unsettled
      const word = { outcome: "declined", by: "Ada", evidence: "the journal" } as const
      yield* client.resolve(unknown?.id ?? "", word)
      const [attempt] = yield* journal.attempts
      moments.push(attempt?.openedAt ?? 0, ...(attempt?.endings.map(({ endedAt }) => endedAt) ?? []))
      assert.deepStrictEqual(moments, [1_000, 1_000, 1_000, 1_000, 5_000])
    })
  )

  it.live("fails with typed errors when the promise rejects, and settles what is left", () =>
    Effect.gen(function* () {
      const fetch = async (_: string, { method }: RequestInit) =>
        method === "GET" ? new Response("", { status: 404 }) : new Response("")
      const client = PosClient.make({ ...setup, password: Redacted.make("secret"), journal: "memory", fetch })
      const { reason } = yield* Effect.flip(client.pay(requestAt("192.168.1.20")))
      assert.deepInclude(reason, { _tag: "OutcomeUnknown", kind: "Empty" })
      const [attempt] = yield* client.unsettled
      const id = attempt?.id ?? ""
      assert.strictEqual((yield* client.resolve(id))._tag, "NeedsPerson")
      const word = { outcome: "approved", by: "", evidence: "receipt 42" } as const
      assert.strictEqual((yield* Effect.flip(client.resolve(id, word)))._tag, "EvidenceMissing")
      assert.strictEqual((yield* client.resolve(id, { ...word, by: "Ada" }))._tag, "Settled")
      assert.strictEqual((yield* Effect.flip(client.resolve(id)))._tag, "NotUnsettled")
    })
  )
})

describe("the layer", () => {
  const environment = (env: Record<string, string>) => ConfigProvider.layer(ConfigProvider.fromUnknown(env))
  const config = {
    server: Config.String("HIPAY_POS_SERVER"),
    username: Config.String("HIPAY_POS_USERNAME"),
    password: Config.Redacted("HIPAY_POS_PASSWORD"),
    live: Config.Boolean("HIPAY_POS_LIVE")
  }
  const env = {
    HIPAY_POS_SERVER: "http://server.test",
    HIPAY_POS_USERNAME: "merchant",
    HIPAY_POS_PASSWORD: "a secret",
    HIPAY_POS_LIVE: "true"
  }
  const pay = PosClient.PosClient.use((client) => client.pay(requestAt("192.168.1.20")))

  it.effect("fails if the client cannot be made, and does not die", () =>
    Effect.gen(function* () {
      const layer = PosClient.PosClient.layer({ ...setup, server: "nonsense", password: Redacted.make("secret") })
      const error = yield* Effect.flip(Effect.provide(pay, layer))
      assert.instanceOf(error, ClientSetupFailed)
      assert.match(error.message, /^server: expected/)
    })
  )

  it.effect("says that a password is not redacted", () =>
    Effect.gen(function* () {
      const plain = { ...setup, password: "secret" } as unknown as PosClient.Options
      const error = yield* Effect.flip(Effect.provide(pay, PosClient.PosClient.layer(plain)))
      assert.strictEqual(error.message, "password: expected Redacted.make(…) of a text")
    })
  )

  it.live("takes server and login from the configuration", () =>
    Effect.gen(function* () {
      const sent: Array<string | null> = []
      const fetch = async (url: string, { headers }: RequestInit) => {
        sent.push(url, new Headers(headers).get("authorization"))
        return Response.json(success)
      }
      const layer = PosClient.PosClient.layerConfig({ ...config, journal: "memory", fetch })
      const outcome = yield* pay.pipe(Effect.provide(layer), Effect.provide(environment(env)))
      assert.strictEqual(outcome._tag, "Approved")
      assert.deepStrictEqual(sent, ["http://server.test/v1/connector/order", `Basic ${btoa("merchant:a secret")}`])
    })
  )

  it.effect("fails if the configuration is incomplete, or the client cannot be made with it", () =>
    Effect.gen(function* () {
      const layer = PosClient.PosClient.layerConfig(config)
      const failure = (given: Record<string, string>) =>
        pay.pipe(Effect.provide(layer), Effect.provide(environment(given)), Effect.flip)
      const { HIPAY_POS_PASSWORD: _, ...without } = env
      const missing = yield* failure(without)
      assert.include(missing.message, "HIPAY_POS_PASSWORD")
      assert.match((yield* failure(env)).message, /needs a journal/)
    })
  )
})

describe("the deadline of a payment", () => {
  it.effect("is refused like any other invalid option, and the payment is not started", () =>
    Effect.gen(function* () {
      const sale = PosClient.PosClient.use((client) => client.pay(requestAt("192.168.1.20"), { deadline: 30 }))
      const { reason } = yield* Effect.flip(Effect.provide(sale, PosClient.PosClient.layerTest()))
      assert.deepInclude(reason, { _tag: "NotStarted", kind: "OrderRefused" })
    })
  )

  it.effect("uses the caller's clock, so that 200 virtual seconds take no time", () =>
    Effect.gen(function* () {
      const server = makeFakeServer(["silent"])
      const layer = PosClient.PosClient.layerTest(server, { live: true })
      const sale = PosClient.PosClient.use((client) => client.pay(requestAt("192.168.1.20")))
      const paying = yield* Effect.forkChild(Effect.flip(Effect.provide(sale, layer)))
      // The order is sent after a few turns of the event loop.
      while (server.asked.length === 0) yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
      yield* TestClock.adjust("199 seconds")
      assert.isUndefined(paying.pollUnsafe())
      yield* TestClock.adjust("1 second")
      const { reason } = yield* Fiber.join(paying)
      assert.deepInclude(reason, { _tag: "OutcomeUnknown", kind: "TimedOut" })
    })
  )
})

describe("a client for tests", () => {
  it.effect("approves, unless its script says otherwise", () =>
    Effect.gen(function* () {
      const server = makeFakeServer()
      const pay = (orderId: string) =>
        PosClient.PosClient.use((client) =>
          client.pay(Result.getOrThrow(OrderRequest.make({ orderId, amount }, targetAt("192.168.1.20"))))
        )
      const sale = Effect.gen(function* () {
        const first = yield* pay("A")
        server.script("declined")
        const second = yield* pay("B")
        return [first._tag, second._tag]
      })
      assert.deepStrictEqual(yield* Effect.provide(sale, PosClient.PosClient.layerTest(server)), [
        "Approved",
        "Declined"
      ])
      assert.deepStrictEqual(
        server.asked.map(({ orderId }) => orderId),
        ["A", "B"]
      )
    })
  )
})
