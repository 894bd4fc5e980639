/** Events and sessions that are the same at every gateway of a shared store. */
import { EventSourceParserStream } from "eventsource-parser/stream"
import { assert, describe, it } from "vitest"
import { authorization, type GatewayProcess, orderAt } from "../gatewayProcess.ts"
import { type Cluster, clustersOfFile, LONG_LEASE } from "./cluster.ts"
import { skipped } from "./postgresServer.ts"

const startCluster = clustersOfFile()

/** Two changes each. */
const ORDERS = Number(process.env.SCALE_EVENTS ?? 60)
const TERMINALS = 8

const ORDER = "/v1/connector/order"

interface Seen {
  readonly id: number
  readonly orderId: string
  readonly state: string
}

/** Watches one gateway after another, as a page behind a load balancer does: each connection lasts for `eachLasts` events. */
const watch = async (
  gateways: ReadonlyArray<GatewayProcess>,
  {
    events,
    eachLasts,
    onEvent = () => {}
  }: { readonly events: number; readonly eachLasts: number; readonly onEvent?: (seen: Seen) => void },
  onReady: () => void
): Promise<ReadonlyArray<Seen>> => {
  const seen: Array<Seen> = []
  let last: string | undefined
  for (let turn = 0; seen.length < events; turn++) {
    const gateway = gateways[turn % gateways.length]
    const stop = new AbortController()
    const { body } = await fetch(`${gateway?.url}/attempts/events`, {
      headers: { authorization, ...(last === undefined ? {} : { "last-event-id": last }) },
      signal: stop.signal
    })
    let here = 0
    const stream = body?.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream())
    for await (const { event, id, data } of stream as unknown as AsyncIterable<{
      event: string
      id?: string
      data: string
    }>) {
      last = id ?? last
      if (event === "lost") throw new Error("changes are said to be lost")
      if (event === "hello") onReady()
      if (event !== "attempt") continue
      const { orderId, state } = JSON.parse(data) as { readonly orderId: string; readonly state: string }
      seen.push({ id: Number(id), orderId, state })
      onEvent({ id: Number(id), orderId, state })
      if (seen.length === events || ++here === eachLasts) break
    }
    stop.abort()
  }
  return seen
}

const payAt = async (cluster: Cluster, gateway: GatewayProcess | undefined, till: number, orderId: string) => {
  const response = await gateway?.request("POST", ORDER, orderAt(cluster.terminals[till]?.port ?? 0, orderId))
  assert.strictEqual(response?.status, 200)
}

