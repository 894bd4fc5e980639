/** Relays on one database: any of them receives HiPay's notifications, and none loses one. */
import { createHash } from "node:crypto"
import type { NotificationOptions } from "@hipay-pos/gateway/node"
import { Address, Database, openShared } from "@hipay-pos/gateway/postgres"
import { Metrics } from "@hipay-pos/server"
import { frames, givesByPlace, givesThoseAhead, keepsAnyText, waitingForwards } from "@hipay-pos/server/testing"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { listenHttp } from "../listen.ts"
import { basic, order, startRelay, startService, till } from "../relay/relay.ts"
import { until } from "../until.ts"
import { connect, startMigrated } from "./databases.ts"
import { type PostgresServer, skipped } from "./postgresServer.ts"

const passphrase = "SecretPassphrase"

const formOf = (orderId: string, status: number, more: Readonly<Record<string, string>> = {}): string =>
  new URLSearchParams({
    test: "true",
    transaction_reference: `T-${orderId}`,
    status: String(status),
    authorized_amount: status === 113 ? "0.00" : "12.45",
    currency: "EUR",
    "order[id]": orderId,
    "order[amount]": "12.45",
    "order[currency]": "EUR",
    ...more
  }).toString()

const notify = async (address: string, body: string): Promise<number> => {
  const signature = createHash("sha256").update(body).update(passphrase).digest("hex")
  const headers = { "x-allopass-signature": signature, connection: "close" }
  return (await fetch(address, { method: "POST", body, headers })).status
}

type Relay = Awaited<ReturnType<typeof startRelay>>

const common = (relay: Relay) => `${relay.url}/notifications/hipay`

const reaches = (relay: Relay, orderId: string, state: string) =>
  until(`the attempt of ${orderId} is ${state}`, async () => {
    const [attempt] = await relay.attempt(orderId)
    return attempt?.state === state && attempt
  })

