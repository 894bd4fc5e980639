/** Bytes to and from a terminal: which of them answer the request. */
import * as Tlv from "@hipay-pos/concert-codec/Tlv"
import { assert, describe, it } from "vitest"
import { listenTcp } from "../../../tests/listen.ts"
import { exchange } from "../src/terminal/RawExchange.ts"

const request = "CZ0040320CB00203CD0010CE003978"
const refused = "CZ0040320AE00201AF00211"
const approved = "CZ0040320CB00203CE003978AE00210AC006123456"

/** A terminal whose first `stale` connections begin with the answer to an earlier request. */
const terminalWith = async (stale: number) => {
  const received: Array<string> = []
  const server = await listenTcp((socket) => {
    const connection = received.push("") - 1
    if (connection < stale) socket.write(refused)
    socket.on("data", (chunk) => {
      received[connection] += chunk.toString("latin1")
      socket.end(approved)
    })
  })
  const line = { host: "127.0.0.1", port: server.port, answer: 30_000, quiet: 50 }
  return { ...server, line, received }
}

describe("an answer that comes before the request", () => {
  it("is not taken for the request's own: the request is sent on a new connection, once", async () => {
    await using terminal = await terminalWith(1)
    const { connected, answers } = await exchange(terminal.line, request)
    assert.isTrue(connected)
    assert.deepStrictEqual(
      answers.map((answer) => Tlv.find(answer, "AE")),
      ["10"]
    )
    assert.deepStrictEqual(terminal.received, ["", request])
  })

  it("keeps the request from being sent at all if every connection begins with one", async () => {
    await using terminal = await terminalWith(Number.POSITIVE_INFINITY)
    const { connected, answers } = await exchange(terminal.line, request)
    assert.isFalse(connected)
    assert.deepStrictEqual(answers, [])
    assert.deepStrictEqual([...new Set(terminal.received)], [""])
  })
})
