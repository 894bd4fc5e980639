/** A mock that a test controls by its typed interface. */
import { MockControl } from "@hipay-pos/server-mock"
import { MockControlError, startServer } from "@hipay-pos/server-mock/node"
import * as Schema from "effect/Schema"
import { assert, describe, it } from "vitest"
import { listenHttp } from "../../../../tests/listen.ts"
import manifest from "../../package.json" with { type: "json" }
import * as Answers from "../../src/control/controlAnswers.ts"
import { order } from "../server.ts"

const HOST = "192.168.1.20"

const pay = async (url: string, orderId: string, username = "merchant", host = HOST) => {
  const response = await fetch(`${url}/v1/connector/order`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`${username}:secret`)}`, "content-type": "application/json" },
    body: JSON.stringify(order({ order: { order_id: orderId }, info: { host_information: { host } } }))
  })
  return { status: response.status, body: (await response.json()) as { readonly paymentStatus?: string } }
}

describe("server.mock", () => {
  it("scripts a terminal, and tells what was charged", async () => {
    await using server = await startServer({ port: 0 })
    const state = await server.mock.terminal(HOST).script(["declined", "approved"])
    assert.strictEqual(state.name, `${HOST}:8888`)
    assert.strictEqual((await pay(server.url, "A")).body.paymentStatus, "Failure")
    assert.strictEqual((await pay(server.url, "B")).body.paymentStatus, "Success")
    const { entries, totals } = await server.mock.ledger()
    assert.deepStrictEqual(
      entries.map(({ terminal, operation, amount }) => [terminal, operation, amount]),
      [[`${HOST}:8888`, "debit", 1250]]
    )
    assert.strictEqual(totals[0]?.amount, 1250)
    assert.lengthOf((await server.mock.terminal(HOST).ledger()).entries, 1)
    assert.deepStrictEqual(
      (await server.mock.transactions()).map(({ orderId }) => orderId),
      await server.mock.collect(HOST).then(() => ["B"])
    )
    assert.lengthOf(await server.mock.terminals(), 1)
    assert.lengthOf(await server.mock.attempts(), 2)
    assert.deepStrictEqual(await server.mock.findings(), [])
  })

  it("presents a card once an order waits for one, and returns whether it was accepted", async () => {
    await using server = await startServer({ port: 0 })
    const terminal = server.mock.terminal(HOST)
    await terminal.cardholder("manual")
    assert.isFalse(await terminal.card("cb"))
    const paying = pay(server.url, "A")
    const [open] = await server.mock.waitFor({ state: "open", orderId: "A" })
    assert.strictEqual(open?.orderId, "A")
    while (!(await terminal.card("cb"))) await terminal.state()
    assert.strictEqual((await paying).body.paymentStatus, "Success")
    assert.isFalse(await terminal.key("cancel"))
  })

  it("freezes, advances and sets the clock of a space, and of no other", async () => {
    await using server = await startServer({ port: 0 })
    const { clock } = server.mock.space("one")
    await clock.freeze()
    assert.deepStrictEqual(await clock.set("2026-01-02T03:04:05Z"), { now: "2026-01-02T03:04:05.000Z", frozen: true })
    assert.strictEqual((await clock.advance("3m")).now, "2026-01-02T03:07:05.000Z")
    assert.strictEqual((await clock.advance("1 second")).now, "2026-01-02T03:07:06.000Z")
    assert.isFalse((await server.mock.clock.get()).frozen)
    assert.isFalse((await clock.resume()).frozen)
  })

  it("rejects a length of time or a moment that it cannot read", async () => {
    const { clock } = MockControl.make({ url: "http://127.0.0.1:9/_mock" })
    for (const asked of [clock.advance("3 fortnights" as "3m"), clock.set(new Date("2026-13-01"))]) {
      const [{ status, reason }] = (await Promise.allSettled([asked])) as [PromiseRejectedResult]
      assert.strictEqual(status, "rejected")
      assert.instanceOf(reason, RangeError)
    }
  })

  it("advances the clock over every retry of a notification, however long its receiver takes to answer", async () => {
    await using shop = await listenHttp((request, response) => {
      request.resume().on("end", () => setImmediate(() => setImmediate(() => response.writeHead(503).end())))
    })
    const { host } = shop
    const notifications = { url: `http://${host}/notify`, allowed: [host] }
    await using server = await startServer({ port: 0, clock: "2026-01-02T03:04:05Z", notifications })
    await pay(server.url, "A")
    await server.mock.clock.advance("2h")
    const [sent] = await server.mock.notifications()
    assert.strictEqual(sent?.state, "failed")
    assert.deepStrictEqual(
      sent?.tries.map(({ at, status }) => [at, status]),
      ["03:04:05", "03:04:15", "03:05:15", "03:15:15", "04:15:15"].map((time) => [`2026-01-02T${time}.000Z`, 503])
    )
  })

  it("sets faults of a terminal and of HTTP, and clears them", async () => {
    await using server = await startServer({ port: 0 })
    const terminal = server.mock.terminal(HOST)
    await terminal.faults("refuse")
    assert.deepStrictEqual(
      (await terminal.state()).faults.map(({ fault }) => fault),
      ["refuse"]
    )
    assert.strictEqual((await pay(server.url, "A")).status, 400)
    await terminal.faults()
    await server.mock.httpFault("error-before", { status: 503 })
    assert.strictEqual((await pay(server.url, "B")).status, 503)
    await server.mock.httpFault("error-before")
    await server.mock.httpFault(undefined)
    assert.strictEqual((await pay(server.url, "C")).status, 200)
    await server.mock.reset()
    assert.lengthOf(await server.mock.attempts(), 0)
  })

  it("plays a script at a terminal, which is what its name says again after the last step", async () => {
    await using server = await startServer({ port: 0 })
    const host = "declined.terminal.test"
    const terminal = server.mock.terminal(host)
    const scripted = await terminal.script(["approved", "approved"])
    assert.deepStrictEqual([scripted.cardholder, scripted.stepsLeft], ["scripted", 2])
    const said = []
    for (const id of ["A", "B", "C"]) said.push((await pay(server.url, id, "merchant", host)).body.paymentStatus)
    assert.deepStrictEqual(said, ["Success", "Success", "Failure"])
    const amount = server.mock.terminal(HOST)
    await amount.cardholder("amount")
    assert.strictEqual((await amount.script(["approved"])).cardholder, "scripted")
    await pay(server.url, "D")
    const { cardholder, stepsLeft } = await amount.state()
    assert.deepStrictEqual([cardholder, stepsLeft], ["amount", 0])
  })

  it("sets all faults of a terminal or none of them", async () => {
    await using server = await startServer({ port: 0 })
    const terminal = server.mock.terminal(HOST)
    const set = async () => (await terminal.state()).faults.map(({ fault }) => fault)
    await terminal.faults("refuse")
    for (const faults of [
      ["silent", "nonsense"],
      ["split", "cut"]
    ]) {
      const refused = await terminal.faults(...faults).catch((error: unknown) => error)
      assert.instanceOf(refused, MockControlError)
      assert.deepStrictEqual(await set(), ["refuse"])
    }
    await terminal.faults("silent", { fault: "reset", times: 2 })
    assert.deepStrictEqual(await set(), ["silent", "reset"])
  })

  it("rejects with the call, the status and the mock's own words", async () => {
    await using server = await startServer({ port: 0 })
    const error = await server.mock.clock.set("yesterday").catch((error: unknown) => error)
    assert.instanceOf(error, MockControlError)
    const { call, status, message } = error as MockControlError
    assert.deepStrictEqual([call, status], ["PUT /clock", 400])
    assert.include(message, "a moment from 1970 to 9998")
  })

  it("works through any fetch", async () => {
    await using server = await startServer({ port: 0 })
    const asked: Array<string> = []
    const { url, token } = server.control
    const control = MockControl.make({
      url,
      token,
      fetch: (called, init) => {
        asked.push(`${init.method} ${called.slice(url.length)}`)
        return fetch(called, init)
      }
    })
    await control.seed("same")
    await control.notifications()
    assert.deepStrictEqual(asked, ["PUT /seed", "GET /notifications"])
  })
})

