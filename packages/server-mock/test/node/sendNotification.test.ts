import { once } from "node:events"
import type { ServerResponse } from "node:http"
import { assert, describe, it } from "vitest"
import { listenHttp } from "../../../../tests/listen.ts"
import { sendNotification } from "../../src/node/sendNotification.ts"

/** A shop's server whose handler answers with its headers first; the test writes the rest. */
const start = async () => {
  const answering: Array<ServerResponse> = []
  const server = await listenHttp((request, response) => {
    request.resume()
    response.writeHead(200).flushHeaders()
    answering.push(response)
  })
  return { ...server, url: `${server.url}/notify`, answering }
}

describe("sending a notification", () => {
  it("lets the shop's server finish its answer, whose status is enough", async () => {
    await using shop = await start()
    assert.strictEqual(await sendNotification(shop.url, "status=118", {}, new AbortController().signal), 200)
    const [response] = shop.answering
    assert.isDefined(response)
    const closed = once(response, "close")
    for (let part = 0; part < 3 && !response.destroyed; part++) {
      response.write("x".repeat(100_000))
      await new Promise((resolve) => setImmediate(resolve))
    }
    response.end()
    await closed
    assert.isTrue(response.writableFinished)
  })

  it("leaves an answer without an end when the mock ends", async () => {
    await using shop = await start()
    const ended = new AbortController()
    assert.strictEqual(await sendNotification(shop.url, "status=118", {}, ended.signal), 200)
    const [response] = shop.answering
    assert.isDefined(response)
    const closed = once(response, "close")
    ended.abort()
    await closed
  })
})
