/** Wrong logins: how they are reported, slowed down, and remembered. */
import { connect } from "node:net"
import type { ServerEvent } from "@hipay-pos/server"
import { startServer } from "@hipay-pos/server-mock/node"
import { assert, describe, it } from "vitest"
import { authorization, makeServer, order } from "./server.ts"

const basic = (login: string) => ({ authorization: `Basic ${btoa(login)}` })

const signIn = (server: ReturnType<typeof makeServer>, body: unknown) =>
  server.app.request("/session", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body)
  })

describe("a wrong login", () => {
  it("is told with the login that it meant, and never with what else stood there", async () => {
    await using server = makeServer()
    await server.get("/attempts", basic("merchant:guess"))
    await server.get("/attempts", basic("merchant+space:guess"))
    await server.get("/attempts", basic("s3cret-typed-into-the-wrong-field:guess"))
    await server.get("/attempts", { authorization: "Bearer guess" })
    await signIn(server, { username: "merchant", password: "guess" })
    await signIn(server, { username: "s3cret-typed-into-the-wrong-field", password: "guess" })
    await server.send(order(), { authorization: "" })
    assert.deepStrictEqual(
      server.events.flatMap((event) =>
        event._tag === "Unauthorized" ? [JSON.parse(JSON.stringify({ ...event, requestId: "" }))] : []
      ),
      [
        { _tag: "Unauthorized", requestId: "", credentials: "wrong", login: "merchant" },
        { _tag: "Unauthorized", requestId: "", credentials: "wrong", login: "merchant" },
        { _tag: "Unauthorized", requestId: "", credentials: "wrong" },
        { _tag: "Unauthorized", requestId: "", credentials: "wrong" },
        { _tag: "Unauthorized", requestId: "", credentials: "wrong", login: "merchant" },
        { _tag: "Unauthorized", requestId: "", credentials: "wrong" },
        { _tag: "Unauthorized", requestId: "", credentials: "wrong" }
      ]
    )
    assert.notInclude(JSON.stringify(server.events), "guess")
    assert.notInclude(JSON.stringify(server.events), "s3cret")
  })

  it("is not told of a page that has no session yet", async () => {
    await using server = makeServer()
    await server.get("/session", {})
    await server.get("/attempts", { cookie: "hipay-pos-session=old" })
    assert.deepStrictEqual(server.events, [])
  })

  it("has the next ones wait at a server on a port, and a till that was there before goes on beside them", async () => {
    const events: Array<ServerEvent> = []
    const credentials = { username: "merchant", password: "of its own" }
    const { authorization } = basic("merchant:of its own")
    await using server = await startServer({ port: 0, credentials, listener: (event) => events.push(event) })
    const socket = connect(server.port, "127.0.0.1")
    const guesses = 200
    const guess = `GET /attempts HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ${basic("boss:guess").authorization}\r\n\r\n`
    let received = ""
    socket.on("data", (chunk) => {
      received += chunk.toString("latin1")
    })
    const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()))
    const send = async () => {
      const answer = await fetch(`${server.url}/v1/connector/order`, {
        method: "POST",
        headers: { authorization, "content-type": "application/json" },
        body: JSON.stringify(order({ order: { order_id: `PAID-${events.length}` } }))
      })
      return (await answer.json()) as { readonly paymentStatus?: string }
    }
    const refused = () => events.filter(({ _tag }) => _tag === "Unauthorized").length
    assert.strictEqual((await send()).paymentStatus, "Success")
    socket.write(guess.repeat(guesses))
    while (refused() < 10) await send()
    assert.strictEqual((await send()).paymentStatus, "Success")
    assert.isBelow(refused(), guesses)
    assert.isBelow(received.split("HTTP/1.1 401").length - 1, guesses)
    for (const event of events) if (event._tag === "Unauthorized") assert.strictEqual(event.address, "127.0.0.1")
    await server.close()
    await closed
  })

  it("does not wait where the only login is the public one, which need not be guessed", {
    timeout: 30_000
  }, async () => {
    await using server = await startServer({ port: 0 })
    const headers = { authorization: basic("merchant:wrong").authorization }
    // With waits these would take a minute.
    for (let count = 0; count < 40; count++) {
      assert.strictEqual((await fetch(`${server.url}/session`, { headers })).status, 401)
    }
  })
})

describe("a session", () => {
  it.each([
    [null, "expected an object with username and password, got null"],
    [["merchant", "secret"], "expected an object with username and password, got a list"],
    ["merchant", "expected an object with username and password, got a string"],
    [{}, "username: expected a text, got nothing"],
    [{ username: { toString: 1 }, password: "secret" }, "username: expected a text, got an object"],
    [{ username: ["merchant"], password: ["secret"] }, "username: expected a text, got a list"],
    [{ username: "merchant", password: 1234 }, "password: expected a text, got a number"],
    [{ username: "merchant", password: "secret", space: ["demo"] }, "space: expected a text, got a list"]
  ])("is not opened by %j", async (body, description) => {
    await using server = makeServer()
    const answer = await signIn(server, body)
    assert.strictEqual(answer.status, 400)
    assert.deepInclude(((await answer.json()) as { error: object }).error, { code: "malformed.request", description })
    assert.deepStrictEqual(server.events, [])
  })

  it("has a cookie that scripts and other sites do not get, and over TLS only where a proxy speaks it", async () => {
    await using server = makeServer()
    const plain = await signIn(server, { username: "merchant", password: "secret" })
    assert.match(plain.headers.get("set-cookie") ?? "", /; Path=\/; HttpOnly; SameSite=Strict$/)
    await using behindTls = makeServer({ behindTls: true })
    const secure = await signIn(behindTls, { username: "merchant", password: "secret" })
    assert.match(secure.headers.get("set-cookie") ?? "", /; Path=\/; HttpOnly; Secure; SameSite=Strict$/)
    const ended = await behindTls.app.request("/session", { method: "DELETE" })
    assert.match(ended.headers.get("set-cookie") ?? "", /=; Max-Age=0; Path=\/; HttpOnly; Secure; SameSite=Strict$/)
  })
})

describe("an answer behind a login", () => {
  it("is kept by no browser and no proxy", async () => {
    await using server = makeServer()
    const sent = await server.send(order())
    const paths = [
      sent.header("x-hipay-pos-attempt") ?? "",
      "/attempts",
      "/attempts?day=2026-01-01&format=csv",
      "/session"
    ]
    for (const path of [...paths, "/attempts/unknown", "/attempts/events"]) {
      const answer = await server.app.request(path, { headers: { authorization } })
      assert.strictEqual(answer.headers.get("cache-control"), "no-store", path)
      await answer.body?.cancel()
    }
    assert.strictEqual(sent.header("cache-control"), "no-store")
    assert.strictEqual((await server.get("/attempts", {})).header("cache-control"), "no-store")
  })
})
