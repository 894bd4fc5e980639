import { existsSync, mkdtempSync } from "node:fs"
import { connect, type Socket } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { StartFailed, type StartServerOptions, startServer } from "@hipay-pos/server-mock/node"
import { assertChargedOnce } from "@hipay-pos/server-mock/testing"
import { startTerminal } from "@hipay-pos/terminal-simulator/node"
import { listenTcp } from "../../../../tests/listen.ts"
import { authorization, type Body, order } from "../server.ts"
import { unusable } from "../unusable.ts"

const orderFor = (port: number, orderId = "ORDER_1") =>
  order({ order: { order_id: orderId }, info: { host_information: { host: "127.0.0.1", port } } })

const post = async (url: string, body: object) => {
  const response = await fetch(`${url}/v1/connector/order`, {
    method: "POST",
    headers: { authorization, "content-type": "application/json" },
    body: JSON.stringify(body)
  })
  return { status: response.status, body: (await response.json()) as Body }
}

const failure = (options: StartServerOptions): Promise<unknown> =>
  startServer(options).then(
    async (server) => {
      await server.close()
      return undefined
    },
    (error: unknown) => error
  )

describe("startServer", () => {
  it("takes any free port and reaches an attached terminal over TCP", async () => {
    await using terminal = await startTerminal({ port: 0 })
    await using server = await startServer({ port: 0, attach: [`127.0.0.1:${terminal.port}`] })
    assert.match(server.url, /^http:\/\/127\.0\.0\.1:\d+$/)
    const { status, body } = await post(server.url, orderFor(terminal.port))
    assert.strictEqual(status, 200)
    assert.strictEqual(body.paymentStatus, "Success")
    assert.strictEqual(terminal.simulator.ledger.charged("EUR"), 1250)
  })

  it("refuses an invalid option before it opens its store", async () => {
    const folder = mkdtempSync(join(tmpdir(), "mock-"))
    const store = join(folder, "attempts.db")
    for (const [given, problem] of unusable) {
      const failed = await failure({ port: 0, store, ...given })
      assert.instanceOf(failed, StartFailed)
      assert.strictEqual((failed as StartFailed).message, problem)
    }
    const misspelt = await failure({ prt: 0 } as StartServerOptions)
    assert.match((misspelt as Error).message, /^prt: no such option; expected one of .*\bport\b/)
    assert.isFalse(existsSync(store))
  })

  it("says that a charge is not in its ledger because the terminal is attached", async () => {
    await using terminal = await startTerminal({ port: 0 })
    const address = `127.0.0.1:${terminal.port}`
    await using server = await startServer({ port: 0, attach: [address] })
    await post(server.url, orderFor(terminal.port))
    const failed = await assertChargedOnce(server, "ORDER_1").catch((error: Error) => error)
    assert.strictEqual(
      failed?.message,
      `cannot tell how often was charged: the terminal ${address} is attached, and what it charged is in its own ledger alone.`
    )
    await post(server.url, order({ order: { order_id: "ORDER_2" } }))
    await assertChargedOnce(server, "ORDER_2")
  })

  it("dials nothing that was not attached", async () => {
    await using terminal = await startTerminal({ port: 0 })
    await using server = await startServer({ port: 0 })
    assert.strictEqual((await post(server.url, orderFor(terminal.port))).body.paymentStatus, "Success")
    assert.strictEqual(terminal.simulator.ledger.charged("EUR"), 0)
  })

  it("accepts durations as in flags and files, and says which one is invalid", async () => {
    const times = { answerTimeout: "180s", queueTimeout: "5 seconds", requestTimeout: "30s", drainDelay: 0 } as const
    await using server = await startServer({ port: 0, collectEvery: "1h", ...times })
    assert.strictEqual((await post(server.url, order())).status, 200)
    for (const option of [
      "answerTimeout",
      "connectTimeout",
      "queueTimeout",
      "requestTimeout",
      "drainDelay",
      "collectEvery"
    ]) {
      const error = await failure({ port: 0, [option]: "180" })
      assert.instanceOf(error, StartFailed)
      assert.strictEqual(
        error.message,
        `${option}: expected a length of time such as "180s" or "180 seconds", got "180"`
      )
    }
  })

  it("takes the credentials that it is given, and no others", async () => {
    await using server = await startServer({ port: 0, credentials: { username: "me", password: "mine" } })
    assert.strictEqual((await post(server.url, order())).status, 401)
    const own = { headers: { authorization: `Basic ${btoa("me:mine")}` } }
    assert.strictEqual((await fetch(`${server.url}/attempts`, own)).status, 200)
  })

  it("sets faults and clears them, with bodies of known and of unknown length and with none", async () => {
    await using server = await startServer({ port: 0 })
    const terminal = server.mock.terminal("192.168.1.20")
    await terminal.faults({ fault: "split", times: 1 })
    assert.deepStrictEqual(
      (await terminal.state()).faults.map(({ fault }) => fault),
      ["split"]
    )
    await terminal.faults()
    assert.deepStrictEqual((await terminal.state()).faults, [])
    const streamed = await fetch(`${server.control.url}/terminals/192.168.1.20%3A8888/faults`, {
      method: "POST",
      headers: { authorization: `Bearer ${server.control.token}`, "content-type": "application/json" },
      body: new Blob(['"refuse"']).stream(),
      duplex: "half"
    } as RequestInit)
    assert.strictEqual(streamed.status, 201)
    assert.deepStrictEqual(
      (await terminal.state()).faults.map(({ fault }) => fault),
      ["refuse"]
    )
  })

  it("has a control token of its own where it is given an empty one", async () => {
    await using server = await startServer({ port: 0, controlToken: "" })
    assert.isAtLeast(server.control.token.length, 32)
  })

  it("takes several logins, each with its own roles", async () => {
    await using server = await startServer({
      port: 0,
      logins: [
        { username: "till", password: "a", roles: ["pay"] },
        { username: "manager", password: "b", roles: ["read", "resolve"] }
      ]
    })
    const status = async (login: string, path: string, method = "GET") =>
      (await fetch(`${server.url}${path}`, { method, headers: { authorization: `Basic ${btoa(login)}` } })).status
    assert.strictEqual(await status("till:a", "/v1/connector/order", "POST"), 415)
    assert.strictEqual(await status("manager:b", "/v1/connector/order", "POST"), 403)
    assert.strictEqual(await status("manager:b", "/attempts"), 200)
    assert.strictEqual(await status("merchant:secret", "/attempts"), 401)
  })

  it("keeps attempts in a file if one is given, and locks it meanwhile", async () => {
    const folder = mkdtempSync(join(tmpdir(), "mock-"))
    const store = join(folder, "attempts.db")
    {
      await using server = await startServer({ port: 0, store })
      assert.strictEqual((await post(server.url, order())).status, 200)
      assert.match(String(await failure({ port: 0, store })), /is in use by another process$/)
    }
    await using server = await startServer({ port: 0, store })
    assert.strictEqual((await post(server.url, order())).status, 409)
  })

  it("deletes its file's attempts when it is reset, and stores later ones there", async () => {
    const folder = mkdtempSync(join(tmpdir(), "mock-"))
    const store = join(folder, "attempts.db")
    {
      await using server = await startServer({ port: 0, store })
      assert.strictEqual((await post(server.url, order())).status, 200)
      await server.mock.reset()
      assert.lengthOf(await server.mock.attempts(), 0)
      assert.strictEqual((await post(server.url, order())).status, 200)
      assert.lengthOf((await server.mock.ledger()).entries, 1)
    }
    await using server = await startServer({ port: 0, store })
    assert.lengthOf(await server.mock.attempts(), 1)
  })

  it("raises no alarm about a payment in progress when it is reset", async () => {
    const folder = mkdtempSync(join(tmpdir(), "mock-"))
    const alarms: Array<string> = []
    {
      await using server = await startServer({
        port: 0,
        store: join(folder, "attempts.db"),
        cardholder: { _tag: "Manual" },
        answerTimeout: "50 millis",
        listener: (event) => {
          if (event._tag === "Alarm") alarms.push(event.code)
        }
      })
      // Until it starts over: what ends then runs on.
      await server.mock.clock.freeze()
      const paying = post(server.url, order())
      await server.mock.waitFor({ state: "open" })
      await server.mock.reset()
      assert.strictEqual((await paying).status, 504)
      assert.lengthOf(await server.mock.attempts(), 0)
    }
    assert.deepStrictEqual(alarms, [])
  })

  it("accepts IP addresses among the allowed host names, although it always answers to them", async () => {
    await using server = await startServer({ port: 0, allowedHosts: ["2001:db8::5", "[2001:db8::5]", "192.0.2.1"] })
    assert.isAbove(server.port, 0)
  })

  it("says in one sentence why it cannot start", async () => {
    await using taken = await startServer({ port: 0 })
    const sentences = await Promise.all(
      [
        { port: taken.port },
        { port: 70_000 },
        { host: "0.0.0.0", port: 0 },
        { host: "0.0.0.0", port: 0, logins: [{ username: "merchant", password: "secret" }] },
        { port: 0, attach: ["192.168.1.20:8888"] },
        { port: 0, attach: ["127.0.0.1:port"] },
        { port: 0, attach: ["127.0.0.1:0"] }
      ].map(failure)
    )
    for (const error of sentences) assert.instanceOf(error, StartFailed)
    assert.deepStrictEqual(sentences.map(String), [
      `StartFailed: port ${taken.port} on 127.0.0.1 is in use`,
      "StartFailed: expected a port from 0 to 65535, got 70000",
      "StartFailed: 0.0.0.0 is not a loopback address, and the default login is public: set a username and a password (--credentials FILE, or HIPAY_POS_USERNAME and HIPAY_POS_PASSWORD; in code: credentials)",
      "StartFailed: 0.0.0.0 is not a loopback address, and the default login is public: set a username and a password (--credentials FILE, or HIPAY_POS_USERNAME and HIPAY_POS_PASSWORD; in code: credentials)",
      "StartFailed: cannot attach 192.168.1.20:8888: a mock reaches terminals on loopback only, such as 127.0.0.1:8888",
      "StartFailed: cannot attach 127.0.0.1:port: expected HOST:PORT",
      "StartFailed: cannot attach 127.0.0.1:0: expected HOST:PORT"
    ])
  })
})

