/** The attempts of a server: listed, shown, resolved, watched. Against a scripted server. */
import { type AttemptEvent, AttemptsError, makeClient } from "@hipay-pos/client"
import { PosClient } from "@hipay-pos/client/effect"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { assert, describe, it, vi } from "vitest"

type Answerer = (url: URL, init: RequestInit) => Response | Promise<Response>

const setup = { server: "http://server.test/base", username: "merchant" }

const clientOf = (fetch: Answerer) =>
  makeClient({ ...setup, password: "secret", fetch: async (url, init) => fetch(new URL(url), init) }).attempts

const mode = { "x-hipay-pos-mode": "gateway" }

const json = (body: unknown, status = 200) => Response.json(body, { status, headers: mode })

const summary = (id: string, more: object = {}) => ({
  id,
  orderId: `ORDER-${id}`,
  transactionType: "Debit",
  login: "merchant",
  amount: 1250,
  currency: "EUR",
  terminal: { name: "192.168.1.20:8888", kind: "dialled" },
  state: "unknown",
  openedAt: "2026-01-02T03:04:05.000Z",
  warnings: 0,
  ...more
})

const detail = (id: string, timeline: ReadonlyArray<unknown> = []) => ({
  ...summary(id),
  frames: {},
  findings: [],
  resolutions: [],
  order: {},
  timeline
})

const errorOf = async (asked: Promise<unknown>): Promise<AttemptsError> => {
  const error = await asked.then(
    () => undefined,
    (error: unknown) => error
  )
  assert.instanceOf(error, AttemptsError)
  return error as AttemptsError
}

describe("client.attempts.list", () => {
  it("follows the pages of the list below the server's base URL, the newest first", async () => {
    const asked: Array<string> = []
    const attempts = clientOf(({ pathname, searchParams }) => {
      asked.push(`${pathname}?${searchParams}`)
      return searchParams.has("before")
        ? json({ attempts: [summary("1")] })
        : json({ attempts: [summary("3"), summary("2")], next: "/attempts?state=unknown&limit=1000&before=2" })
    })
    const found = await attempts.list({ state: "unknown" })
    assert.deepStrictEqual(
      found.map(({ id }) => id),
      ["3", "2", "1"]
    )
    assert.deepStrictEqual(asked, [
      "/base/attempts?state=unknown&limit=1000",
      "/base/attempts?state=unknown&limit=1000&before=2"
    ])
  })

  it("stops at the limit, and asks for no more than that", async () => {
    const asked: Array<string> = []
    const attempts = clientOf(({ search }) => {
      asked.push(search)
      return json({ attempts: [summary("3"), summary("2")], next: "/attempts?before=2" })
    })
    assert.lengthOf(
      await attempts.list({
        day: "2026-01-02",
        orderId: "ORDER 1",
        idempotencyKey: "K",
        search: "ORDER",
        before: "4",
        limit: 2
      }),
      2
    )
    assert.deepStrictEqual(asked, ["?day=2026-01-02&orderId=ORDER+1&idempotencyKey=K&q=ORDER&before=4&limit=2"])
  })

  it("keeps fields that this version does not know", async () => {
    const attempts = clientOf(() => json({ attempts: [summary("1", { tip: 100 })], more: true }))
    const [found] = await attempts.list()
    assert.strictEqual((found as unknown as { readonly tip: number }).tip, 100)
  })
})

/** What a later server may send: a value that this version does not know. */
const newWords: ReadonlyArray<readonly [string, object]> = [
  ["state", { state: "authorised" }],
  ["transaction type", { transactionType: "Preauthorisation" }],
  ["kind of terminal", { terminal: { name: "Counter", kind: "cloud", guarded: true } }],
  ["entry mode", { card: { entryMode: "wearable", authorizationNumber: "123456" } }],
  ["reason", { error: { reason: "Delayed", kind: "Queued", detail: "it waits" } }],
  ["resolution", { resolution: { at: "now", outcome: "charged-back", by: "Ada", evidence: "a letter", login: "m" } }]
]

