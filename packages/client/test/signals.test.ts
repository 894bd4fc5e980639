/** Runtimes that lack parts of the platform: Next's edge runtime, React Native. */
import { AttemptsError, makeClient } from "@hipay-pos/client"
import { assert, describe, it } from "vitest"
import { firstOf } from "../src/signals.ts"
import { success, target } from "./paying.ts"

/** Runs without the platform's own. */
const without = async <A>(act: () => Promise<A>): Promise<A> => {
  const { any } = AbortSignal
  const { withResolvers } = Promise
  Object.assign(AbortSignal, { any: undefined })
  Object.assign(Promise, { withResolvers: undefined })
  try {
    return await act()
  } finally {
    Object.assign(AbortSignal, { any })
    Object.assign(Promise, { withResolvers })
  }
}

describe("without AbortSignal.any and Promise.withResolvers", () => {
  it("a payment is made, after the health check", async () => {
    const asked: Array<string> = []
    const fetch = async (url: string) => {
      asked.push(new URL(url).pathname)
      return Response.json(success, { headers: { "x-hipay-pos-mode": "simulated" } })
    }
    const till = makeClient({ server: "http://server.test", username: "merchant", password: "secret", fetch })
    const result = await without(() => till.tryPay({ orderId: "A", amount: "12.50 EUR" }, target))
    assert.strictEqual(result.ok && result.outcome._tag, "Approved")
    assert.deepStrictEqual(asked, ["/v1/connector/healthcheck", "/v1/connector/order"])
  })

  it("a caller ends a question to the server", async () => {
    const controller = new AbortController()
    const fetch = (_: string, { signal }: RequestInit) =>
      new Promise<Response>((_, reject) => {
        signal?.addEventListener("abort", () => reject(signal.reason))
        controller.abort()
      })
    const { attempts } = makeClient({ server: "http://server.test", username: "merchant", password: "secret", fetch })
    const error = await without(() =>
      attempts.list({}, { signal: controller.signal }).then(
        () => undefined,
        (error: unknown) => error
      )
    )
    assert.instanceOf(error, AttemptsError)
    assert.strictEqual(error.kind, "Aborted")
  })

  it("a signal aborts with the first of several, for its reason", async () => {
    const [first, second] = [new AbortController(), new AbortController()]
    const both = await without(async () => firstOf(first.signal, second.signal))
    assert.isFalse(both.aborted)
    second.abort("second")
    first.abort("first")
    assert.strictEqual(both.reason, "second")
    const late = await without(async () => firstOf(new AbortController().signal, second.signal))
    assert.strictEqual(late.reason, "second")
  })
})