describe.skipIf(skipped !== "")(`relays on one database${skipped}`, { timeout: 180_000 }, () => {
  let server: PostgresServer
  let template = ""
  beforeAll(async () => {
    ;({ server, template } = await startMigrated())
  })
  afterAll(() => server.remove())

  /** Two relays to a service; one may be closed before the other. */
  const startTwo = async (
    upstream: string,
    notifications: Partial<NotificationOptions> = {},
    options: Parameters<typeof startRelay>[1] = {}
  ) => {
    const store = server.database(template)
    const start = (instance: string) =>
      startRelay(upstream, {
        store,
        instance,
        drainDelay: 0,
        ...options,
        relay: { notifications: { passphrase, ...notifications } }
      })
    const [one, two] = [await start("one"), await start("two")]
    const database = await connect(store)
    return {
      one,
      two,
      sql: (sql: string) => server.psql(sql, store.split("/").at(-1)),
      /** Waits until a table is empty, without psql, which would block the relays in this process. */
      empty: async (table: string) => {
        const left = `SELECT FROM hipay_pos.${table} LIMIT 1`
        await until(`${table} is empty`, async () => (await database.query(left)).length === 0)
      },
      store,
      [Symbol.asyncDispose]: async () => void (await Promise.all([one.close(), two.close(), database.close()]))
    }
  }

  it("count no unread one as considered, even if two of one attempt come at the same time", async () => {
    const address = Address.read(server.database(template), {})
    const [database, holder] = [await Database.connect(address), await Database.connect(address)]
    const receive = (key: string) =>
      `SELECT hipay_pos.receive_notification_v1('shop', 'T-${key}', '${key}', 'A', '{}', 1, NULL, NULL, NULL, NULL)`
    const waiting = async (kind: string) =>
      (await database.query("SELECT FROM pg_locks WHERE NOT granted AND locktype = $1", [kind])).length
    // A duplicate of the first holds it up, after the first has its number, and is then rolled back.
    await holder.query("SELECT pg_advisory_lock(7)")
    const like = `INSERT INTO hipay_pos.notifications (key, attempt, json) VALUES (E'shop\\nA\\nfirst', 'A', '{}')`
    const held = database.script(`BEGIN; ${like}; SELECT pg_advisory_xact_lock(7); ROLLBACK`)
    await until("that one is written", async () => (await waiting("advisory")) === 1)
    const first = database.query(receive("first"))
    await until("the first one waits", async () => (await waiting("transactionid")) === 1)
    let read: ReadonlyArray<Database.Row> | undefined
    const considered = (async () => {
      await database.query(receive("second"))
      await database.query("SELECT hipay_pos.take_notified_v1('A', 'one')")
      read = await database.query(
        "SELECT number, split_part(key, E'\\n', 3) AS key FROM hipay_pos.notifications ORDER BY number"
      )
    })()
    await until(
      "the second one is read, or waits",
      async () => read !== undefined || (await waiting("transactionid")) === 2
    )
    await holder.query("SELECT pg_advisory_unlock(7)")
    await Promise.all([held, first, considered])
    await database.query("SELECT hipay_pos.release_notified_v1('A', 'one', $1)", [Number(read?.at(-1)?.number)])
    assert.deepStrictEqual(
      read?.map(({ key }) => key),
      ["first", "second"]
    )
    assert.deepStrictEqual(await database.query("SELECT attempt FROM hipay_pos.notification_work"), [])
    await Promise.all([database.close(), holder.close()])
  })

  it("end an attempt of one by a notification to the other", async () => {
    await using service = await startService((_, response) => response.destroy())
    await using relays = await startTwo(service.url)
    const { one, two } = relays
    assert.strictEqual((await one.pay(order("ACROSS_1"))).status, 504)
    assert.strictEqual(await notify(common(two), formOf("ACROSS_1", 116)), 204)
    for (const each of [one, two]) assert.propertyVal(await reaches(each, "ACROSS_1", "approved"), "paid", 1245)
    await relays.empty("notification_work")
  })

  it("end an attempt that is still open at one once its answer is lost", async () => {
    const { promise: asked, resolve: sent } = Promise.withResolvers<void>()
    const { promise: told, resolve: tell } = Promise.withResolvers<void>()
    await using service = await startService((_, response) => {
      sent()
      void told.then(() => response.destroy())
    })
    await using relays = await startTwo(service.url)
    const paying = relays.one.pay(order("EARLY_1"))
    await asked
    assert.strictEqual(await notify(common(relays.two), formOf("EARLY_1", 118)), 204)
    assert.strictEqual((await relays.two.attempt("EARLY_1"))[0]?.state, "open")
    tell()
    assert.strictEqual((await paying).status, 504)
    await reaches(relays.two, "EARLY_1", "approved")
  })

  it("do not end an attempt by a refusal while another one may still be told that it was charged", async () => {
    const { promise: late, resolve: answer } = Promise.withResolvers<void>()
    await using service = await startService(({ body }, response) => {
      void late.then(() => response.end(JSON.stringify({ ...JSON.parse(body), paymentStatus: "Success" })))
    })
    await using relays = await startTwo(service.url, {}, { answerTimeout: "50 millis" })
    assert.strictEqual((await relays.one.pay(order("LATE_1"))).status, 504)
    assert.strictEqual(await notify(common(relays.two), formOf("LATE_1", 113)), 204)
    const [attempt] = await relays.two.attempt("LATE_1")
    assert.strictEqual(attempt?.state, "unknown")
    const word = { outcome: "declined", by: "Ada", evidence: "no receipt" }
    const resolved = await relays.two.request(`/attempts/${attempt?.id}/resolve`, {
      method: "POST",
      body: JSON.stringify(word)
    })
    assert.strictEqual(resolved.status, 409)
    assert.include(await resolved.text(), "attempt.answer.pending")
    answer()
    await reaches(relays.two, "LATE_1", "approved")
  })

  it("bind a transaction to one attempt, to whichever it comes at the same time", async () => {
    await using service = await startService((_, response) => response.destroy())
    await using relays = await startTwo(service.url, { url: "https://pos.example" })
    const ids = Array.from({ length: 10 }, (_, i) => `BIND_${i}`)
    const addresses = new Map<string, string>()
    for (const id of ids) await relays.one.pay(order(id))
    for (const { body } of service.asked) {
      const sent = JSON.parse(body) as {
        readonly order: { readonly order_id: string }
        readonly pos_technical_info: { readonly notify_url: string }
      }
      addresses.set(sent.order.order_id, new URL(sent.pos_technical_info.notify_url).pathname)
    }
    // The same transaction at each attempt's own address: one attempt gets it.
    const came = ids.map((id, i) =>
      notify(
        `${(i % 2 === 0 ? relays.one : relays.two).url}${addresses.get(id)}`,
        formOf(id, 116, { transaction_reference: "SHARED" })
      )
    )
    assert.deepStrictEqual([...new Set(await Promise.all(came))], [204])
    const approved = async () => {
      const states = await Promise.all(ids.map(async (id) => (await relays.one.attempt(id))[0]?.state))
      return states.filter((state) => state === "approved").length
    }
    await until("one of both is approved", async () => (await approved()) > 0)
    await relays.empty("notification_work")
    assert.strictEqual(await approved(), 1)
    assert.strictEqual(relays.sql("SELECT count(*) FROM hipay_pos.notification_bindings"), "1")
  })

  it("consider what one had taken when it was killed", async () => {
    await using service = await startService((_, response) => response.destroy())
    await using relays = await startTwo(service.url)
    await relays.one.pay(order("LEFT_1"))
    const [attempt] = await relays.one.attempt("LEFT_1")
    // As left by an instance that answered 204, began to consider the notification and is gone; its time is over.
    const kept = { at: 1, reference: "T-LEFT_1", status: 116, test: true, currency: "EUR", authorized: 1245 }
    relays.sql(
      `SELECT hipay_pos.receive_notification_v1('*', 'T-LEFT_1', 'k', '${attempt?.id}', '${JSON.stringify(kept)}', 1, NULL, NULL, NULL, NULL);
       SELECT hipay_pos.take_notified_v1('${attempt?.id}', 'gone:1');
       UPDATE hipay_pos.notification_work SET taken_until = '-infinity'`
    )
    assert.propertyVal(await reaches(relays.two, "LEFT_1", "approved"), "paid", 1245)
  })

  it("forward a delivery once if all live, and again if the one that had it is gone, even if another shop does not answer", async () => {
    const came: Array<string> = []
    await using shop = await listenHttp((request, response) => {
      request.setEncoding("utf8").on("data", (text) => came.push(String(text)))
      request.on("end", () => response.end())
    })
    await using silent = await listenHttp(() => {})
    await using service = await startService((_, response) => response.destroy())
    await using relays = await startTwo(service.url, { forward: true, forwardTo: [shop.host, silent.host] })
    const ids = Array.from({ length: 12 }, (_, i) => `FWD_${i}`)
    for (const id of ids) {
      const { pos_technical_info, ...rest } = order(id)
      const technical = { ...pos_technical_info, notify_url: `${shop.url}/notify` }
      await relays.one.pay({ ...rest, pos_technical_info: technical })
    }
    await Promise.all(
      ids.map((id, i) => notify(common(i % 2 === 0 ? relays.one : relays.two), formOf(id, 116, { note: "crème" })))
    )
    await relays.empty("notification_forwards")
    assert.deepStrictEqual(came.toSorted(), ids.map((id) => formOf(id, 116, { note: "crème" })).toSorted())
    // As left by an instance that was killed while it forwarded the delivery. Before it are deliveries for a shop that does
    // not answer, each of which would take 10 s.
    relays.sql(
      `INSERT INTO hipay_pos.notification_forwards (notification, url, content_type, signature, body, due_at)
       SELECT -n, '${silent.url}/notify', 'text/plain', 'x', 'never', 0 FROM generate_series(1, 40) AS n;
       INSERT INTO hipay_pos.notification_forwards (notification, url, content_type, signature, body, due_at, taken_until)
       VALUES (0, '${shop.url}/notify', 'text/plain', 'x', 'again', 1, clock_timestamp() + interval '1 second')`
    )
    await until("the one that was being handed on comes", () => came.length > ids.length)
    assert.strictEqual(came.at(-1), "again")
    const untried = "SELECT count(*) FROM hipay_pos.notification_forwards WHERE notification < 0 AND tries = 0"
    assert.isAbove(Number(relays.sql(untried)), 20)
  })

  it("find deliveries by their shop, however many wait for another one", async () => {
    const store = server.database(template)
    const rows = waitingForwards.map(({ url, dueAt }, i) => `(${i}, '${url}', 'text/plain', 'x', '', ${dueAt})`)
    const address = Address.read(store, {})
    const database = await Database.connect(address)
    await database.script(
      `INSERT INTO hipay_pos.notification_forwards (notification, url, content_type, signature, body, due_at)
       VALUES ${rows.join(",")}`
    )
    await database.close()
    const shared = await openShared({ address, frames, name: "one", version: "1", settings: "", lease: 120_000 })
    await Effect.runPromise(givesByPlace(shared.store.notifications))
    await shared.close()
  })

  it("are due if a clock that was ahead has put their delivery off", async () => {
    const address = Address.read(server.database(template), {})
    const shared = await openShared({ address, frames, name: "one", version: "1", settings: "", lease: 120_000 })
    await Effect.runPromise(givesThoseAhead(shared.store.notifications, "1"))
    await shared.close()
  })

  it("are kept whatever texts they have", async () => {
    const address = Address.read(server.database(template), {})
    const shared = await openShared({ address, frames, name: "one", version: "1", settings: "", lease: 120_000 })
    await Effect.runPromise(keepsAnyText(shared.store.notifications, "1"))
    await shared.close()
  })

  it("are counted while they wait to be handed on", async () => {
    const metrics = Metrics.make()
    await using service = await startService((_, response) => response.destroy())
    await using relays = await startTwo(service.url, {}, { telemetry: { metrics } })
    const insert = (notification: number, tries: number) =>
      relays.sql(
        `INSERT INTO hipay_pos.notification_forwards (notification, url, content_type, signature, body, due_at, tries)
         VALUES (${notification}, 'http://127.0.0.1:1/', 'text/plain', 'x', '', ${Date.now() + 1_800_000}, ${tries})`
      )
    for (const [notification, tries] of [
      [1, 0],
      [2, 3],
      [3, 1]
    ] as const)
      insert(notification, tries)
    await metrics.refresh()
    assert.sameDeepMembers(
      Metric.snapshotUnsafe(metrics.context)
        .filter(({ id }) => id === "hipay_pos_notifications_pending")
        .map(({ attributes, state }) => [attributes?.tried, (state as { readonly value: number }).value]),
      [
        ["false", 1],
        ["true", 2]
      ]
    )
  })

  it("belong to one service and its accounts: a start with another one is refused", async () => {
    await using service = await startService((_, response) => response.destroy())
    await using relays = await startTwo(service.url)
    const start = async (upstream: string, username: string) => {
      try {
        const started = await startRelay(upstream, {
          store: relays.store,
          instance: "three",
          relay: { credentials: { username, password: "x" } }
        })
        await started.close()
        return "started"
      } catch (error) {
        return (error as Error).message
      }
    }
    assert.include(await start("stage", "merchant"), `its orders were relayed to ${service.url}, not to https://`)
    assert.include(
      await start(service.url, "another"),
      "its orders were relayed under the account merchant, not another"
    )
    assert.strictEqual(await start(service.url, "merchant"), "started")
  })

  it("belong to the accounts that a reload brought, too, and a reload with others is refused", async () => {
    await using service = await startService((_, response) => response.destroy())
    const lyon = { username: "lyon", password: "y" }
    const logins = [till, lyon]
    await using relays = await startTwo(service.url, {}, { logins })
    const reload = async (username: string, login = "lyon") => {
      const loginCredentials = { [login]: { username, password: "x" } }
      try {
        await relays.one.reload({ terminals: [], logins, relay: { loginCredentials } })
        return "taken"
      } catch (error) {
        return (error as Error).message
      }
    }
    await relays.two.pay(order("OF_LYON"), { authorization: basic(lyon) })
    const words = "the orders of lyon were relayed under the account merchant, not another"
    assert.include(await reload("another"), words)
    assert.strictEqual(await reload("merchant"), "taken")
    assert.strictEqual(
      relays.sql("SELECT value FROM hipay_pos.identity WHERE name = 'account lyon'").trim(),
      "merchant"
    )
    assert.include(await reload("another"), words)
    assert.notInclude(relays.sql("SELECT value FROM hipay_pos.identity"), "another")
    // A login that has sent no order may leave the common account.
    assert.strictEqual(await reload("another", "till"), "taken")
  })
})
