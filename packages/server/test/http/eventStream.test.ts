/** Event streams of callers that do not read, and of many that begin at once. */
import { type LoginCheck, makeApp, type Relay, Spaces } from "@hipay-pos/server"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { afterEach, assert, beforeEach, describe, it, vi } from "vitest"
import type { Credentials } from "../../src/http/Credentials.ts"
import { eventStream } from "../../src/http/eventStream.ts"
import { attempt } from "../attempts/storeLaws.ts"
import { authorization, runtimeOver, till, unused } from "../server.ts"

type Options = Pick<Parameters<typeof makeApp>[1], "credentials" | "relay" | "watchLogins">

const setUp = async (options: Partial<Options> = {}) => {
  const runtime = runtimeOver({ terminals: unused })
  const [space] = (await runtime.runPromise(Spaces.Spaces)).list()
  if (space === undefined) throw new Error("there is no space")
  const app = makeApp(runtime, {
    mode: "gateway",
    credentials: [till],
    ...options
  })
  /** Watches over a connection; `last` is the number of the last change seen. */
  const watch = async (last?: number, headers: Readonly<Record<string, string>> = { authorization }) => {
    const destroy = vi.fn()
    const incoming = { headers, rawHeaders: [], socket: { destroy } }
    const path = last === undefined ? "/attempts/events" : `/attempts/events?last=${last}`
    const { body } = await app.request(path, { headers }, { incoming })
    if (body === null) throw new Error("there is no stream")
    return { destroy, reader: body.getReader() }
  }
  /** The number of the last change. */
  const last = async () => (await Effect.runPromise(space.feed.follow(undefined, {}))).last
  return { app, space, watch, last }
}

/** Whether a stream has ended, once all its content was read. */
const readToEnd = (reader: ReadableStreamDefaultReader<Uint8Array>) => {
  const stream = { isOver: false }
  const read = async () => {
    while (!(await reader.read()).done);
    stream.isOver = true
  }
  void read()
  return stream
}

/** An alarm with an event of 1 MB. */
const alarm = { at: 0, code: "attempt.resolution.contradicted", message: "x".repeat(1_000_000), details: {} } as const

describe("an event stream", () => {
  it("is disconnected if its caller lets more than 4 MB wait", async () => {
    const { space, watch } = await setUp()
    const { destroy, reader } = await watch()
    const raise = () => space.feed.onAlarm(attempt("1"), alarm)
    for (const _ of [1, 2, 3, 4]) raise()
    assert.strictEqual(destroy.mock.calls.length, 0)
    for (const _ of [5, 6, 7]) raise()
    assert.strictEqual(destroy.mock.calls.length, 1)
    await reader.cancel()
  })

  it("goes on while its caller reads", async () => {
    const { space, watch } = await setUp()
    const { destroy, reader } = await watch()
    await reader.read()
    for (const _ of [1, 2, 3, 4, 5, 6, 7]) {
      space.feed.onAlarm(attempt("1"), alarm)
      assert.isAbove((await reader.read()).value?.byteLength ?? 0, 1_000_000)
    }
    assert.strictEqual(destroy.mock.calls.length, 0)
    await reader.cancel()
  })

  it("ends where it begins with more than 4 MB, of which its caller can read that much", async () => {
    const { space, watch, last } = await setUp()
    const start = await last()
    for (let number = 1; number <= 1_000; number++) space.feed.onChange(attempt(`${number}-${"x".repeat(3_000)}`))
    const { destroy, reader } = await watch(start)
    // A caller that reads at once gets everything.
    await new Promise(setImmediate)
    let bytes = 0
    for (let part = await reader.read(); !part.done; part = await reader.read()) bytes += part.value.byteLength
    assert.isTrue(bytes > 4_000_000 && bytes < 4_100_000, `${bytes}`)
    assert.strictEqual(destroy.mock.calls.length, 0)
  })

  it("sends heartbeats until what was missed has been read", async () => {
    vi.useFakeTimers()
    try {
      const { body } = eventStream({
        begin: (send) => {
          send({ event: "hello", data: "{}" })
          return () => {}
        },
        catchUp: () => Promise.withResolvers<void>().promise,
        closing: new AbortController().signal,
        isAllowed: async () => true
      })
      const reader = body?.pipeThrough(new TextDecoderStream()).getReader()
      assert.deepStrictEqual(await reader?.read(), { done: false, value: "event: hello\ndata: {}\n\n" })
      let next: unknown
      void reader?.read().then(({ value }) => {
        next = value
      })
      await vi.advanceTimersByTimeAsync(15_000)
      assert.strictEqual(next, ": \n\n")
      await reader?.cancel()
    } finally {
      vi.useRealTimers()
    }
  })

  it("begins with what was missed in a few pieces, which are written as JSON once for all who watch", async () => {
    const { space, watch, last } = await setUp()
    const start = await last()
    const COUNT = 1_000
    for (let number = 1; number <= COUNT; number++) space.feed.onChange(attempt(`ORDER_${number}`))
    const stringify = vi.spyOn(JSON, "stringify")
    const received = async () => {
      const { reader } = await watch(start)
      const decoder = new TextDecoder()
      let text = ""
      let pieces = 0
      while (!text.includes(`id: ${start + COUNT}\n`)) {
        text += decoder.decode((await reader.read()).value, { stream: true })
        pieces++
      }
      await reader.cancel()
      return { text, pieces }
    }
    const [first, second] = [await received(), await received()]
    const written = stringify.mock.calls.filter(([value]) => "orderId" in Object(value)).length
    stringify.mockRestore()
    assert.strictEqual(first.text.match(/^event: attempt$/gm)?.length, COUNT)
    assert.strictEqual(second.text, first.text)
    assert.isAtMost(first.pieces, 20)
    assert.strictEqual(written, COUNT)
  })
})

