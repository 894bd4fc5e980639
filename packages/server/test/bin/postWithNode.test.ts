import * as Duration from "effect/Duration"
import { assert, describe, it } from "vitest"
import { listenTcp } from "../../../../tests/listen.ts"
import { postWithNode } from "../../src/bin/postWithNode.ts"

/** Posts to a server that answers with these bytes, and returns the result. */
const postTo = async (answer: string): Promise<string> => {
  await using server = await listenTcp((socket) => {
    socket.once("data", () => socket.end(answer))
  })
  const response = postWithNode(Duration.seconds(60))(`${server.url}/`, { method: "POST", body: "spans" })
  const came = await response.then(
    ({ status }) => String(status),
    () => "failed"
  )
  return came
}

describe("a request of an exporter", () => {
  it("gives the answer of a collector", async () => {
    assert.strictEqual(await postTo("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"), "200")
    assert.strictEqual(await postTo("HTTP/1.1 204 No Content\r\n\r\n"), "204")
    assert.strictEqual(await postTo("HTTP/1.1 205 Reset\r\ncontent-length: 2\r\n\r\n{}"), "205")
    assert.strictEqual(await postTo("HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n"), "503")
  })

  for (const [what, answer] of [
    ["a status that no answer has", "HTTP/1.1 999 Odd\r\ncontent-length: 0\r\n\r\n"],
    ["another protocol", "HTTP/1.1 101 Switching Protocols\r\nupgrade: other\r\nconnection: upgrade\r\n\r\n"],
    ["an answer that breaks off", "HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n{}"],
    ["an answer that is longer than any collector's", `HTTP/1.1 200 OK\r\n\r\n${"x".repeat(2_000_000)}`],
    ["no answer", ""]
  ] as const)
    it(`fails, and nothing else does, for ${what}`, async () => {
      assert.strictEqual(await postTo(answer), "failed")
    })
})
