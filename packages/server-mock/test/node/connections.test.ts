/** Connections: how many there may be, who goes when there are more, and how long they hold the end of a server. */
import { connect, type Socket } from "node:net"
import { serve } from "@hipay-pos/server/testing"
import { startServer } from "@hipay-pos/server-mock/node"
import { Cardholder } from "@hipay-pos/terminal-simulator"
import { assert, describe, it } from "vitest"
import { authorization, order } from "../server.ts"

const HEAD = "HTTP/1.1\r\nHost: 127.0.0.1\r\n"

/** A client that keeps its connection. */
const open = async (port: number) => {
  const socket = connect(port, "127.0.0.1")
  let received = ""
  let wake = () => {}
  let isClosed = false
  socket.on("data", (chunk) => {
    received += chunk.toString("latin1")
    wake()
  })
  socket.on("error", () => {})
  const closed = new Promise<void>((resolve) => {
    socket.on("close", () => {
      isClosed = true
      wake()
      resolve()
    })
  })
  await new Promise<void>((resolve) => socket.once("connect", () => resolve()))
  /** What has come, once it has `text` in it or the connection is closed. */
  const until = async (text: string) => {
    while (!received.includes(text) && !isClosed) {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
    return received
  }
  return { socket, closed, until, isOpen: () => !isClosed }
}

const alive = (socket: Socket) => socket.write(`GET /livez ${HEAD}\r\n`)
const get = (socket: Socket, path: string, login = authorization) =>
  socket.write(`GET ${path} ${HEAD}Authorization: ${login}\r\n\r\n`)
const look = (socket: Socket, login?: string) => get(socket, "/session", login)
const pay = (socket: Socket, orderId: string, login = authorization) => {
  const body = JSON.stringify(order({ order: { order_id: orderId } }))
  socket.write(
    `POST /v1/connector/order ${HEAD}Authorization: ${login}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  )
}

describe("connections that show no login", () => {
  it("leave a quarter of the room to callers with one, who are served however many come", async () => {
    await using server = await startServer({ port: 0, maxConnections: 8 })
    const till = await open(server.port)
    look(till.socket)
    await till.until("merchant")
    const strangers = []
    for (let count = 0; count < 50; count++) {
      const stranger = await open(server.port)
      alive(stranger.socket)
      await stranger.until("alive")
      strangers.push(stranger)
    }
    await Promise.all(strangers.slice(0, 44).map(({ closed }) => closed))
    assert.lengthOf(
      strangers.filter(({ isOpen }) => isOpen()),
      6
    )
    pay(till.socket, "KEPT")
    assert.include(await till.until("paymentStatus"), '"paymentStatus":"Success"')
    const next = await open(server.port)
    pay(next.socket, "NEW")
    assert.include(await next.until("paymentStatus"), '"paymentStatus":"Success"')
    assert.isTrue(till.isOpen())
  })

  it("are closed for others only", async () => {
    await using server = await startServer({ port: 0, maxConnections: 4, logins })
    const tills = []
    for (const login of Object.values(logins)) {
      const till = await open(server.port)
      look(till.socket, basic(login))
      await till.until(login.username)
      tills.push({ ...till, login })
    }
    const fifth = await open(server.port)
    await fifth.closed
    for (const { socket, until, login } of tills) {
      pay(socket, login.username, basic(login))
      assert.include(await until("paymentStatus"), '"paymentStatus":"Success"')
    }
  })
})

const logins = ["north", "south", "east", "west"].map((username) => ({ username, password: "of its own" }))
const [north, south] = logins.map(({ username, password }) => `Basic ${btoa(`${username}:${password}`)}`)
const basic = ({ username, password }: (typeof logins)[number]) => `Basic ${btoa(`${username}:${password}`)}`

describe("a login that takes all the room there is", () => {
  const start = () => startServer({ port: 0, maxConnections: 16, logins, cardholder: Cardholder.manual })

  it("loses its oldest event streams, and a probe and the till of another login are served", async () => {
    await using server = await start()
    const till = await open(server.port)
    look(till.socket, south)
    await till.until("south")
    const streams = []
    for (let count = 0; count < 20; count++) {
      const stream = await open(server.port)
      get(stream.socket, "/attempts/events", north)
      assert.include(await stream.until("event: hello"), "event: hello")
      streams.push(stream)
    }
    const probe = await open(server.port)
    alive(probe.socket)
    assert.include(await probe.until("alive"), "alive")
    const next = await open(server.port)
    look(next.socket, south)
    assert.include(await next.until("south"), "south")
    await Promise.all(streams.slice(0, 5).map(({ closed }) => closed))
    assert.lengthOf(
      streams.filter(({ isOpen }) => isOpen()),
      15
    )
    for (const { isOpen } of [till, probe, next]) assert.isTrue(isOpen())
  })

  it("drops the connection idle for longest if there is no stream, and never an order in progress", async () => {
    await using server = await start()
    const orders = []
    for (let count = 0; count < 8; count++) {
      const order = await open(server.port)
      pay(order.socket, `UNDER_WAY_${count}`, north)
      orders.push(order)
    }
    const idle = []
    for (let count = 0; count < 9; count++) {
      const each = await open(server.port)
      look(each.socket, north)
      await each.until("north")
      idle.push(each)
    }
    const [used, unused] = idle
    get(used?.socket as Socket, "/attempts?limit=1", north)
    await used?.until("attempts")
    const next = await open(server.port)
    await unused?.closed
    assert.isTrue(used?.isOpen())
    for (const { isOpen } of [...orders, next]) assert.isTrue(isOpen())
    await server.mock.reset()
  })
})

describe("a server that closes", () => {
  const start = (payments: () => number, handler: (request: Request) => Promise<Response>) =>
    serve({
      fetch: handler,
      host: "127.0.0.1",
      port: 0,
      longestAnswer: 600_000,
      readTimeout: 100,
      underWay: async () => payments(),
      unreadable: () => {},
      closing: () => {},
      dispose: async () => {}
    })

  it("does not wait for a caller who never reads an answer", async () => {
    const large = "x".repeat(64_000_000)
    let answered = () => {}
    const isAnswered = new Promise<void>((resolve) => {
      answered = resolve
    })
    const server = await start(
      () => 0,
      async () => {
        answered()
        return new Response(large)
      }
    )
    const caller = connect(server.port, "127.0.0.1")
    caller.on("error", () => {})
    caller.write(`GET / ${HEAD}\r\n`)
    await isAnswered
    await server.close()
    caller.destroy()
  })

  it("waits for a payment, however long it takes, and for its answer", async () => {
    let payments = 1
    let finish = () => {}
    const paid = new Promise<void>((resolve) => {
      finish = resolve
    })
    let checks = 0
    let longEnough = () => {}
    const isLong = new Promise<void>((resolve) => {
      longEnough = resolve
    })
    let begin = () => {}
    const begun = new Promise<void>((resolve) => {
      begin = resolve
    })
    const server = await start(
      () => {
        if (++checks === 60) longEnough()
        return payments
      },
      async () => {
        begin()
        await paid
        payments = 0
        return new Response("paid")
      }
    )
    const caller = await open(server.port)
    caller.socket.write(`GET / ${HEAD}\r\n`)
    await begun
    const closed = server.close()
    await isLong
    assert.isTrue(caller.isOpen())
    finish()
    assert.include(await caller.until("paid"), "paid")
    await closed
  })
})

describe("a body over the limit, of a length that was not announced", () => {
  const chunk = `10000\r\n${"x".repeat(0x10000)}\r\n`

  it.each(["/v1/connector/order", "/session"])("leaves the connection to the next order: %s", async (path) => {
    await using server = await startServer({ port: 0 })
    const till = await open(server.port)
    till.socket.write(
      `POST ${path} ${HEAD}Authorization: ${authorization}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`
    )
    till.socket.write(`${chunk.repeat(16)}0\r\n\r\n`)
    assert.include(await till.until('"details":{}}}'), '"code":"body.too.large"')
    pay(till.socket, "NEXT")
    assert.include(await till.until("paymentStatus"), '"paymentStatus":"Success"')
  })
})

describe("a request without a Host header", () => {
  const exchange = async (port: number, bytes: string) => {
    const caller = await open(port)
    caller.socket.write(bytes)
    await caller.closed
    return caller.until("")
  }

  it("is taken in HTTP/1.0, which asks for none: a health check, an order", async () => {
    await using server = await startServer({ port: 0 })
    assert.match(await exchange(server.port, "GET /livez HTTP/1.0\r\n\r\n"), /^HTTP\/1\.1 200 /)
    const body = JSON.stringify(order())
    const answer = await exchange(
      server.port,
      `POST /v1/connector/order HTTP/1.0\r\nAuthorization: ${authorization}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
    )
    assert.include(answer, '"paymentStatus":"Success"')
  })

  it.each([
    ["is told to have one", "", "Expected a Host header, which HTTP/1.1 requires."],
    [
      "with a bad one is told what one is",
      "Host: a b\r\n",
      "Expected a host name or an address in the Host header, and a path"
    ]
  ])("in HTTP/1.1 %s", async (_, header, said) => {
    await using server = await startServer({ port: 0 })
    const answer = await exchange(server.port, `GET /livez HTTP/1.1\r\n${header}Connection: close\r\n\r\n`)
    assert.match(answer, /^HTTP\/1\.1 400 /)
    assert.include(answer, '"code":"request.malformed"')
    assert.include(answer, said)
  })
})
