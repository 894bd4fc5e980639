import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Transport from "../src/Transport.ts"

const call = { url: "http://server.test", method: "POST", headers: {}, body: "{}" } as const

const failing = (cause: unknown) =>
  Effect.flip(Transport.send(() => Promise.reject(new TypeError("fetch failed", { cause })), call))

const systemError = (code: string, syscall?: string) => Object.assign(new Error(code), { code, syscall })

describe("what a failed fetch proves", () => {
  it.effect.each([
    ["ECONNREFUSED", "connect"],
    ["EHOSTUNREACH", "connect"],
    ["ENOTFOUND", "getaddrinfo"],
    ["EAI_AGAIN", "getaddrinfo"],
    ["UND_ERR_CONNECT_TIMEOUT", undefined],
    ["CERT_HAS_EXPIRED", undefined]
  ] as const)("%s of %s: no connection was made", ([code, syscall]) =>
    Effect.gen(function* () {
      assert.strictEqual((yield* failing(systemError(code, syscall)))._tag, "NotSent")
    })
  )

  it.effect.each(["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH"])(
    "%s while reading an open connection proves nothing",
    (code) =>
      Effect.gen(function* () {
        assert.strictEqual((yield* failing(systemError(code, "read")))._tag, "Broken")
      })
  )

  it.effect("needs every address of the server to have failed before sending", () =>
    Effect.gen(function* () {
      const refused = systemError("ECONNREFUSED", "connect")
      const several = (...errors: ReadonlyArray<Error>) => Object.assign(new AggregateError(errors), { code: "X" })
      assert.strictEqual((yield* failing(several(refused, refused)))._tag, "NotSent")
      assert.strictEqual((yield* failing(several(refused, systemError("ECONNRESET", "read"))))._tag, "Broken")
    })
  )
})

describe("the body of an answer", () => {
  it.effect("is read where streams cannot be iterated, as in Safari", () =>
    Effect.gen(function* () {
      const response = Response.json({ paymentStatus: "Success" })
      const body = response.body
      assert.isNotNull(body)
      Object.defineProperty(body, Symbol.asyncIterator, { value: undefined })
      const received = yield* Transport.send(async () => response, call)
      assert.deepStrictEqual(received.json, { paymentStatus: "Success" })
    })
  )

  it.effect("is cancelled past the limit, so that the rest is not downloaded", () =>
    Effect.gen(function* () {
      let cancelled = false
      const body = new ReadableStream<Uint8Array>({
        pull: (controller) => controller.enqueue(new Uint8Array(256 * 1024).fill(0x20)),
        cancel: () => {
          cancelled = true
        }
      })
      const received = yield* Transport.send(async () => new Response(body), call)
      assert.notProperty(received, "json")
      assert.isTrue(cancelled)
    })
  )
})