describe("a value of the server that this version does not know", () => {
  it.each(newWords)("is kept: another %s", async (_, words) => {
    const known = summary("1")
    const said = summary("2", words)
    const listed = clientOf(() => json({ attempts: [known, said] }))
    assert.deepStrictEqual<unknown>(await listed.list(), [known, said])
    const got = clientOf(() => json({ ...detail("2"), ...words }))
    assert.deepStrictEqual<unknown>(await got.get("2"), { ...detail("2"), ...words })
  })

  it("is Other as an outcome", async () => {
    const outcome = { _tag: "ApprovedLater", amount: { currency: "EUR", minorUnits: 1250 }, at: "tomorrow" }
    const attempts = clientOf(() => json({ ...detail("1"), outcome }))
    const other = { _tag: "Other", name: "ApprovedLater", json: outcome }
    assert.deepStrictEqual<unknown>(await attempts.get("1"), { ...detail("1"), outcome: other })
    assert.deepStrictEqual<unknown>(await attempts.ask("1"), { ...detail("1"), outcome: other })
  })

  it("is kept within an outcome", async () => {
    const declined = { _tag: "Declined", reason: "expired", label: "expired", card: {}, warnings: [] }
    const attempts = clientOf(() => json({ ...detail("1"), outcome: declined }))
    assert.deepStrictEqual<unknown>((await attempts.get("1")).outcome, declined)
  })

  it.each([["Approved"], [null], [{}], [{ _tag: 5 }], [{ _tag: "Approved" }], [[]]])(
    "is not an outcome that is not one: %j",
    async (outcome) => {
      const { kind, detail: words } = await errorOf(clientOf(() => json({ ...detail("1"), outcome })).get("1"))
      assert.strictEqual(kind, "Unreadable")
      assert.include(words, "outcome")
    }
  )

  it("does not hide an invalid value", async () => {
    for (const wrong of [{ state: 5 }, { state: null }, { amount: "1250" }, { state: "authorised", orderId: 5 }]) {
      const { kind, detail: words } = await errorOf(clientOf(() => json({ attempts: [summary("1", wrong)] })).list())
      assert.strictEqual(kind, "Unreadable", JSON.stringify(wrong))
      assert.notInclude(words, "1250")
    }
  })
})

describe("client.attempts.get", () => {
  it("returns an attempt by its id, and by the address that an error of a payment names", async () => {
    const attempts = clientOf(({ pathname }) => json(detail(pathname)))
    assert.strictEqual((await attempts.get("A1")).id, "/base/attempts/A1")
    assert.strictEqual((await attempts.get("/attempts/A1")).id, "/base/attempts/A1")
  })

  it("returns a timeline entry of an unknown kind as other, and keeps those that it knows", async () => {
    const at = "2026-01-02T03:04:05.000Z"
    const connected = { at, kind: "connected", to: "192.168.1.20:8888" } as const
    const tipped = { at, kind: "tipped", amount: 100 }
    const attempts = clientOf(() => json(detail("A1", [connected, tipped])))
    const { timeline } = await attempts.get("A1")
    assert.deepStrictEqual(timeline, [connected, { kind: "other", at, name: "tipped", json: tipped }])
  })

  it("rejects an unreadable answer with the place, without its text", async () => {
    const attempts = clientOf(() => json({ ...detail("A1"), amount: "4970100000000014" }))
    const { kind, detail: words } = await errorOf(attempts.get("A1"))
    assert.strictEqual(kind, "Unreadable")
    assert.include(words, "amount")
    assert.notInclude(words, "4970100000000014")
  })
})

