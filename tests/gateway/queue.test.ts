/** Orders that queue for one terminal, over TCP, from the first to the last. */
import { mkdtempSync } from "node:fs"
import { connect, type Socket } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { startGateway } from "@hipay-pos/gateway/node"
import { type Body, order } from "@hipay-pos/server/testing"
import { Cardholder, Fault, Profile, TestCard } from "@hipay-pos/terminal-simulator"
import { startTerminal } from "@hipay-pos/terminal-simulator/node"
import * as Result from "effect/Result"
import { until } from "../until.ts"

const folder = mkdtempSync(join(tmpdir(), "gateway-queue-"))
let files = 0

const authorization = `Basic ${btoa("shop:of its own")}`

interface Paid {
  readonly status: number
  readonly body: Body
}

/** A gateway and a terminal at which the first customer takes as long as the test wants. */
const start = async (profile = Profile.payxpert, faults: ReadonlyArray<Fault.Fault> = []) => {
  const terminal = await startTerminal({ port: 0, profile, faults, cardholder: Cardholder.manual })
  const gateway = await startGateway({
    terminals: [{ host: "127.0.0.1", port: terminal.port }],
    credentials: { username: "shop", password: "of its own" },
    port: 0,
    store: join(folder, `${++files}.db`),
    queueTimeout: "10 minutes"
  })
  const call = async (method: string, path: string, body?: unknown, headers: object = {}): Promise<Paid> => {
    const response = await fetch(`${gateway.url}${path}`, {
      method,
      headers: { authorization, "content-type": "application/json", ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) })
    })
    return { status: response.status, body: (await response.json()) as Body }
  }
  const orderOf = (orderId: string) =>
    order({ order: { order_id: orderId }, info: { host_information: { host: "127.0.0.1", port: terminal.port } } })
  const sendWith = (orderId: string, headers: object) => call("POST", "/v1/connector/order", orderOf(orderId), headers)
  const pay = (orderId: string) => sendWith(orderId, {})
  /** An order's connection, with the order sent. */
  const write = (orderId: string): Socket => {
    const body = JSON.stringify(orderOf(orderId))
    const socket = connect({ port: gateway.port, host: "127.0.0.1", allowHalfOpen: true })
    socket.write(`POST /v1/connector/order HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ${authorization}\r\n`)
    socket.write(`Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`)
    return socket
  }
  /** The same once its attempt is written. */
  const send = async (orderId: string): Promise<Socket> => {
    const socket = write(orderId)
    await until(`${orderId} is open`, async () => (await attempts("state=open")).includes(orderId))
    return socket
  }
  const attempts = async (query: string) =>
    (await call("GET", `/attempts?limit=1000&${query}`)).body.attempts?.map(({ orderId }) => orderId) ?? []
  /** So many orders: the first is at the terminal, the others are queued. */
  const queue = async (count: number) => {
    const answers = Array.from({ length: count }, (_, index) => pay(`ORDER_${index}`))
    await until(`${count} orders are open`, async () => (await attempts("state=open")).length >= count)
    await until("the terminal is woken", () => terminal.simulator.state().stage === "woken")
    return answers
  }
  /** The first customer pays; the following ones take no time. */
  const goOn = () => {
    terminal.simulator.setCardholder(Cardholder.auto())
    assert.isTrue(terminal.simulator.presentCard(TestCard.standard))
  }
  const { simulator } = terminal
  /** The orders that were charged, in this order. */
  const charged = () => simulator.ledger.entries().map(({ privateData }) => privateData)
  /** Ends the gateway while a customer is at the terminal, who pays only then. */
  const close = async () => {
    const closed = gateway.close()
    goOn()
    await closed
  }
  const dispose = async () => {
    await gateway.close()
    await terminal.close()
  }
  return {
    simulator,
    queue,
    goOn,
    pay,
    write,
    send,
    sendWith,
    attempts,
    charged,
    close,
    [Symbol.asyncDispose]: dispose
  }
}