describe("/_mock/openapi.json", () => {
  it("names every operation once, and says what it answers", async () => {
    await using server = await startServer({ port: 0 })
    const { url, token } = server.control
    const response = await fetch(`${url}/openapi.json`, { headers: { authorization: `Bearer ${token}` } })
    const { servers, paths, components } = (await response.json()) as {
      readonly servers: ReadonlyArray<{ readonly url: string }>
      readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId: string }>>>>
      readonly components: { readonly schemas: Readonly<Record<string, unknown>> }
    }
    assert.deepStrictEqual(servers, [{ url: "/" }])
    const ids = Object.values(paths).flatMap((path) => Object.values(path).map(({ operationId }) => operationId))
    assert.notInclude(ids, undefined)
    assert.lengthOf(new Set(ids), ids.length)
    for (const name of ["LedgerOfAll", "TerminalState", "Transactions", "Clock"]) {
      assert.property(components.schemas, name)
    }
    assert.include(JSON.stringify(paths["/_mock/ledger"]?.get), "#/components/schemas/LedgerOfAll")
  })

  it("tells the headers of every answer", async () => {
    await using server = await startServer({ port: 0 })
    const { url, token } = server.control
    const authorized = { authorization: `Bearer ${token}` }
    const { paths } = (await (await fetch(`${url}/openapi.json`, { headers: authorized })).json()) as {
      readonly paths: Readonly<
        Record<
          string,
          Readonly<Record<string, { readonly responses: Readonly<Record<string, { readonly headers?: object }>> }>>
        >
      >
    }
    const ofWire = (headers: Headers) => [...headers.keys()].filter((name) => /^(x-|www-authenticate$)/.test(name))
    const check = async (path: string, status: string, headers: Readonly<Record<string, string>>) => {
      const response = await fetch(`${url}${path.replace("{name}", HOST)}`, { headers })
      await response.body?.cancel()
      const told = Object.keys(paths[`/_mock${path}`]?.get?.responses[status]?.headers ?? {})
      assert.includeMembers(
        told.map((name) => name.toLowerCase()),
        ofWire(response.headers),
        `${path} ${status}`
      )
    }
    await check("/ledger", "200", authorized)
    await check("/ledger", "default", {})
    await check("/openapi.json", "200", authorized)
    await check("/terminals/{name}/events", "200", authorized)
  })

  it("tells the status of every answer as a number, because generators ignore ranges", async () => {
    await using server = await startServer({ port: 0 })
    const { url, token } = server.control
    const authorized = { authorization: `Bearer ${token}` }
    const { paths } = (await (await fetch(`${url}/openapi.json`, { headers: authorized })).json()) as {
      readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses: object }>>>>
    }
    const operations = Object.values(paths).flatMap((path) => Object.values(path))
    for (const { responses } of operations) {
      for (const status of Object.keys(responses)) assert.match(status, /^(\d{3}|default)$/)
    }
    const path = "/terminals/{name}/faults"
    const told = (method: string) => Object.keys(paths[`/_mock${path}`]?.[method]?.responses ?? {})
    const faults = url + path.replace("{name}", HOST)
    const set = await fetch(faults, { method: "POST", headers: authorized, body: '"reset@after-approval"' })
    assert.deepStrictEqual(told("post"), [String(set.status), "default"])
    const cleared = await fetch(faults, { method: "DELETE", headers: authorized })
    assert.deepStrictEqual(told("delete"), [String(cleared.status), "default"])
  })

  it("says which calls need a body", async () => {
    await using server = await startServer({ port: 0 })
    const { url, token } = server.control
    const response = await fetch(`${url}/openapi.json`, { headers: { authorization: `Bearer ${token}` } })
    const { paths } = (await response.json()) as {
      readonly paths: Readonly<
        Record<string, Readonly<Record<string, { readonly requestBody?: { readonly required: boolean } }>>>
      >
    }
    assert.isTrue(paths["/_mock/http-fault"]?.put?.requestBody?.required)
    assert.isFalse(paths["/_mock/collection"]?.post?.requestBody?.required)
    const bodies = Object.values(paths).flatMap((path) => Object.values(path).flatMap((each) => each.requestBody ?? []))
    assert.isNotEmpty(bodies)
    for (const { required } of bodies) assert.isBoolean(required)
  })

  it("has the package's version, and a type for every answer, which the answer has", async () => {
    await using server = await startServer({ port: 0 })
    const { url, token } = server.control
    const headers = { authorization: `Bearer ${token}` }
    const get = async (path: string) => (await fetch(`${url}${path}`, { headers })).json()
    const { info, paths } = (await get("/openapi.json")) as {
      readonly info: { readonly version: string }
      readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses: object }>>>>
    }
    assert.strictEqual(info.version, manifest.version)
    const untyped = Object.entries(paths).flatMap(([path, operations]) =>
      Object.values(operations).some(({ responses }) => Object.keys(responses).length < 2) ? [path] : []
    )
    assert.deepStrictEqual(untyped, [])
    await pay(server.url, "A")
    for (const [path, schema] of [
      ["/cards", Answers.TestCards],
      ["/faults", Answers.FaultCatalogue],
      ["/profiles", Answers.Profiles],
      [`/terminals/${HOST}/journal`, Answers.TerminalJournal]
    ] as const) {
      const answer = await get(path)
      const decoded = Schema.decodeUnknownSync(schema as Schema.Codec<unknown>)(answer)
      assert.isNotEmpty(decoded, path)
    }
  })
})