describe("client.attempts", () => {
  it.each([
    ["LoginRefused", json({}, 401)],
    ["Forbidden", json({}, 403)],
    ["NotFound", json({}, 404)],
    ["Rejected", json({}, 409)],
    ["ServerFailed", json({}, 502)],
    ["Unsupported", Response.json({}, { status: 200 })],
    ["Unsupported", Response.json({}, { status: 404 })]
  ] as const)("rejects with the kind %s", async (kind, answer) => {
    assert.strictEqual((await errorOf(clientOf(() => answer.clone()).get("A1"))).kind, kind)
  })

  it("rejects with the server's code and words", async () => {
    const error = { code: "attempt.answer.pending", message: "No", description: "The terminal may still answer." }
    const attempts = clientOf(() => json({ error }, 409))
    const rejected = await errorOf(attempts.resolve("A1", { outcome: "declined", by: "Ada", evidence: "no receipt" }))
    assert.deepInclude({ ...rejected }, { kind: "Rejected", code: error.code, detail: error.description, status: 409 })
  })

  it("rejects when there is no connection, and when the caller aborts", async () => {
    const broken = clientOf(() => {
      throw new TypeError("fetch failed", { cause: { code: "ECONNREFUSED", syscall: "connect" } })
    })
    assert.strictEqual((await errorOf(broken.list())).kind, "Unreachable")
    const silent = clientOf(
      (_, { signal }) => new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)))
    )
    const controller = new AbortController()
    const asked = silent.get("A1", { signal: controller.signal })
    controller.abort()
    assert.strictEqual((await errorOf(asked)).kind, "Aborted")
  })
})

describe("client.attempts.resolve", () => {
  it("sends outcome, name, evidence and override, without card numbers, and gives the attempt", async () => {
    const sent: Array<unknown> = []
    const attempts = clientOf(({ pathname }, { method, body }) => {
      sent.push([method, pathname, JSON.parse(String(body))])
      return json(detail("A1"))
    })
    const evidence = "card 4970100000000014"
    const resolved = await attempts.resolve("A1", { outcome: "set-aside", by: "Ada", evidence, override: true })
    assert.strictEqual(resolved.id, "A1")
    assert.deepStrictEqual(sent, [
      [
        "POST",
        "/base/attempts/A1/resolve",
        { outcome: "set-aside", by: "Ada", evidence: "card 497010******0014", override: true }
      ]
    ])
  })
})