describe("orders that wait for one terminal", () => {
  it.each([2, 20, 400])("are all paid, first come first served: %i", async (count) => {
    await using shop = await start()
    const answers = await shop.queue(count)
    shop.goOn()
    for (const answer of answers) {
      const { status, body } = await answer
      assert.strictEqual(body.error?.description, undefined)
      assert.strictEqual(status, 200)
      assert.strictEqual(body.paymentStatus, "Success")
    }
    assert.strictEqual(shop.simulator.ledger.count(), count)
    assert.deepStrictEqual(shop.charged(), (await shop.attempts("state=approved")).reverse())
  })

  // Asked while it is busy, each of these refuses in its own way.
  it.each(Profile.all.filter(({ busy }) => busy !== "queue").map((profile) => [profile.name, profile] as const))(
    "never meet each other at the terminal: %s",
    async (_, profile) => {
      await using shop = await start(profile)
      const answers = await shop.queue(20)
      shop.goOn()
      for (const answer of answers) assert.strictEqual((await answer).body.paymentStatus, "Success")
      assert.strictEqual(shop.simulator.ledger.count(), 20)
    }
  )

  it("go on behind one that the customer refused", async () => {
    await using shop = await start()
    const [first, ...others] = await shop.queue(20)
    shop.simulator.setCardholder(Cardholder.auto())
    assert.isTrue(shop.simulator.pressKey("cancel"))
    assert.strictEqual((await first)?.body.paymentStatus, "Failure")
    for (const answer of others) assert.strictEqual((await answer).body.paymentStatus, "Success")
    assert.strictEqual(shop.simulator.ledger.count(), 19)
  })

  it("are not started after one with an unknown outcome, and their errors name it", async () => {
    await using shop = await start(Profile.payxpert, [Result.getOrThrow(Fault.fromText("reset@after-approval"))])
    const [first, ...others] = await shop.queue(400)
    shop.goOn()
    const unknown = await (first ?? assert.fail("no order"))
    assert.strictEqual(unknown.status, 504)
    const attempt = unknown.body.error?.details?.attempt ?? assert.fail("no attempt")
    for (const answer of others) {
      const { status, body } = await answer
      assert.deepStrictEqual([status, body.error?.code], [400, "busy.terminal.bad.request"])
      assert.include(JSON.stringify(body.error?.details), `the outcome of ${attempt} at this terminal is unknown`)
    }
    assert.strictEqual(shop.simulator.ledger.count(), 1)
  })

  it.each(["ended", "reset"])(
    "are not started once their callers have gone, and may be sent again: %s",
    async (how) => {
      await using shop = await start()
      const [first] = await shop.queue(1)
      const gone = await shop.send("GONE")
      const body = shop.sendWith("ASYNC", { prefer: "respond-async" })
      assert.strictEqual((await body).status, 202)
      how === "ended" ? gone.end() : gone.resetAndDestroy()
      await until("one order is not started", async () => (await shop.attempts("state=not-started")).length > 0)
      assert.deepStrictEqual(await shop.attempts("state=not-started"), ["GONE"])
      const again = shop.pay("GONE")
      await until("three orders are open", async () => (await shop.attempts("state=open")).length >= 3)
      shop.goOn()
      assert.strictEqual((await first)?.body.paymentStatus, "Success")
      assert.strictEqual((await again).body.paymentStatus, "Success")
      assert.deepStrictEqual(shop.charged(), ["ORDER_0", "ASYNC", "GONE"])
    }
  )

  it("answer a caller who only closes its sending side that nothing was started", async () => {
    await using shop = await start()
    const [first] = await shop.queue(1)
    const half = await shop.send("HALF")
    half.end()
    const answer = await half.toArray()
    assert.match(
      Buffer.concat(answer).toString(),
      /^HTTP\/1\.1 400[\s\S]*"busy\.terminal\.bad\.request"[\s\S]*the caller disconnected/
    )
    shop.goOn()
    assert.strictEqual((await first)?.body.paymentStatus, "Success")
    assert.strictEqual(shop.simulator.ledger.count(), 1)
  })

  it("are paid where the terminal is free, although their caller closes its sending side at once", async () => {
    await using shop = await start()
    shop.simulator.setCardholder(Cardholder.auto())
    const half = shop.write("HALF")
    half.end()
    assert.match(Buffer.concat(await half.toArray()).toString(), /^HTTP\/1\.1 200[\s\S]*"paymentStatus":"Success"/)
    assert.deepStrictEqual(shop.charged(), ["HALF"])
  })

  it("are not started when the gateway is stopped, and the one at the terminal is paid", async () => {
    await using shop = await start()
    const [first, ...others] = await shop.queue(20)
    await shop.close()
    assert.strictEqual((await first)?.body.paymentStatus, "Success")
    for (const answer of others) {
      const { status, body } = await answer
      assert.deepStrictEqual([status, body.error?.code], [400, "busy.terminal.bad.request"])
      assert.include(JSON.stringify(body.error?.details), "the server shut down before the terminal was free")
    }
    assert.strictEqual(shop.simulator.ledger.count(), 1)
  })
})