describe("closing", () => {
  it("answers the payment in progress, refuses new orders, and then releases the port", async () => {
    await using terminal = await makeTerminal()
    const server = await startServer({ port: 0, attach: [`127.0.0.1:${terminal.port}`] })
    const paying = post(server.url, orderFor(terminal.port))
    const asked = await terminal.asked
    const late = await begin(server.port, orderFor(terminal.port, "ORDER_2"))
    const closed = server.close()
    const refused = await late.finish()
    assert.match(refused, /^HTTP\/1\.1 503 /)
    assert.include(refused, "server.closing")
    asked.end("CZ0040320CA00201CB0041250CD0010CE003978AE00210")
    assert.strictEqual((await paying).body.paymentStatus, "Success")
    await closed
    await using again = await startServer({ port: server.port })
    assert.strictEqual(again.port, server.port)
  })

  it("does not start payments that are still waiting for their terminal", async () => {
    await using terminal = await makeTerminal()
    const server = await startServer({ port: 0, attach: [`127.0.0.1:${terminal.port}`] })
    const paying = post(server.url, orderFor(terminal.port))
    const asked = await terminal.asked
    const waiting = post(server.url, orderFor(terminal.port, "ORDER_2"))
    const bothOpen = await fetch(`${server.control.url}/wait-for?state=open&attempts=2`, {
      headers: { authorization: `Bearer ${server.control.token}` }
    })
    assert.strictEqual(bothOpen.status, 200)
    const closed = server.close()
    const { status, body } = await waiting
    assert.strictEqual(status, 400)
    assert.strictEqual(body.error?.code, "busy.terminal.bad.request")
    asked.end("CZ0040320CA00201CB0041250CD0010CE003978AE00210")
    assert.strictEqual((await paying).body.paymentStatus, "Success")
    await closed
  })

  it("waits for a payment whose caller has gone", async () => {
    await using terminal = await makeTerminal()
    const told: Array<string> = []
    const server = await startServer({
      port: 0,
      attach: [`127.0.0.1:${terminal.port}`],
      listener: (event) => told.push(event._tag === "Terminal" ? event.event._tag : event._tag)
    })
    const hangUp = new AbortController()
    const calling = fetch(`${server.url}/v1/connector/order`, {
      method: "POST",
      headers: { authorization, "content-type": "application/json" },
      body: JSON.stringify(orderFor(terminal.port)),
      signal: hangUp.signal
    })
    const asked = await terminal.asked
    hangUp.abort()
    await calling.catch(() => {})
    const closed = server.close()
    asked.end("CZ0040320CA00201CB0041250CD0010CE003978AE00210")
    await closed
    assert.include(told, "Answered")
    assert.notInclude(told, "Defect")
  })

  it.each([
    ["a request", "POST /v1/connector/order HTTP/1.1\r\nHost: 127"],
    [
      "a body",
      `POST /v1/connector/order HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ${authorization}\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{`
    ]
  ])("does not wait for the rest of %s", async (_, bytes) => {
    const server = await startServer({ port: 0, requestTimeout: "200 millis" })
    const socket = connect(server.port, "127.0.0.1").on("error", () => {})
    await new Promise<void>((resolve) => socket.write(bytes, () => resolve()))
    // Answered behind the half request on another connection, so that this one has arrived.
    assert.strictEqual((await fetch(`${server.url}/livez`)).status, 200)
    await server.close()
    socket.destroy()
  })

  it("may be asked for twice", async () => {
    const server = await startServer({ port: 0 })
    await Promise.all([server.close(), server.close()])
  })
})

/** A port that takes one request and leaves the answer to the test. */
const makeTerminal = async () => {
  const asked = Promise.withResolvers<Socket>()
  const server = await listenTcp((socket) => void socket.once("data", () => asked.resolve(socket)))
  return { ...server, asked: asked.promise }
}

/** An order whose head has been read and whose body is yet to come. */
const begin = (port: number, body: object): Promise<{ readonly finish: () => Promise<string> }> =>
  new Promise((resolve) => {
    const json = JSON.stringify(body)
    const head = [
      "POST /v1/connector/order HTTP/1.1",
      "Host: localhost",
      `Authorization: ${authorization}`,
      "Content-Type: application/json",
      `Content-Length: ${json.length}`,
      "Expect: 100-continue"
    ]
    let text = ""
    const socket = connect(port, "127.0.0.1", () => socket.write(`${head.join("\r\n")}\r\n\r\n`))
    const finish = () =>
      new Promise<string>((ended) => {
        text = ""
        socket.on("close", () => ended(text))
        socket.write(json)
      })
    socket.setEncoding("utf8")
    socket.on("data", (chunk) => {
      text += chunk
      if (text === "HTTP/1.1 100 Continue\r\n\r\n") resolve({ finish })
    })
  })
