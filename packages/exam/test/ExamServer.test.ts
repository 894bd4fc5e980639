/** The server of an examination, and callers that are not the till. */
import { once } from "node:events"
import { connect } from "node:net"
import { text } from "node:stream/consumers"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import { type ExamServer, startExamServer } from "../src/till/ExamServer.ts"
import { makeRoutes } from "../src/till/page/routes.ts"

const LOGIN = { username: "merchant", password: "secret" }

describe("the server of an examination", () => {
  let server: ExamServer

  beforeEach(async () => {
    server = await startExamServer({
      host: "127.0.0.1",
      port: 0,
      ...LOGIN,
      silence: 1_000,
      page: makeRoutes(() => undefined)
    })
  })

  afterEach(() => server.close())

  /** Sends the lines of a request, and gives all that comes back. */
  const send = async (...lines: ReadonlyArray<string>): Promise<string> => {
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1")
    await once(socket, "connect")
    socket.write([...lines, "Connection: close", "", ""].join("\r\n"))
    return text(socket)
  }

  it.each(["//", "///exam", "http://", "http://127.0.0.1/livez"])(
    "answers a request for %s, and goes on",
    async (url) => {
      assert.match(await send(`GET ${url} HTTP/1.1`, "Host: 127.0.0.1"), /^HTTP\/1\.1 [2-5]\d\d /)
      assert.strictEqual((await fetch(`${server.url}/livez`)).status, 200)
    }
  )
})
