/**
 * Text with a NUL or a lone surrogate, from any sender: a payment's end is still written, and a query with one is not a
 * failure of the store. With a gateway's own file, and with a shared store.
 */
import { randomBytes } from "node:crypto"
import * as Tlv from "@hipay-pos/concert-codec/Tlv"
import type { Attempt } from "@hipay-pos/core/wire/Attempt"
import { Metrics } from "@hipay-pos/server"
import * as Metric from "effect/Metric"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { listenTcp } from "../listen.ts"
import { notify, order, startRelay, startService } from "../relay/relay.ts"
import { until } from "../until.ts"
import { startMigrated } from "./databases.ts"
import { type PostgresServer, skipped } from "./postgresServer.ts"

const passphrase = "SecretPassphrase"
const odd = "A\0B\ud800C"

/** A terminal that approves each payment, with invalid bytes as authorization number. */
const startTerminal = () =>
  listenTcp((socket) => {
    let heard = ""
    socket.setEncoding("latin1").on("data", (text) => {
      heard += text
      const { fields } = Tlv.decodePrefix(heard)
      const [register, amount, currency] = ["CA", "CB", "CE"].map((tag) => Tlv.find(fields, tag) ?? "")
      if (amount === "" || currency === "") return
      const said = { CZ: "0300", CA: register, CB: amount, CD: "0", CE: currency, AE: "10", AC: "A\u000012" }
      const answer = Object.entries(said).map(([tag, value = ""]) => ({ tag, value }))
      socket.end(Tlv.encode(answer), "latin1")
    })
  })

describe.each(["SQLite", `PostgreSQL${skipped}`])("over %s", (name) => {
  const isShared = name !== "SQLite"
  let server: PostgresServer | undefined
  let template = ""
  beforeAll(async () => {
    if (!isShared || skipped !== "") return
    ;({ server, template } = await startMigrated())
  })
  afterAll(() => server?.remove())

  const test = it.skipIf(isShared && skipped !== "")

  /** A gateway that dials a terminal and relays to a service. */
  const start = async (upstream: string, port = 1) => {
    const metrics = Metrics.make()
    const relay = await startRelay(upstream, {
      terminals: [{ host: "127.0.0.1", port }],
      ...(server === undefined ? {} : { store: server.database(template) }),
      drainDelay: 0,
      telemetry: { metrics },
      relay: { notifications: { passphrase } }
    })
    const detail = async (orderId: string) => {
      const [found] = await relay.attempt(orderId)
      return (await (await relay.request(`/attempts/${found?.id}`)).json()) as Attempt
    }
    /** The names of calls to the store that failed. */
    const failures = () =>
      Metric.snapshotUnsafe(metrics.context).flatMap(({ id, attributes, state }) =>
        id === "hipay_pos_store_failures_total" && (state as { readonly count: number }).count > 0
          ? [attributes?.call]
          : []
      )
    return { relay, detail, failures, [Symbol.asyncDispose]: relay.close }
  }

  test("a payment is written whatever its terminal says", async () => {
    await using terminal = await startTerminal()
    await using service = await startService((_, response) => response.destroy())
    await using gateway = await start(service.url, terminal.port)
    const { relay, detail, failures } = gateway
    const { pos_technical_info: info, ...rest } = order("DIALLED_1", "127.0.0.1")
    const host_information = { host: "127.0.0.1", port: terminal.port }
    const paid = await relay.pay({ ...rest, pos_technical_info: { ...info, host_information } })
    assert.strictEqual(paid.status, 200)
    const { state, outcome } = await detail("DIALLED_1")
    assert.strictEqual(state, "approved")
    assert.match(outcome?.card.authorizationNumber ?? "", /^A\0/)
    assert.strictEqual((await relay.request("/readyz")).status, 200)
    const { attempts } = (await (await relay.request("/attempts?q=a%0012")).json()) as { readonly attempts: unknown }
    assert.lengthOf(attempts as ReadonlyArray<unknown>, 1)
    assert.deepStrictEqual(failures(), [])
  })

  test("a payment is written whatever the service behind a relay says", async () => {
    await using service = await startService(({ body }, response) => {
      const { order, ...rest } = JSON.parse(body) as { readonly order: object }
      const receipt = btoa("A\0B")
      response.end(JSON.stringify({ ...rest, paymentStatus: "Success", order: { ...order, odd }, [odd]: odd, receipt }))
    })
    await using gateway = await start(service.url)
    const { relay, detail, failures } = gateway
    assert.strictEqual((await relay.pay(order("RELAYED_1"))).status, 200)
    const { state, received } = await detail("RELAYED_1")
    assert.strictEqual(state, "approved")
    assert.propertyVal(JSON.parse(received?.body ?? "{}"), odd, odd)
    assert.deepStrictEqual(failures(), [])
  })

  test("a notification is kept, and ends its attempt, whatever it says", async () => {
    await using service = await startService((_, response) => response.destroy())
    await using gateway = await start(service.url)
    const { relay, detail, failures } = gateway
    assert.strictEqual((await relay.pay(order("NOTIFIED_1"))).status, 504)
    const more = { transaction_reference: odd, message: odd, authorization_code: odd, "payment_method[pan]": odd }
    for (const _ of ["first", "again"])
      assert.strictEqual(await notify(relay.url, passphrase, "NOTIFIED_1", { ...more, "custom_data[a]": odd }), 204)
    await until("NOTIFIED_1 has ended", async () => (await detail("NOTIFIED_1")).state !== "unknown")
    assert.strictEqual((await detail("NOTIFIED_1")).state, "approved")
    assert.deepStrictEqual(failures(), [])
  })

  test("what people send is recorded, refused or not found, and fails nothing", async () => {
    await using service = await startService((_, response) => response.destroy())
    await using gateway = await start(service.url)
    const { relay, detail, failures } = gateway
    assert.strictEqual((await relay.pay(order("A\0B"))).status, 400)
    // Longer than an index entry can be, even compressed.
    const long = randomBytes(2_500).toString("hex")
    assert.strictEqual((await relay.pay(order(long))).status, 400)
    // The relay does not take so long a name for a terminal's, but the service may know the terminal.
    assert.strictEqual((await relay.pay(order("LONG_1", long))).status, 504)
    for (const path of [`/attempts/${long}`, `/attempts?before=${long}`])
      assert.isBelow((await relay.request(path)).status, 500)
    assert.strictEqual((await relay.pay({ ...order("PEOPLE_1"), customer: { firstname: odd } })).status, 504)
    const { id } = await detail("PEOPLE_1")
    const ask = async (path: string, body?: unknown) => {
      const given = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }
      return (await relay.request(path, given)).status
    }
    for (const path of ["/attempts/%00", `/attempts/${id}%00`]) {
      assert.strictEqual(await ask(path), 404)
      assert.strictEqual(await ask(`${path}/resolve`, { outcome: "approved", by: "Ada", evidence: "receipt" }), 404)
    }
    assert.strictEqual(await ask("/attempts?before=%00"), 400)
    assert.strictEqual(await ask("/attempts?q=%00"), 200)
    assert.strictEqual(await ask("/session", { username: odd, password: odd }), 401)
    const said = { outcome: "approved", by: odd, evidence: odd }
    assert.strictEqual(await ask(`/attempts/${id}/resolve`, said), 200)
    assert.deepStrictEqual(failures(), [])
  })
})
