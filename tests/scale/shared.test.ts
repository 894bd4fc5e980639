/** Three gateways on one database: any of them serves any terminal, one at a time, and an order is charged once. */
import { Address, checkShared, SCHEMA } from "@hipay-pos/gateway/postgres"
import { Cardholder, TestCard } from "@hipay-pos/terminal-simulator"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { type GatewayProcess, orderAt, runGateway } from "../gatewayProcess.ts"
import { until } from "../until.ts"
import { type Cluster, clustersOfFile, LONG_LEASE } from "./cluster.ts"
import { skipped, startPostgres, startStandby } from "./postgresServer.ts"

const startCluster = clustersOfFile()

const ORDERS = Number(process.env.SCALE_ORDERS ?? 24)
const TERMINALS = Number(process.env.SCALE_TERMINALS ?? 4)

const ORDER = "/v1/connector/order"

interface Told {
  readonly error?: { readonly code: string; readonly description: string }
}

const three = (cluster: Cluster) => Promise.all(["a", "b", "c"].map((name) => cluster.start(name)))

/** Sends each order to all gateways at once; several orders are under way at the same time. */
const sendToAll = async (cluster: Cluster, gateways: ReadonlyArray<GatewayProcess>, prefix: string) => {
  const answers: Array<string> = []
  const orderIds = Array.from({ length: ORDERS }, (_, i) => `${prefix}_${i + 1}_`)
  for (let first = 0; first < ORDERS; first += TERMINALS) {
    await Promise.all(
      orderIds.slice(first, first + TERMINALS).flatMap((orderId, i) =>
        gateways.map(async (gateway) => {
          const { port } = cluster.terminals[i % TERMINALS] ?? { port: 0 }
          const response = await gateway.request("POST", ORDER, orderAt(port, orderId))
          const { error } = (await response.json()) as Told
          answers.push(error === undefined ? String(response.status) : `${error.code} ${error.description}`)
        })
      )
    )
  }
  return { answers, charges: orderIds.reduce((sum, orderId) => sum + cluster.charges(orderId), 0) }
}

