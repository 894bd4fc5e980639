/** `GET /terminals`: a gateway's view of its terminals, with the watch and without. */
import { mkdtempSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { TerminalStatus } from "@hipay-pos/core/wire/Terminals"
import { StartFailed, startGateway } from "@hipay-pos/gateway/node"
import { Metrics } from "@hipay-pos/server"
import { order } from "@hipay-pos/server/testing"
import { Cardholder, Fault } from "@hipay-pos/terminal-simulator"
import { startTerminal } from "@hipay-pos/terminal-simulator/node"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import * as Result from "effect/Result"
import { assert, describe, it } from "vitest"
import { until } from "../until.ts"

const folder = mkdtempSync(join(tmpdir(), "watch-"))
let files = 0

const password = "of its own"
const logins = [
  { username: "chain", password },
  { username: "boss-12", password, roles: ["read"], terminals: ["shop-12-*"] },
  { username: "till", password, roles: ["pay"] }
] as const

interface Listed {
  readonly status: number
  readonly terminals: ReadonlyArray<TerminalStatus>
  readonly next?: string
  readonly text: string
}

const start = async (
  terminals: ReadonlyArray<{ readonly name?: string; readonly host: string; readonly port: number }>,
  more: Partial<Parameters<typeof startGateway>[0]> = {}
) => {
  const gateway = await startGateway({ port: 0, store: join(folder, `${++files}.db`), logins, terminals, ...more })
  const call = async (login: string, path: string, body?: unknown): Promise<Listed> => {
    const response = await fetch(`${gateway.url}${path}`, {
      headers: { authorization: `Basic ${btoa(`${login}:${password}`)}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) })
    })
    const text = await response.text()
    return { status: response.status, text, ...JSON.parse(text) }
  }
  const pay = (orderId: string, port: number) =>
    call(
      "chain",
      "/v1/connector/order",
      order({ order: { order_id: orderId }, info: { host_information: { host: "127.0.0.1", port } } })
    )
  return { ...gateway, call, pay, [Symbol.asyncDispose]: gateway.close }
}

describe("the terminals of a gateway", () => {
  it("are listed with their last payment and what blocks them, to each login its own", async () => {
    const answerLost = Result.getOrThrow(Fault.fromText("reset@after-approval"))
    const first = await startTerminal({ port: 0, cardholder: Cardholder.auto() })
    const second = await startTerminal({ port: 0, cardholder: Cardholder.auto(), faults: [answerLost] })
    {
      await using gateway = await start([
        { name: "shop-12-till", host: "127.0.0.1", port: first.port },
        { name: "shop-13-till", host: "127.0.0.1", port: second.port },
        { host: "192.0.2.1", port: 8888 }
      ])
      assert.strictEqual((await gateway.pay("PAID", first.port)).status, 200)
      assert.strictEqual((await gateway.pay("LOST", second.port)).status, 504)
      const { terminals, next } = await gateway.call("chain", "/terminals")
      assert.isUndefined(next)
      const [bar, lost, unused] = terminals
      assert.lengthOf(terminals, 3)
      assert.deepInclude(bar, { name: "shop-12-till", address: `127.0.0.1:${first.port}` })
      assert.strictEqual(bar?.lastPayment?.state, "approved")
      assert.notProperty(bar, "blockedBy")
      assert.notProperty(bar, "reachable", "nothing is watched by default")
      assert.strictEqual(lost?.lastPayment?.state, "unknown")
      assert.strictEqual(lost?.blockedBy, lost?.lastPayment?.attempt)
      assert.deepStrictEqual(unused, { name: "192.0.2.1:8888", address: "192.0.2.1:8888" })

      const own = await gateway.call("boss-12", "/terminals?limit=1")
      assert.deepStrictEqual(
        own.terminals.map(({ name }) => name),
        ["shop-12-till"]
      )
      assert.isUndefined(own.next)
      const behindAnother = await gateway.call("boss-12", `/terminals?after=127.0.0.1:${second.port}`)
      assert.strictEqual(behindAnother.status, 400)
      assert.notInclude(behindAnother.text, "shop-13")
      assert.strictEqual((await gateway.call("till", "/terminals")).status, 403)

      const page = await gateway.call("chain", "/terminals?limit=2")
      assert.lengthOf(page.terminals, 2)
      assert.deepStrictEqual((await gateway.call("chain", String(page.next))).terminals, terminals.slice(2))
      const refused = await gateway.call("chain", "/terminals?limit=0")
      assert.strictEqual(refused.status, 400)
      assert.match(refused.text, /limit/)

      const described = JSON.parse((await gateway.call("chain", "/openapi.json")).text)
      assert.property(described.paths, "/terminals")
      assert.containsAllKeys(described.components.schemas, ["TerminalList", "TerminalStatus"])
    }
    await first.close()
    await second.close()
  })

  it("are listed no further behind one that was removed meanwhile, and not from the beginning again", async () => {
    const at = (port: number) => ({ host: "192.0.2.1", port })
    await using gateway = await start([at(1), at(2), at(3)])
    const page = await gateway.call("chain", "/terminals?limit=2")
    await gateway.reload({ logins, terminals: [at(1), at(3)] })
    const { status, text } = await gateway.call("chain", String(page.next))
    assert.strictEqual(status, 400)
    assert.include(text, "after: terminal 192.0.2.1:2 is not among the terminals any more")
  })

  it("are watched on request: reachable ones and others, in the list and as a metric", async () => {
    const got: Array<string> = []
    const accepted = Promise.withResolvers<void>()
    const terminal = createServer((socket) => {
      socket.on("data", (data) => got.push(String(data)))
      socket.on("error", () => {})
      socket.on("close", () => accepted.resolve())
    })
    await new Promise<void>((resolve) => terminal.listen(0, "127.0.0.1", resolve))
    const { port } = terminal.address() as { readonly port: number }
    const metrics = Metrics.make()
    {
      await using gateway = await start(
        [
          { name: "bar", host: "127.0.0.1", port },
          { name: "gone", host: "127.0.0.1", port: 1 }
        ],
        { watchTerminals: "1 hour", telemetry: { metrics } }
      )
      await accepted.promise
      const listed = await until("the gateway has looked at all terminals", async () => {
        const found = await gateway.call("chain", "/terminals")
        return found.terminals.every(({ reachable }) => reachable !== undefined) && found
      })
      assert.deepStrictEqual(
        listed.terminals.map(({ name, reachable }) => [name, reachable]),
        [
          ["bar", true],
          ["gone", false]
        ]
      )
      for (const { since } of listed.terminals) assert.isFalse(Number.isNaN(Date.parse(String(since))))
      await metrics.refresh()
      const found = (await Effect.runPromise(Effect.provideContext(Metric.snapshot, metrics.context)))
        .filter(({ id }) => id === "hipay_pos_terminals_watched")
        .map(({ attributes, state }) => [attributes?.reachable, (state as { readonly value: number }).value])
      assert.sameDeepMembers(found, [
        ["true", 1],
        ["false", 1],
        ["unknown", 0]
      ])
    }
    assert.deepStrictEqual(got, [])
    await new Promise((resolve) => terminal.close(resolve))
  })

  it("are not watched more often than once a second", async () => {
    const failed = await start([{ host: "127.0.0.1", port: 1 }], { watchTerminals: "10 millis" }).catch(
      (error: unknown) => error
    )
    assert.instanceOf(failed, StartFailed)
    assert.strictEqual(failed.problem, "--watch-terminals: expected at least 1s")
  })
})
