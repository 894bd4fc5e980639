/** A database that allows a gateway fewer connections than it needs, or sets its own defaults for them; a pooler before it. */
import { connect as dial } from "node:net"
import { Address, checkShared } from "@hipay-pos/gateway/postgres"
import { assert, describe, it } from "vitest"
import { login, orderAt, runGateway } from "../gatewayProcess.ts"
import { listenTcp } from "../listen.ts"
import { type Cluster, clustersOfFile, LONG_LEASE } from "./cluster.ts"
import { connect } from "./databases.ts"
import { skipped } from "./postgresServer.ts"

const startCluster = clustersOfFile()

/** The address of a cluster's store for a role with a connection limit. */
const limitedTo = ({ server, store }: Cluster, connections: number): string => {
  const database = store.split("/").at(-1) ?? ""
  const role = `gate_of_${database}`
  server.psql(`CREATE ROLE ${role} LOGIN CONNECTION LIMIT ${connections}`, database)
  for (const what of ["TABLES", "SEQUENCES", "FUNCTIONS"])
    server.psql(`GRANT ALL ON ALL ${what} IN SCHEMA hipay_pos TO ${role}`, database)
  server.psql(`GRANT ALL ON SCHEMA hipay_pos TO ${role}`, database)
  return store.replace("postgres@", `${role}@`)
}

describe.skipIf(skipped !== "")(`a database with few connections${skipped}`, () => {
  it.each(["any", "claims", "ends"] as const)(
    "runs a statement over another connection if it gets none of its own: %s",
    async (over) => {
      await using cluster = await startCluster()
      const database = await connect(limitedTo(cluster, 2))
      try {
        const others = (["any", "claims", "ends"] as const).filter((each) => each !== over)
        for (const other of others) await database.query("SELECT", [], other)
        assert.deepStrictEqual(await database.query("SELECT 1 AS one", [], over), [{ one: 1 }])
      } finally {
        await database.close()
      }
    }
  )

  it("has all results on record, and leaves no attempt open, if many orders come at once", {
    timeout: 120_000
  }, async () => {
    await using cluster = await startCluster({ terminals: 16, pace: 200, lease: LONG_LEASE })
    const gateway = await cluster.start("one", [], {}, limitedTo(cluster, 6))
    // Enough reads to take all the other connections.
    await Promise.all(cluster.terminals.map((_, i) => gateway.request("GET", `/attempts/none-${i}`)))
    const answers = await Promise.all(
      cluster.terminals.map(async ({ port }, i) => {
        const { status } = await gateway.request("POST", "/v1/connector/order", orderAt(port, `FEW_${i}_`))
        return status
      })
    )
    assert.deepStrictEqual(answers, Array(16).fill(200))
    await cluster.until("SELECT count(*) FROM hipay_pos.attempts WHERE state = 'approved'", 16)
    gateway.stop()
    assert.strictEqual(await gateway.ended, 0)
    assert.notInclude(gateway.log(), "too many connections")
  })

  it("stops a gateway that gets no dedicated ones with the exit code for a retry", { timeout: 120_000 }, async () => {
    await using cluster = await startCluster()
    const { code, stderr } = await runGateway(
      ["--dial", "192.0.2.10", "--store", limitedTo(cluster, 1), "--instance", "one"],
      login
    )
    assert.strictEqual(code, 75)
    assert.match(stderr, /cannot open the store postgres:.*: the database has too many connections/)
  })

  it("is named by the doctor, and by a gateway at its start", { timeout: 120_000 }, async () => {
    await using cluster = await startCluster()
    const store = limitedTo(cluster, 20)
    const role = Address.read(store, {}).user
    const connections = async () =>
      (await checkShared(Address.read(store, {}))).find(({ name }) => name === "connections")
    const one = await cluster.start("one", [], {}, store)
    assert.deepStrictEqual(await connections(), {
      name: "connections",
      verdict: "ok",
      detail: `a gateway takes up to 14, the role ${role} may have 20`
    })
    const two = await cluster.start("two", [], {}, store)
    const detail = `2 gateways take up to 28, the role ${role} may have 20`
    assert.deepStrictEqual(await connections(), {
      name: "connections",
      verdict: "warning",
      detail,
      next: "Raise that limit, or run fewer gateways: an order that gets no connection is refused."
    })
    assert.notInclude(one.log(), "gateways take")
    assert.include(two.log(), detail)
  })
})

