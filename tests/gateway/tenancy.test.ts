/** Several shops at one gateway: a login that names its terminals neither uses nor sees those of another shop. */
import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { startGateway } from "@hipay-pos/gateway/node"
import { TerminalAccess } from "@hipay-pos/server"
import { type Body, order } from "@hipay-pos/server/testing"
import { Cardholder, Fault } from "@hipay-pos/terminal-simulator"
import { startTerminal } from "@hipay-pos/terminal-simulator/node"
import * as Result from "effect/Result"
import { assert, describe, it } from "vitest"
import { runGateway } from "../gatewayProcess.ts"
import { skipped, startPostgres } from "../scale/postgresServer.ts"

const folder = mkdtempSync(join(tmpdir(), "tenancy-"))
let files = 0

const password = "of its own"
const logins = [
  { username: "chain", password },
  { username: "boss-12", password, roles: ["read", "resolve", "pay"], terminals: ["shop-12-*"] },
  { username: "boss-13", password, roles: ["read", "resolve", "pay"], terminals: ["Shop-13-*"] },
  { username: "till-12", password, roles: ["pay"], terminals: ["shop-12-*"] },
  { username: "till-13", password, roles: ["pay"], terminals: ["shop-13-*"] }
] as const

/** Two shops with a terminal each; the second one's loses its answer. */
const start = async (store: string) => {
  const answerLost = Result.getOrThrow(Fault.fromText("reset@after-approval"))
  const terminals = await Promise.all([
    startTerminal({ port: 0, cardholder: Cardholder.auto() }),
    startTerminal({ port: 0, cardholder: Cardholder.auto(), faults: [answerLost] })
  ])
  const [first, second] = terminals
  const gateway = await startGateway({
    port: 0,
    store,
    logins,
    terminals: [
      { name: "shop-12-till-1", host: "127.0.0.1", port: first.port },
      { name: "shop-13-till-1", host: "127.0.0.1", port: second.port }
    ]
  })
  const fetchAs = (login: string, method: string, path: string, body?: unknown) =>
    fetch(`${gateway.url}${path}`, {
      method,
      headers: { authorization: `Basic ${btoa(`${login}:${password}`)}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) })
    })
  const call = async (login: string, method: string, path: string, body?: unknown) => {
    const response = await fetchAs(login, method, path, body)
    const text = await response.text()
    return { status: response.status, text, body: (text.startsWith("{") ? JSON.parse(text) : {}) as Body }
  }
  const pay = (login: string, orderId: string, port: number) =>
    call(
      login,
      "POST",
      "/v1/connector/order",
      order({ order: { order_id: orderId }, info: { host_information: { host: "127.0.0.1", port } } })
    )
  return {
    first,
    second,
    fetchAs,
    call,
    pay,
    [Symbol.asyncDispose]: async () => {
      await gateway.close()
      await Promise.all(terminals.map(({ close }) => close()))
    }
  }
}

const stores: Array<readonly [name: string, make: () => Promise<{ store: string; remove: () => void }>]> = [
  ["a file", async () => ({ store: join(folder, `${++files}.db`), remove: () => {} })]
]
if (skipped === "")
  stores.push([
    "PostgreSQL",
    async () => {
      const server = await startPostgres()
      const store = server.database()
      const { code, stderr } = await runGateway(["migrate", "--store", store])
      assert.strictEqual(code, 0, stderr)
      return { store, remove: server.remove }
    }
  ])

describe.each(stores)("two shops at a gateway on %s", (_, make) => {
  it("pay at their own terminals, and neither wake nor see the other's", { timeout: 180_000 }, async () => {
    const { store, remove } = await make()
    try {
      await using chain = await start(store)
      const { first, second, call, pay } = chain
      const events = (await chain.fetchAs("boss-12", "GET", "/attempts/events")).body?.getReader() as
        | ReadableStreamDefaultReader<Uint8Array>
        | undefined

      assert.strictEqual((await pay("till-12", "ORDER_12", first.port)).status, 200)
      assert.strictEqual((await pay("till-13", "ORDER_13", second.port)).status, 504)
      const requests = () => [first, second].map(({ simulator }) => simulator.journal().length)
      const before = requests()
      for (const [login, port] of [
        ["till-13", first.port],
        ["boss-13", first.port],
        ["till-12", second.port]
      ] as const) {
        const refused = await pay(login, "ELSEWHERE", port)
        assert.strictEqual(refused.status, 400)
        assert.strictEqual(refused.body.error?.code, "unknown.terminal.bad.request")
        // The terminal of the other shop and one that does not exist are refused with the same text.
        const absent = await pay(login, "ELSEWHERE", 1)
        assert.strictEqual(absent.text.replaceAll(":1:", ":PORT:"), refused.text.replaceAll(`:${port}:`, ":PORT:"))
      }
      assert.deepStrictEqual(requests(), before)

      const listed = async (login: string, query = "") =>
        ((await call(login, "GET", `/attempts?${query}`)).body.attempts ?? []).map(({ orderId }) => orderId)
      assert.deepStrictEqual(await listed("chain"), ["ORDER_13", "ORDER_12"])
      for (const query of ["", "limit=1", "q=till-1", "day=today"]) {
        assert.deepStrictEqual(await listed("boss-12", query), ["ORDER_12"], query)
        assert.deepStrictEqual(await listed("boss-13", query), ["ORDER_13"], query)
      }
      const csv = (await call("boss-12", "GET", "/attempts?day=today&format=csv")).text
      assert.include(csv, "ORDER_12")
      assert.notInclude(csv, "ORDER_13")
      const totals = (await call("boss-12", "GET", "/attempts?day=today&format=totals")).text
      assert.include(totals, "shop-12-till-1")
      assert.notInclude(totals, "shop-13")

      const [unknown] = (await call("chain", "GET", "/attempts?state=unknown")).body.attempts ?? []
      const path = `/attempts/${unknown?.id}`
      const said = { outcome: "approved", by: "Ada", evidence: "the receipt" }
      for (const [method, suffix] of [
        ["GET", ""],
        ["GET", "/events"],
        ["POST", "/resolve"]
      ] as const) {
        const other = await call("boss-12", method, `${path}${suffix}`, method === "POST" ? said : undefined)
        assert.strictEqual(other.status, 404, `${method} ${suffix}`)
        assert.strictEqual((await call("till-12", "GET", path)).status, 404)
      }
      assert.strictEqual((await call("boss-13", "POST", `${path}/resolve`, said)).status, 200)

      await pay("till-12", "ORDER_12_2", first.port)
      let seen = ""
      while (!/ORDER_12_2[\s\S]*approved/.test(seen)) {
        const { value } = (await events?.read()) ?? { value: undefined }
        if (value === undefined) break
        seen += new TextDecoder().decode(value)
      }
      await events?.cancel()
      assert.include(seen, "ORDER_12")
      assert.notInclude(seen, "ORDER_13")
      assert.notInclude(seen, String(unknown?.id))
    } finally {
      remove()
    }
  })
})

describe("a pattern of terminals", () => {
  const at = (host: string, terminalName?: string) => ({
    target: { _tag: "Concert", version: "3.2", host, port: 8888, contracts: [] } as const,
    terminalName
  })

  it.each([
    ["shop-12-*", at("192.0.2.1", "Shop-12-Till"), true],
    ["shop-12-*", at("192.0.2.1", "shop-123-till"), false],
    ["shop-12-*", at("192.0.2.1", "other-shop-12-till"), false],
    ["shop-12-*", at("shop-12-till.example"), true],
    ["192.0.2.1", at("192.0.2.1", "shop-12-till"), true],
    ["192.0.2.1:8888", at("192.0.2.1"), true],
    ["192.0.2.1:8889", at("192.0.2.1"), false],
    ["192.0.2.1", at("192.0.2.10"), false],
    ["192.0.2.1", at("192x0x2x1"), false],
    ["*", at("192.0.2.1"), true],
    ["*", { target: { _tag: "Unnamed" } as const }, false]
  ])("%s, against a terminal", (pattern, terminal, expected) => {
    assert.strictEqual(TerminalAccess.fromPatterns([pattern]).includes(terminal), expected)
  })
})