/** A connection that the test writes to. */
const connection = () => {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined
  const { promise: cancelled, resolve: cancel } = Promise.withResolvers<void>()
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    start: (started) => {
      controller = started
    },
    cancel
  })
  return {
    answer: () => new Response(body, { headers: { ...mode, "content-type": "text/event-stream; charset=utf-8" } }),
    say: (event: string, data: unknown, id?: number) =>
      controller?.enqueue(
        encoder.encode(`${id === undefined ? "" : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
      ),
    cut: () => controller?.error(new TypeError("terminated")),
    /** Resolves once the client closes the connection. */
    cancelled
  }
}

describe("client.attempts.resolve of an attempt whose record at the server is damaged", () => {
  const word = { outcome: "declined", by: "Ada", evidence: "not in the journal" } as const

  it("returns what is known of it", async () => {
    const order = { id: "1", login: "merchant", orderId: "ORDER-1", transactionType: "Debit" }
    const resolved = { ...order, state: "declined", damaged: true, resolution: { ...word, login: "merchant" } }
    const attempts = clientOf(() => json(resolved))
    assert.deepStrictEqual<unknown>(await attempts.resolve("1", { ...word, override: true }), resolved)
  })

  it("rejects a refusal with its code, such as one for a missing override", async () => {
    const attempts = clientOf(() =>
      json({ error: { code: "attempt.answer.pending", message: "…", description: "…" } }, 409)
    )
    assert.deepInclude(
      { ...(await errorOf(attempts.resolve("1", word))) },
      { kind: "Rejected", code: "attempt.answer.pending" }
    )
  })
})

describe("client.attempts.follow", () => {
  const at = "2026-01-02T03:04:05.000Z"
  const shown = { at, kind: "stage", stage: "pin", screen: ["CODE ?"] }

  it("yields an attempt's past and new entries, by id or address, and ends with the attempt", async () => {
    const line = connection()
    const asked: Array<string> = []
    const attempts = clientOf(({ pathname }) => {
      asked.push(pathname)
      return line.answer()
    })
    line.say("entry", { at, kind: "connected", to: "192.168.1.20:8888" })
    line.say("weather", {})
    line.say("entry", shown)
    line.say("entry", { at, kind: "thunder", loud: true })
    line.say("end", summary("A8"))
    const told: Array<string> = []
    for await (const entry of attempts.follow("/attempts/A8")) told.push(entry.kind)
    assert.deepStrictEqual(told, ["connected", "stage", "other"])
    assert.deepStrictEqual(asked, ["/base/attempts/A8/events"])
    await line.cancelled
  })

  it("throws if the connection is lost before the end, and ends when the signal aborts", async () => {
    const line = connection()
    const lost = clientOf(() => line.answer())
      .follow("A8")
      [Symbol.asyncIterator]()
    line.say("entry", shown)
    await lost.next()
    line.cut()
    assert.strictEqual((await errorOf(lost.next())).kind, "Unreachable")

    const other = connection()
    const aborted = new AbortController()
    const entries = clientOf(() => other.answer())
      .follow("A8", { signal: aborted.signal })
      [Symbol.asyncIterator]()
    other.say("entry", shown)
    await entries.next()
    aborted.abort()
    assert.isTrue((await entries.next()).done)
    await other.cancelled
  })

  it("throws if the server has no list of attempts", async () => {
    const attempts = clientOf(() => new Response("<html>", { status: 404 }))
    assert.strictEqual((await errorOf(attempts.follow("A8")[Symbol.asyncIterator]().next())).kind, "Unsupported")
  })
})

describe("client.attempts.watch", () => {
  it("yields changes and alarms, and skips events that it does not know", async () => {
    const line = connection()
    const events = clientOf(() => line.answer())
      .watch()
      [Symbol.asyncIterator]()
    line.say("hello", { last: 7 }, 7)
    line.say("weather", {})
    line.say("attempt", summary("A8"), 8)
    const alarm = { attempt: "A8", orderId: "ORDER-A8", at: "2026-01-02T03:04:05.000Z", code: "odd", message: "Look." }
    line.say("alarm", alarm)
    assert.deepStrictEqual((await events.next()).value, { _tag: "Connected", position: 7 })
    assert.deepStrictEqual((await events.next()).value, { _tag: "Changed", position: 8, attempt: summary("A8") })
    assert.deepStrictEqual((await events.next()).value, { _tag: "Alarm", position: 8, alarm })
    await events.return?.()
  })

  it("yields an attempt in a state that this version does not know", async () => {
    const line = connection()
    const events = clientOf(() => line.answer())
      .watch()
      [Symbol.asyncIterator]()
    const attempt = summary("A8", { state: "authorised" })
    line.say("attempt", attempt, 8)
    assert.deepStrictEqual<unknown>((await events.next()).value, { _tag: "Changed", position: 8, attempt })
    await events.return?.()
  })

  it("yields Lost for an event that it cannot read, and goes on", async () => {
    const line = connection()
    const events = clientOf(() => line.answer())
      .watch()
      [Symbol.asyncIterator]()
    line.say("attempt", summary("A8", { amount: "12.50 EUR" }), 8)
    line.say("alarm", { attempt: "A8" }, 9)
    line.say("attempt", summary("A9"), 10)
    assert.deepStrictEqual((await events.next()).value, { _tag: "Lost", position: 8 })
    assert.deepStrictEqual((await events.next()).value, { _tag: "Lost", position: 9 })
    assert.deepStrictEqual((await events.next()).value, { _tag: "Changed", position: 10, attempt: summary("A9") })
    await events.return?.()
  })

  it("reconnects after a lost connection, asks for what it missed, and yields Lost if some of it is gone", async () => {
    const lines = [connection(), connection()]
    const asked: Array<string | null> = []
    const attempts = clientOf((_, { headers }) => {
      asked.push(new Headers(headers).get("last-event-id"))
      return (lines[asked.length - 1] ?? connection()).answer()
    })
    const told: Array<AttemptEvent["_tag"]> = []
    lines[0]?.say("hello", { last: 3 }, 3)
    lines[0]?.say("attempt", summary("A4"), 4)
    for await (const event of attempts.watch({ since: 2 })) {
      told.push(event._tag)
      if (event.position === 4 && told.length === 2) {
        lines[0]?.cut()
        lines[1]?.say("hello", { last: 9 })
        lines[1]?.say("lost", {}, 9)
      }
      if (event._tag === "Lost") {
        assert.strictEqual(event.position, 9)
        break
      }
    }
    assert.deepStrictEqual(told, ["Connected", "Changed", "Connected", "Lost"])
    assert.deepStrictEqual(asked, ["2", "4"])
    await lines[1]?.cancelled
  })

  it("ends when the signal aborts while it waits for an event, and closes the connection", async () => {
    const line = connection()
    const controller = new AbortController()
    const events = clientOf(() => line.answer())
      .watch({ signal: controller.signal })
      [Symbol.asyncIterator]()
    line.say("hello", { last: 0 }, 0)
    await events.next()
    const waiting = events.next()
    controller.abort()
    assert.deepStrictEqual(await waiting, { done: true, value: undefined })
    await line.cancelled
  })

  it.each([
    ["the first connection fails", "Unreachable", () => Promise.reject(new TypeError("fetch failed"))],
    ["the login is refused", "LoginRefused", () => json({}, 401)],
    ["the server tells of no attempts", "Unsupported", () => Response.json({})]
  ] as const)("throws when %s", async (_, kind, answer) => {
    const events = clientOf(answer).watch()[Symbol.asyncIterator]()
    assert.strictEqual((await errorOf(events.next())).kind, kind)
  })
})

describe("PosClient.attempts", () => {
  const clientWith = (fetch: Answerer) =>
    PosClient.make({
      ...setup,
      password: Redacted.make("secret"),
      fetch: async (url, init) => fetch(new URL(url), init)
    }).attempts

  it("lists, and fails with the typed error", async () => {
    const attempts = clientWith(({ searchParams }) =>
      searchParams.has("state") ? json({}, 401) : json({ attempts: [summary("1")] })
    )
    assert.lengthOf(await Effect.runPromise(attempts.list()), 1)
    const error = await Effect.runPromise(Effect.flip(attempts.list({ state: "open" })))
    assert.strictEqual(error.kind, "LoginRefused")
  })

  it("gives up on a server that accepts the connection and answers nothing", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] })
    try {
      let asked = () => {}
      const isAsked = new Promise<void>((resolve) => {
        asked = resolve
      })
      const silent: Answerer = (_, { signal }) =>
        new Promise((_, reject) => {
          signal?.addEventListener("abort", () => reject(signal.reason))
          asked()
        })
      const failed = errorOf(clientOf(silent).watch()[Symbol.asyncIterator]().next())
      await isAsked
      await vi.advanceTimersByTimeAsync(10_000)
      const { kind, detail } = await failed
      assert.deepStrictEqual([kind, detail], ["Unreachable", "the server did not answer within 10 s"])
    } finally {
      vi.useRealTimers()
    }
  })

  it("watches as a stream, whose interruption closes the connection", async () => {
    const line = connection()
    const { watch } = clientWith(() => line.answer())
    line.say("hello", { last: 0 }, 0)
    line.say("attempt", summary("A1"), 1)
    const told = await Effect.runPromise(Stream.runCollect(Stream.take(watch(), 2)))
    assert.deepStrictEqual(
      [...told].map(({ _tag }) => _tag),
      ["Connected", "Changed"]
    )
    await line.cancelled

    const other = connection()
    other.say("hello", { last: 0 }, 0)
    const { promise: connected, resolve } = Promise.withResolvers<void>()
    const watching = Effect.runFork(
      Stream.runForEach(clientWith(() => other.answer()).watch(), () => Effect.sync(resolve))
    )
    await connected
    await Effect.runPromise(Fiber.interrupt(watching))
    await other.cancelled
  })
})