describe("an event stream ends with its login", () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  const shop12 = { ...till, terminals: ["shop-12-*"] }
  it.each<readonly [string, Credentials, ReadonlyArray<Credentials>, boolean]>([
    ["is taken away", till, [], true],
    ["has another password", till, [{ ...till, password: Redacted.make("another") }], true],
    ["has fewer roles", till, [{ ...till, roles: ["pay"] }], true],
    ["is for some terminals only", till, [shop12], true],
    ["is for other terminals", shop12, [{ ...till, terminals: ["shop-13-*"] }], true],
    ["stays as it was, and then it goes on", shop12, [{ ...shop12 }, { ...till, username: "another" }], false]
  ])("that %s: at once where the server says that logins changed, and else within 15 s", async (_, from, to, ends) => {
    for (const isTold of [true, false]) {
      let credentials: ReadonlyArray<Credentials> = [from]
      const watchers = new Set<() => void>()
      const watchLogins = (changed: () => void) => {
        watchers.add(changed)
        return () => watchers.delete(changed)
      }
      const { watch } = await setUp({ credentials: () => credentials, ...(isTold && { watchLogins }) })
      const { reader } = await watch()
      const stream = readToEnd(reader)
      await vi.advanceTimersByTimeAsync(30_000)
      assert.isFalse(stream.isOver)
      credentials = to
      for (const changed of watchers) changed()
      await vi.advanceTimersByTimeAsync(isTold ? 0 : 15_000)
      assert.strictEqual(stream.isOver, ends)
      await reader.cancel()
      assert.strictEqual(watchers.size, 0)
    }
  })

  it("that only the service behind a relay knows, if the service refuses it, but not if it cannot be asked", async () => {
    let said: LoginCheck = "known"
    const relay: Relay = {
      upstream: "stage",
      isSimulated: () => true,
      takes: () => true,
      takesSandboxCodes: true,
      checkLogin: async () => said,
      ownLogin: async () => ({ login: "callers" }),
      health: async () => ({ isUp: true }),
      drift: Effect.succeed([])
    }
    const { watch } = await setUp({ credentials: [{ ...till, username: "another" }], relay })
    const { reader } = await watch()
    const stream = readToEnd(reader)
    for (const answer of ["known", { problem: "it does not answer" }, "unknown"] as const) {
      said = answer
      await vi.advanceTimersByTimeAsync(15_000)
      assert.strictEqual(stream.isOver, answer === "unknown")
    }
  })

  it("and with the session of its page, after a sign-out or twelve hours without use", async () => {
    const body = JSON.stringify({ username: "till", password: "secret" })
    const headers = { "content-type": "application/json" }
    for (const signsOut of [true, false]) {
      const { app, watch } = await setUp()
      const signedIn = await app.request("/session", { method: "POST", body, headers })
      const cookie = signedIn.headers.get("set-cookie")?.replace(/;.*/, "") ?? ""
      const { reader } = await watch(undefined, { cookie })
      const stream = readToEnd(reader)
      const { reader: other } = await watch()
      const ofAnother = readToEnd(other)
      if (signsOut) await app.request("/session", { method: "DELETE", headers: { cookie } })
      else await vi.advanceTimersByTimeAsync(12 * 3_600_000)
      assert.isFalse(stream.isOver)
      await vi.advanceTimersByTimeAsync(15_000)
      assert.isTrue(stream.isOver)
      assert.isFalse(ofAnother.isOver)
      await other.cancel()
    }
  })
})
