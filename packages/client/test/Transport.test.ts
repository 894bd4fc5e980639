import { assert, describe, it } from "vitest"
import * as Transport from "../src/Transport.ts"

const call = { url: "http://server.test", method: "POST", headers: {}, body: { text: "{}", json: {} } } as const

const { signal } = new AbortController()

const failing = (cause: unknown) =>
  Transport.send(() => Promise.reject(new TypeError("fetch failed", { cause })), call, signal)

const systemError = (code: string, syscall?: string) => Object.assign(new Error(code), { code, syscall })

describe("what a failed fetch proves", () => {
  it.each([
    ["ECONNREFUSED", "connect"],
    ["EHOSTUNREACH", "connect"],
    ["ENOTFOUND", "getaddrinfo"],
    ["EAI_AGAIN", "getaddrinfo"],
    ["UND_ERR_CONNECT_TIMEOUT", undefined],
    ["CERT_HAS_EXPIRED", undefined]
  ] as const)("%s of %s: no connection was made", async (code, syscall) => {
    assert.strictEqual((await failing(systemError(code, syscall)))._tag, "NotSent")
  })

  it.each(["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH"])(
    "%s while reading an open connection proves nothing",
    async (code) => {
      assert.strictEqual((await failing(systemError(code, "read")))._tag, "Broken")
    }
  )

  it("needs every address of the server to have failed before sending", async () => {
    const refused = systemError("ECONNREFUSED", "connect")
    const several = (...errors: ReadonlyArray<Error>) => Object.assign(new AggregateError(errors), { code: "X" })
    assert.strictEqual((await failing(several(refused, refused)))._tag, "NotSent")
    assert.strictEqual((await failing(several(refused, systemError("ECONNRESET", "read"))))._tag, "Broken")
  })
})

const send = async (fetch: Transport.Fetch) => {
  const came = await Transport.send(fetch, call, signal)
  return came._tag === "Received" ? came : assert.fail(came.detail)
}

describe("the body of an answer", () => {
  it("is read where streams cannot be iterated, as in Safari", async () => {
    const response = Response.json({ paymentStatus: "Success" })
    const body = response.body
    assert.isNotNull(body)
    Object.defineProperty(body, Symbol.asyncIterator, { value: undefined })
    const received = await send(async () => response)
    assert.deepStrictEqual(received.json, { paymentStatus: "Success" })
  })

  it.each([
    ["nothing", "", "Empty"],
    ["a page", " <html>caf\xe9</html>", "NotJson"],
    ["a text in Latin-1", "Acc\xe8s refus\xe9", "NotJson"],
    ["a page in UTF-8", "<html></html>", "NotJson"],
    ["a text", "refused", "NotJson"],
    ["an object that was cut", '{"paymentStatus":"Suc', "Truncated"],
    ["a list that was cut", ' [{"paymentStatus":"Success"}', "Truncated"],
    ["a list in Latin-1", '["Ren\xe9"]', "Charset"],
    ["compressed", "\x1f\x8b\b\0", "Charset"],
    ["JSON in Latin-1", '{"first_name":"Ren\xe9"}', "Charset"],
    ["JSON in UTF-16", "\xff\xfe{\0}\0", "Charset"],
    ["JSON nested deeper than an answer can be", `${"[".repeat(101)}${"]".repeat(101)}`, "TooLarge"],
    ["JSON that cannot be serialised again", `${"[".repeat(100_000)}${"]".repeat(100_000)}`, "TooLarge"]
  ] as const)("has a fault and its bytes if it is %s", async (_, latin1, fault) => {
    const bytes = Uint8Array.from(latin1, (character) => character.charCodeAt(0))
    const received = await send(async () => new Response(bytes))
    assert.strictEqual(received.fault, fault)
    assert.deepStrictEqual(received.bytes, bytes)
    assert.notProperty(received, "json")
  })

  it("is cancelled past the limit, so that the rest is not downloaded", async () => {
    let cancelled = false
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(256 * 1024).fill(0x20)),
      cancel: () => {
        cancelled = true
      }
    })
    const received = await send(async () => new Response(body))
    assert.notProperty(received, "json")
    assert.isTrue(cancelled)
  })
})