describe.skipIf(skipped !== "")(`several gateways on one database${skipped}`, () => {
  let cluster: Cluster
  let gateways: ReadonlyArray<GatewayProcess>
  beforeAll(async () => {
    cluster = await startCluster({ terminals: TERMINALS, lease: LONG_LEASE })
    gateways = await three(cluster)
  }, 120_000)
  afterAll(() => cluster?.[Symbol.asyncDispose]())

  it("charge an order once that arrives at all of them at once, and tell each caller so", {
    timeout: 600_000
  }, async () => {
    const { answers, charges } = await sendToAll(cluster, gateways, "SAME")
    // An order that arrives after the payment is told so.
    const odd = answers.filter((answer) => answer !== "200" && !answer.startsWith("attempt.already.approved"))
    assert.deepStrictEqual(odd, [])
    assert.strictEqual(answers.length, 3 * ORDERS)
    assert.strictEqual(charges, ORDERS)
    assert.strictEqual(cluster.sql("SELECT count(*) FROM hipay_pos.attempts"), String(ORDERS))
    assert.strictEqual(cluster.sql("SELECT count(*) FROM hipay_pos.terminal_guards"), "0")
  })

  it("name their store in the metrics by what it calls itself, and not where it is", async () => {
    const stores = gateways.map(async (gateway) => {
      const text = await (await gateway.request("GET", "/metrics")).text()
      return [...new Set(Array.from(text.matchAll(/\bstore="([^"]*)"/g), ([, store]) => store))]
    })
    const id = cluster.sql("SELECT value FROM hipay_pos.identity WHERE name = 'store'")
    assert.deepStrictEqual(await Promise.all(stores), [[id], [id], [id]])
  })

  it("would charge it more often without the guard of the order, which is removed here", {
    timeout: 600_000
  }, async () => {
    for (const [act, guard, none] of [
      ["claim_v1", "WHILE NOT p_pay_again", "WHILE false"],
      ["claim_group_v1", "SELECT g.key, g.id", "SELECT g.key || g.id, g.id"]
    ])
      cluster.sql(
        `DO $$ BEGIN EXECUTE replace(pg_get_functiondef('hipay_pos.${act}'::regproc), '${guard}', '${none}'); END $$`
      )
    const { charges } = await sendToAll(cluster, gateways, "NAIVE")
    assert.isAbove(charges, ORDERS)
  })

  it("answer a repeat with what another one knows: joined, refused as different, approved before", {
    timeout: 180_000
  }, async () => {
    await using cluster = await startCluster({ pace: 4_000, lease: LONG_LEASE })
    const [a, b] = await Promise.all([cluster.start("a"), cluster.start("b")])
    const [terminal] = cluster.terminals
    const order = orderAt(terminal?.port ?? 0, "REPEAT_1_")
    const first = a.request("POST", ORDER, order)
    await cluster.until("SELECT count(*) FROM hipay_pos.attempts", 1)
    const joined = b.request("POST", ORDER, order)
    const different = await b.request("POST", ORDER, { ...order, order: { ...order.order, price: { amount: 99 } } })
    assert.propertyVal(((await different.json()) as Told).error, "code", "attempt.different")
    const again = await b.request("POST", ORDER, order)
    assert.oneOf(((await again.json()) as Told).error?.code, [undefined, "attempt.already.approved"])
    const answers = [await first, await joined]
    assert.deepStrictEqual(
      answers.map(({ status, headers }) => `${status} ${headers.get("x-request-id")?.split("-")[0]}`),
      ["200 a", "200 b"]
    )
    assert.strictEqual(cluster.charges("REPEAT_1_"), 1)
  })

  it("do not start a queued order whose caller has gone, and pay it when it is sent again", {
    timeout: 180_000
  }, async () => {
    await using cluster = await startCluster({ lease: LONG_LEASE })
    const [a, b] = await Promise.all([cluster.start("a"), cluster.start("b")])
    const [terminal = assert.fail("no terminal")] = cluster.terminals
    terminal.simulator.setCardholder(Cardholder.manual)
    const first = a.request("POST", ORDER, orderAt(terminal.port, "FIRST_1_"))
    await cluster.until("SELECT count(*) FROM hipay_pos.attempts", 1)
    const caller = new AbortController()
    const order = orderAt(terminal.port, "GONE_1_")
    const left = b.request("POST", ORDER, order, caller.signal).catch(() => "gone")
    await cluster.until("SELECT count(*) FROM hipay_pos.queue", 1)
    caller.abort()
    assert.strictEqual(await left, "gone")
    await cluster.until("SELECT count(*) FROM hipay_pos.attempts WHERE state = 'not-started'", 1)
    assert.strictEqual(cluster.sql("SELECT count(*) FROM hipay_pos.queue"), "0")
    const again = a.request("POST", ORDER, order)
    await cluster.until("SELECT count(*) FROM hipay_pos.queue", 1)
    terminal.simulator.setCardholder(Cardholder.auto())
    assert.isTrue(terminal.simulator.presentCard(TestCard.standard))
    assert.deepStrictEqual([(await first).status, (await again).status], [200, 200])
    assert.deepStrictEqual([cluster.charges("FIRST_1_"), cluster.charges("GONE_1_")], [1, 1])
  })
})

describe.skipIf(skipped !== "")(`a gateway on a shared store${skipped}`, () => {
  const dial = ["--dial", "127.0.0.1:1", "--port", "0"]

  it("refuses to start, with a sentence, and with code 75 where a later start may succeed", {
    timeout: 120_000
  }, async () => {
    await using cluster = await startCluster()
    const { port } = cluster.server
    const start = async (...args: ReadonlyArray<string>) => {
      const { code, stderr } = await runGateway([...dial, ...args])
      return `${code} ${stderr.trim()}`.replaceAll(String(port), "PORT")
    }
    const empty = cluster.server.database()
    const other = cluster.server.database()
    assert.propertyVal(await runGateway(["migrate", "--store", other]), "code", 0)
    assert.propertyVal(await runGateway(["migrate", "--store", other]), "code", 0)
    assert.strictEqual(
      await start("--store", "postgres://postgres@127.0.0.1:1/payments"),
      "75 hipay-pos-gateway: cannot open the store postgres://postgres@127.0.0.1:1/payments: the database refuses connections"
    )
    assert.match(
      await start("--store", empty),
      /^2 .* has no tables yet; run: hipay-pos gateway migrate --store postgres:\/\/postgres@127\.0\.0\.1/
    )
    const withPassword = await start("--store", "postgres://u:secret@h/d")
    assert.match(withPassword, /^2 .*leave the password out of the address/)
    assert.notMatch(withPassword, /secret/)
    assert.match(await start("--store", "postgres://127.0.0.1/d"), /^2 .*got no USER/)
    assert.match(await start("--store", cluster.store, "--lease", "10ms"), /^2 .*expected at least 1s, got 10ms/)
    const one = await cluster.start("one")
    assert.match(
      await start("--store", cluster.store, "--instance", "one"),
      /^75 [\s\S]*another gateway is running as one/
    )
    one.stop()
    assert.strictEqual(await one.ended, 0)
    cluster.sql(`INSERT INTO hipay_pos.schema_version (version) VALUES (${SCHEMA + 1})`)
    const next = await cluster.start("next")
    next.stop()
    assert.strictEqual(await next.ended, 0)
    cluster.sql(`INSERT INTO hipay_pos.schema_version (version) VALUES (${SCHEMA + 2})`)
    assert.include(
      await start("--store", cluster.store),
      `the store has schema ${SCHEMA + 2}, this version knows ${SCHEMA}`
    )
    cluster.sql(`DELETE FROM hipay_pos.schema_version WHERE version >= ${SCHEMA}`)
    assert.include(
      await start("--store", cluster.store),
      `has schema ${SCHEMA - 1}, this version needs ${SCHEMA}; run: hipay-pos gateway migrate --store postgres`
    )
    cluster.sql("TRUNCATE hipay_pos.schema_version")
    assert.match(await start("--store", cluster.store), /^2 [\s\S]* has no tables yet/)
  })

  it("is checked by the doctor, which warns of replication that can lose a claim", { timeout: 180_000 }, async () => {
    await using cluster = await startCluster({ ownServer: true })
    const one = await cluster.start("one")
    const replication = async () =>
      (await checkShared(Address.read(cluster.store, {}))).find(({ name }) => name === "replication")
    assert.propertyVal(await replication(), "detail", "fsync is off: a crash loses payments")
    cluster.server.psql("ALTER SYSTEM SET fsync = on")
    cluster.server.psql("SELECT pg_reload_conf()")
    await until("the database flushes its writes", () => cluster.sql("SHOW fsync") === "on")
    const checks = await checkShared(Address.read(cluster.store, {}))
    assert.deepStrictEqual(
      checks.map(({ name, verdict }) => `${name} ${verdict}`),
      [
        "database ok",
        "database clock ok",
        "settings ok",
        "replication warning",
        "notifications ok",
        "schema ok",
        "gateways ok",
        "undecided ok",
        "partitions ok",
        "connections ok"
      ]
    )
    assert.match(checks.find(({ name }) => name === "gateways")?.detail ?? "", /^one /)
    one.stop()
    await one.ended
    // Each write waits for a standby that is not there.
    cluster.server.psql("ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (s1, s2)'")
    cluster.server.psql("SELECT pg_reload_conf()")
    await until("the database waits for others", () => cluster.sql("SHOW synchronous_standby_names") !== "")
    assert.deepStrictEqual(await replication(), {
      name: "replication",
      verdict: "failed",
      detail:
        "synchronous: ANY 1 (s1, s2); each write waits for 1 of them, and 0 are connected: no payment is possible",
      next: "Start the standbys, or take those that are away out of synchronous_standby_names."
    })
    cluster.server.stop()
    const [away] = await checkShared(Address.read(cluster.store, {}))
    assert.deepStrictEqual(away, { name: "database", verdict: "failed", detail: "the database refuses connections" })
  })

  it("says at its start that the tables of the next months are not made", { timeout: 120_000 }, async () => {
    await using cluster = await startCluster()
    const words = "the tables of the next two months are not made. Run hipay-pos gateway migrate."
    const one = await cluster.start("one")
    assert.notInclude(one.log(), words)
    const ahead = cluster.sql("SELECT 'attempts_' || to_char(now() + interval '2 months', 'YYYY_MM')")
    cluster.sql(`DROP TABLE hipay_pos.${ahead}`)
    const two = await cluster.start("two")
    assert.include(two.log(), words)
  })

  it("is checked by the doctor, which says if the database takes no writes, and which standby confirms them", {
    timeout: 180_000
  }, async () => {
    const primary = await startPostgres()
    try {
      const standby = await startStandby(primary)
      try {
        const check = async (port: number, name: string, user = "postgres") => {
          const address = Address.read(`postgres://${user}@127.0.0.1:${port}/postgres`, {})
          return (await checkShared(address)).find((each) => each.name === name)
        }
        const set = async (statement: string, isDone: string) => {
          primary.psql(`ALTER SYSTEM ${statement}`)
          primary.psql("SELECT pg_reload_conf()")
          await until(`on the primary: ${isDone}`, () => primary.psql(`SELECT ${isDone}`) === "t")
        }
        const onStandby = await check(standby.port, "database")
        assert.match(onStandby?.detail ?? "", /, a standby: it takes no writes, and so no payments$/)
        assert.strictEqual(onStandby?.verdict, "failed")
        assert.isUndefined(await check(standby.port, "replication"))

        primary.psql("CREATE ROLE gate LOGIN")
        const isInSync = "EXISTS (SELECT FROM pg_stat_replication WHERE sync_state IN ('sync', 'quorum'))"
        await set("SET synchronous_standby_names = 'ANY 1 (*)'", isInSync)
        for (const user of ["postgres", "gate"])
          assert.deepStrictEqual(await check(primary.port, "replication", user), {
            name: "replication",
            verdict: "ok",
            detail: "synchronous: ANY 1 (*)"
          })
        await set("SET synchronous_standby_names = '2 (*)'", "current_setting('synchronous_standby_names') = '2 (*)'")
        for (const user of ["postgres", "gate"])
          assert.match(
            (await check(primary.port, "replication", user))?.detail ?? "",
            /each write waits for 2 of them, and 1 is connected: no payment is possible$/
          )
        await set("RESET synchronous_standby_names", "current_setting('synchronous_standby_names') = ''")

        primary.psql("ALTER ROLE gate SET default_transaction_read_only = on")
        const readOnly = await check(primary.port, "database", "gate")
        assert.match(readOnly?.detail ?? "", /, read-only: it takes no writes, and so no payments$/)
        assert.strictEqual(readOnly?.verdict, "failed")
      } finally {
        standby.remove()
      }
    } finally {
      primary.remove()
    }
  })

  it("takes over from a killed one of its name as soon as that one's lease is over", {
    timeout: 180_000
  }, async () => {
    await using cluster = await startCluster()
    const killed = await cluster.start("one")
    killed.kill()
    await killed.ended
    const next = await cluster.start("one")
    assert.strictEqual((await next.request("GET", "/readyz")).status, 200)
  })

  it("is not ready while its database is unreachable, and goes on when it is back", { timeout: 180_000 }, async () => {
    await using cluster = await startCluster()
    const gateway = await cluster.start("one")
    const readiness = async () => (await gateway.request("GET", "/readyz")).status
    assert.strictEqual(await readiness(), 200)
    cluster.server.stop("immediate")
    await until("the gateway is not ready", async () => (await readiness()) === 503)
    const refused = await gateway.request("POST", ORDER, orderAt(cluster.terminals[0]?.port ?? 0, "AWAY_1_"))
    assert.strictEqual(refused.status, 500)
    cluster.server.start()
    await until("the gateway is ready", async () => (await readiness()) === 200)
    const paid = await gateway.request("POST", ORDER, orderAt(cluster.terminals[0]?.port ?? 0, "AWAY_1_"))
    assert.strictEqual(paid.status, 200, await paid.clone().text())
    assert.strictEqual(cluster.charges("AWAY_1_"), 1)
  })

  /** Sends an order to the first terminal; returns the status of the answer, and its error if there is one. */
  const send = async (cluster: Cluster, gateway: GatewayProcess, orderId: string) => {
    const response = await gateway.request("POST", ORDER, orderAt(cluster.terminals[0]?.port ?? 0, orderId))
    const { error } = (await response.json()) as Told
    return error === undefined ? String(response.status) : `${response.status} ${error.code} ${error.description}`
  }

  it("sends nothing while its database takes no writes, and resumes once it does", {
    timeout: 180_000
  }, async () => {
    await using cluster = await startCluster()
    const gateway = await cluster.start("one")
    const readiness = async () => (await gateway.request("GET", "/readyz")).status
    const name = cluster.store.split("/").at(-1)
    cluster.server.psql(`ALTER DATABASE ${name} SET default_transaction_read_only = on`)
    cluster.server.psql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`)
    const readOnly = "the database takes no writes: it is a standby, or read-only"
    // At first, it may only know that its connections ended.
    const problems = async () => (await gateway.request("GET", "/readyz")).text()
    await until("the gateway knows why it is not ready", async () => (await problems()).includes(readOnly))
    const told = await send(cluster, gateway, "READ_ONLY_1_")
    assert.match(told, /^500 attempts\.unreadable /)
    assert.include(told, `${readOnly}. This order was not sent to a terminal`)
    for (const args of [
      [...dial, "--store", cluster.store],
      ["migrate", "--store", cluster.store]
    ]) {
      const { code, stderr } = await runGateway(args)
      assert.strictEqual(code, 75)
      assert.match(stderr, new RegExp(`cannot open the store .*: ${readOnly}\n$`))
    }
    assert.strictEqual(cluster.charges("READ_ONLY_1_"), 0)
    cluster.server.psql(`ALTER DATABASE ${name} RESET default_transaction_read_only`)
    await until("the gateway is ready", async () => (await readiness()) === 200)
    assert.strictEqual(await send(cluster, gateway, "READ_ONLY_1_"), "200")
    assert.strictEqual(cluster.charges("READ_ONLY_1_"), 1)
  })

  it("refuses orders while its database's disk is full, and writes the end of a payment once there is room", {
    timeout: 180_000
  }, async () => {
    await using cluster = await startCluster({ lease: LONG_LEASE })
    const gateway = await cluster.start("one")
    cluster.sql(`CREATE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$`)
    const fillFor = (act: "INSERT" | "UPDATE") =>
      cluster.sql(`CREATE TRIGGER disk_full BEFORE ${act} ON hipay_pos.attempts EXECUTE FUNCTION disk_full()`)
    const makeRoom = () => cluster.sql("DROP TRIGGER disk_full ON hipay_pos.attempts")
    fillFor("INSERT")
    const told = await send(cluster, gateway, "FULL_1_")
    assert.match(told, /^500 attempt\.not\.recorded .*the database's disk is full\), so nothing was sent to a terminal/)
    assert.strictEqual(cluster.charges("FULL_1_"), 0)
    makeRoom()
    assert.strictEqual(await send(cluster, gateway, "FULL_1_"), "200")
    fillFor("UPDATE")
    assert.strictEqual(await send(cluster, gateway, "FULL_2_"), "200")
    assert.strictEqual(cluster.sql("SELECT state FROM hipay_pos.attempts WHERE key LIKE '%FULL_2_'"), "open")
    assert.match(gateway.log(), /attempts cannot be written: the database's disk is full; payment results are kept/)
    makeRoom()
    await cluster.until("SELECT count(*) FROM hipay_pos.attempts WHERE state = 'approved'", 2)
    assert.deepStrictEqual([cluster.charges("FULL_1_"), cluster.charges("FULL_2_")], [1, 1])
  })
})
