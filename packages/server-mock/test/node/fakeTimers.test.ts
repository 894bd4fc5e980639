/** A mock on a port beside a test that fakes timers, as Vitest, Jest and node:test do by default. */
import { once } from "node:events"
import { type IncomingMessage, request } from "node:http"
import { text } from "node:stream/consumers"
import { startTestMock } from "@hipay-pos/server-mock/testing"
import { afterEach, assert, it, vi } from "vitest"
import { authorization, order } from "../server.ts"

afterEach(() => void vi.useRealTimers())

it("answers an order and closes under a test's fake timers, setImmediate included", async () => {
  const { url, close } = await startTestMock()
  vi.useFakeTimers()
  const asked = request(`${url}/v1/connector/order`, {
    method: "POST",
    agent: false,
    headers: { authorization, "content-type": "application/json" }
  })
  asked.end(JSON.stringify(order()))
  const [answer] = (await once(asked, "response")) as [IncomingMessage]
  assert.include(await text(answer), '"paymentStatus":"Success"')
  await close()
})
