/** Bytes to and from a terminal: which of them answer the request. */
import { once } from "node:events"
import { type AddressInfo, createServer } from "node:net"
import * as Tlv from "@hipay-pos/concert-codec/Tlv"
import { assert, describe, it } from "vitest"
import { exchange } from "../src/terminal/RawExchange.ts"

const request = "CZ0040320CB00203CD0010CE003978"
const refused = "CZ0040320AE00201AF00211"
const approved = "CZ0040320CB00203CE003978AE00210AC006123456"

/** A terminal whose first `stale` connections begin with the answer to an earlier request. */
const terminalWith = async (stale: number) => {
  const received: Array<string> = []
  const server = createServer((socket) => {
    const connection = received.push("") - 1
    socket.on("error", () => {})
    if (connection < stale) socket.write(refused)
    socket.on("data", (chunk) => {
      received[connection] += chunk.toString("latin1")
      socket.end(approved)
    })
  }).listen(0, "127.0.0.1")
  await once(server, "listening")
  const { port } = server.address() as AddressInfo
  return { line: { host: "127.0.0.1", port, answer: 30_000, quiet: 50 }, received, server }
}

describe("an answer that comes before the request", () => {
  it("is not taken for the request's own: the request is sent on a new connection, once", async () => {
    const { line, received, server } = await terminalWith(1)
    const { connected, answers } = await exchange(line, request)
    server.close()
    assert.isTrue(connected)
    assert.deepStrictEqual(
      answers.map((answer) => Tlv.find(answer, "AE")),
      ["10"]
    )
    assert.deepStrictEqual(received, ["", request])
  })

  it("keeps the request from being sent at all if every connection begins with one", async () => {
    const { line, received, server } = await terminalWith(Number.POSITIVE_INFINITY)
    const { connected, answers } = await exchange(line, request)
    server.close()
    assert.isFalse(connected)
    assert.deepStrictEqual(answers, [])
    assert.deepStrictEqual([...new Set(received)], [""])
  })
})
