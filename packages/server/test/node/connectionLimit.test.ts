import { EventEmitter } from "node:events"
import type { Socket } from "node:net"
import { assert, describe, it } from "vitest"
import { makeConnectionLimit, type Work } from "../../src/node/connectionLimit.ts"

/** A connection: its login, and what is being answered on it. */
class FakeSocket extends EventEmitter {
  login: string | undefined
  work: Work = "idle"
  isOpen = true
  destroy() {
    this.isOpen = false
    this.emit("close")
  }
}

const setUp = (most: number) => {
  const fake = (socket: Socket) => socket as unknown as FakeSocket
  const limit = makeConnectionLimit({
    most,
    loginOf: (socket) => fake(socket).login,
    workOn: (socket) => fake(socket).work
  })
  const open = () => {
    const socket = new FakeSocket()
    limit.admit(socket as unknown as Socket)
    return socket
  }
  const openAs = (login: string, work: Work) => {
    const socket = open()
    return Object.assign(socket, socket.isOpen ? { login, work } : {})
  }
  return {
    open,
    stream: () => openAs("console", "reading"),
    order: () => openAs("console", "acting"),
    makeRoom: limit.makeRoom
  }
}

const many = <A>(count: number, make: () => A) => Array.from({ length: count }, make)
const openOf = (sockets: ReadonlyArray<FakeSocket>) => sockets.filter(({ isOpen }) => isOpen)

describe("connections that show no login", () => {
  it.each([0, 5, 6, 100])("close no event stream, however often they come back: %s", (count) => {
    const { stream, open } = setUp(40)
    const streams = many(38, stream)
    let silent = many(count, open)
    for (let round = 0; round < 100; round++) silent = silent.map((socket) => (socket.isOpen ? socket : open()))
    assert.lengthOf(openOf(streams), 38)
    assert.lengthOf(openOf(silent), Math.min(count, 5))
  })

  it("do not keep out an event stream that comes back", () => {
    const { stream, open } = setUp(40)
    const streams = many(40, stream)
    many(5, open)
    streams[7]?.destroy()
    assert.isTrue(stream().isOpen)
    assert.lengthOf(openOf(streams), 39)
  })

  it("go first if descriptors run short", () => {
    const { stream, open, makeRoom } = setUp(40)
    const streams = many(38, stream)
    const silent = open()
    makeRoom()
    assert.isFalse(silent.isOpen)
    assert.lengthOf(openOf(streams), 38)
    makeRoom()
    assert.lengthOf(openOf(streams), 37)
  })
})

describe("a login that takes all connections", () => {
  it("leaves room to callers that come at the same moment", () => {
    const { stream, open } = setUp(40)
    const streams = many(40, stream)
    const callers = many(5, open)
    assert.lengthOf(openOf(callers), 5)
    assert.lengthOf(openOf(streams), 40)
  })

  it("loses its oldest streams to callers with another login, and never an order that is under way", () => {
    const { stream, order, open } = setUp(40)
    const orders = many(10, order)
    const streams = many(30, stream)
    const tills = many(10, () => Object.assign(open(), { login: "till", work: "acting" as const }))
    assert.lengthOf(openOf([...orders, ...tills]), 20)
    open()
    assert.lengthOf(openOf(streams), 20)
    assert.deepStrictEqual(openOf(streams), streams.slice(10))
  })

  it("gets a few connections beyond the bound at most, with all others together", () => {
    const { stream, open } = setUp(40)
    const all = many(1000, (): FakeSocket => stream())
    for (let round = 0; round < 100; round++) all.push(open(), open(), stream())
    assert.isAtMost(openOf(all).length, 45)
  })
})