describe.skipIf(skipped !== "")(`events of several gateways on one database${skipped}`, () => {
  it("come complete and in one order, with reconnects to other gateways in the middle", {
    timeout: 900_000
  }, async () => {
    await using cluster = await startCluster({ terminals: TERMINALS, pace: 1, lease: LONG_LEASE })
    const gateways = await Promise.all(["a", "b", "c"].map((name) => cluster.start(name)))
    const ready = Promise.withResolvers<void>()
    const ready2 = Promise.withResolvers<void>()
    const watched = [
      watch(gateways, { events: 2 * ORDERS, eachLasts: 7 }, ready.resolve),
      watch(gateways.toReversed(), { events: 2 * ORDERS, eachLasts: 2 * ORDERS }, ready2.resolve)
    ]
    await Promise.all([ready.promise, ready2.promise])
    let next = 0
    await Promise.all(
      Array.from({ length: TERMINALS }, async (_, till) => {
        for (let order = next++; order < ORDERS; order = next++)
          await payAt(cluster, gateways[order % 3], till, `FEED_${order}_`)
      })
    )
    const written = cluster.sql("SELECT number FROM hipay_pos.history ORDER BY tx, number").split("\n").map(Number)
    assert.lengthOf(written, 2 * ORDERS)
    for (const seen of await Promise.all(watched)) {
      assert.deepStrictEqual(
        seen.map(({ id }) => id),
        written
      )
      const states = Map.groupBy(seen, ({ orderId }) => orderId)
      for (const [orderId, changes] of states)
        assert.deepStrictEqual(
          changes.map(({ state }) => state),
          ["open", "approved"],
          orderId
        )
      assert.strictEqual(states.size, ORDERS)
    }
  })

  it("reach another gateway soon after the answer", { timeout: 120_000 }, async () => {
    await using cluster = await startCluster({ pace: 1, lease: LONG_LEASE })
    const [a, b] = await Promise.all([cluster.start("a"), cluster.start("b")])
    const orders = process.env.SCALE_EVENTS === undefined ? 10 : 200
    const cameAt = new Map<string, number>()
    const answeredAt = new Map<string, number>()
    const ready = Promise.withResolvers<void>()
    const watched = watch(
      [b],
      {
        events: 2 * orders,
        eachLasts: 2 * orders,
        onEvent: ({ orderId, state }) => {
          if (state === "approved") cameAt.set(orderId, performance.now())
        }
      },
      ready.resolve
    )
    await ready.promise
    for (let order = 0; order < orders; order++) {
      await payAt(cluster, a, 0, `SOON_${order}_`)
      answeredAt.set(`SOON_${order}_`, performance.now())
    }
    await watched
    const behind = [...answeredAt].map(([orderId, at]) => (cameAt.get(orderId) ?? Infinity) - at).sort((x, y) => x - y)
    const p99 = behind[Math.ceil(0.99 * orders) - 1] ?? Infinity
    console.log(
      `behind the answer: median ${behind[orders >> 1]?.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms (${orders} orders)`
    )
    assert.isBelow(p99, process.env.SCALE_EVENTS === undefined ? 1_500 : 100)
  })

  it("show at any gateway what happens to one attempt, to its end", { timeout: 180_000 }, async () => {
    await using cluster = await startCluster({ pace: 300, lease: LONG_LEASE })
    const [a, b] = await Promise.all([cluster.start("a"), cluster.start("b")])
    const paid = payAt(cluster, a, 0, "ONE_1_")
    await cluster.until("SELECT count(*) FROM hipay_pos.attempts", 1)
    const id = cluster.sql("SELECT id FROM hipay_pos.attempts")
    const response = await fetch(`${b.url}/attempts/${id}/events`, { headers: { authorization } })
    const told = await response.text()
    await paid
    for (const kind of ["request", "connected", "terminal-request", "terminal-response"])
      assert.strictEqual(told.split(`"kind":"${kind}"`).length, 2, kind)
    assert.match(told, /event: end\ndata: .*"state":"approved"/)
  })
})

describe.skipIf(skipped !== "")(`pages of several gateways on one database${skipped}`, () => {
  it("know a session at every gateway until its password changes, and none that was forged", {
    timeout: 180_000
  }, async () => {
    await using cluster = await startCluster({ lease: LONG_LEASE })
    const [a, b] = await Promise.all([cluster.start("a"), cluster.start("b")])
    const signedIn = await fetch(`${a.url}/session`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ username: "shop", password: "of its own" })
    })
    const [cookie = ""] = (signedIn.headers.get("set-cookie") ?? "").split(";")
    const status = async ({ url }: GatewayProcess, sent: string, method = "GET") =>
      (await fetch(`${url}/session`, { method, headers: { cookie: sent } })).status
    assert.strictEqual(await status(a, cookie), 200)
    assert.strictEqual(await status(b, cookie), 200)
    const [name, value = ""] = cookie.split("=")
    const [said = "", signature = ""] = value.split(".")
    const [username, space, at, id] = JSON.parse(Buffer.from(said, "base64url").toString())
    const later = JSON.stringify([username, space, at + 1, id])
    for (const forged of [
      `${said}.`,
      said,
      `${Buffer.from(later).toString("base64url")}.${signature}`,
      `.${signature}`,
      ""
    ])
      assert.strictEqual(await status(b, `${name}=${forged}`), 401)
    const c = await cluster.start("c", [], { HIPAY_POS_PASSWORD: "another one" })
    assert.strictEqual(await status(c, cookie), 401)
    assert.strictEqual(await status(b, cookie, "DELETE"), 204)
    assert.strictEqual(await status(b, cookie), 401)
  })
})