/** A pooler that ignores the settings of a new connection, as pgbouncer does with `ignore_startup_parameters`. */
const startPooler = (port: number) =>
  listenTcp((client) => {
    const database = dial(port, "127.0.0.1")
    database.on("error", () => {})
    client.once("data", (data) => {
      const startup = Buffer.from(data)
      const words = startup.subarray(8).toString().split("\0")
      const kept = ["user", "database"].flatMap((name) => [name, words[words.indexOf(name) + 1]])
      const parameters = Buffer.from(`${kept.join("\0")}\0\0`)
      const length = Buffer.alloc(4)
      length.writeInt32BE(8 + parameters.length)
      database.write(Buffer.concat([length, startup.subarray(4, 8), parameters]))
      client.pipe(database).pipe(client)
    })
  })

/** A role that reaches a cluster's store through a pooler, and that address. */
const roleBehind = ({ port }: { readonly port: number }, cluster: Cluster) => {
  const role = Address.read(limitedTo(cluster, 40), {}).user
  return { role, at: `postgres://${role}@127.0.0.1:${port}/${cluster.store.split("/").at(-1)}` }
}

describe.skipIf(skipped !== "")(`a pooler that drops the settings of connections${skipped}`, () => {
  it("is refused by a gateway at its start, and named by the doctor, until the role has the settings", {
    timeout: 120_000
  }, async () => {
    await using cluster = await startCluster()
    await using pooler = await startPooler(cluster.server.port)
    const { role, at } = roleBehind(pooler, cluster)
    const settings = async () => (await checkShared(Address.read(at, {}))).find(({ name }) => name === "settings")
    cluster.sql(`ALTER ROLE ${role} SET synchronous_commit = off`)
    const found = await settings()
    assert.propertyVal(found, "verdict", "failed")
    assert.include(found?.detail, "synchronous_commit is off, not on; lock_timeout is 0, not 3000")
    const refused = await runGateway(["--dial", "192.0.2.10", "--store", at, "--instance", "one"], login)
    assert.strictEqual(refused.code, 2)
    assert.include(refused.stderr, `the store ${at}: ${found?.detail}. ${found?.next}`)

    const [, statements = ""] = /defaults of the role: (.*)$/.exec(found?.next ?? "") ?? []
    assert.match(statements, /^ALTER ROLE .* SET synchronous_commit = 'on'; ALTER ROLE .* SET lock_timeout = '3000'$/)
    cluster.sql(statements)
    assert.propertyVal(await settings(), "verdict", "ok")
    const gateway = await cluster.start("one", [], {}, at)
    const [terminal] = cluster.terminals
    const { status } = await gateway.request("POST", "/v1/connector/order", orderAt(terminal?.port ?? 0, "POOLED_1_"))
    assert.strictEqual(status, 200)
    assert.notInclude(gateway.log(), "a pooler")
  })

  it("lets a gateway start, with a warning, if no order can be charged twice without them", {
    timeout: 120_000
  }, async () => {
    await using cluster = await startCluster()
    await using pooler = await startPooler(cluster.server.port)
    const { at } = roleBehind(pooler, cluster)
    const gateway = await cluster.start("one", [], {}, at)
    assert.include(gateway.log(), "lock_timeout is 0, not 3000")
    const [terminal] = cluster.terminals
    const { status } = await gateway.request("POST", "/v1/connector/order", orderAt(terminal?.port ?? 0, "POOLED_2_"))
    assert.strictEqual(status, 200)
  })
})

describe.skipIf(skipped !== "")(`a database with settings for its connections${skipped}`, () => {
  it("that make all transactions serializable refuses no order", { timeout: 120_000 }, async () => {
    await using cluster = await startCluster({ terminals: 16 })
    cluster.sql(`ALTER DATABASE ${cluster.store.split("/").at(-1)} SET default_transaction_isolation = 'serializable'`)
    const gateway = await cluster.start("one")
    const answers = await Promise.all(
      Array.from({ length: 64 }, async (_, i) => {
        const { port = 0 } = cluster.terminals[i % 16] ?? {}
        return (await gateway.request("POST", "/v1/connector/order", orderAt(port, `SERIAL_${i}_`))).status
      })
    )
    assert.deepStrictEqual(answers, Array(64).fill(200))
  })

  it("that end statements early only end lists, which say what to do", { timeout: 60_000 }, async () => {
    await using cluster = await startCluster()
    cluster.sql(`ALTER DATABASE ${cluster.store.split("/").at(-1)} SET statement_timeout = '1ms'`)
    const database = await connect(cluster.store, { listTimeout: 500 })
    try {
      for (const over of ["any", "claims", "ends"] as const)
        assert.lengthOf(await database.query("SELECT pg_sleep(0.05)", [], over), 1)
      const [list] = await Promise.allSettled([database.list("SELECT pg_sleep(60)")])
      assert.include(String(list.status === "rejected" && list.reason), "; ask for less, such as one day")
      const cancelled = database.query("SELECT pg_cancel_backend(pg_backend_pid())").catch(String)
      assert.strictEqual(await cancelled, "Error: the database ended a query")
    } finally {
      await database.close()
    }
  })
})
