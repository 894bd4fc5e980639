import { once } from "node:events"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { assert, it } from "vitest"
import { postToShop } from "../src/relay/forwardNotifications.ts"

it("a shop's server can finish its answer to a notification that is forwarded to it, whose status is enough", async () => {
  const finished: Array<boolean> = []
  const { promise: answered, resolve: tell } = Promise.withResolvers<void>()
  const server = createServer(async (request, response) => {
    request.resume()
    response.on("close", () => finished.push(response.writableFinished))
    response.writeHead(200).flushHeaders()
    await answered
    for (let part = 0; part < 3 && !response.destroyed; part++) {
      response.write("x".repeat(100_000))
      await new Promise((resolve) => setImmediate(resolve))
    }
    response.end(() => server.close())
    if (response.destroyed) server.close()
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  const place = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const contentType = "application/x-www-form-urlencoded"
  const forward = { number: 1, tries: 0, dueAt: 0, place, url: place, contentType, signature: "abc" }
  assert.strictEqual(await postToShop({ ...forward, body: new Uint8Array([1]) }), 200)
  tell()
  await once(server, "close")
  assert.deepStrictEqual(finished, [true])
})
