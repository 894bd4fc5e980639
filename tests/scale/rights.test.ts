/** The rights that docs/scale.md grants to the roles of a shared store suffice to migrate and to pay. */
import { readFileSync } from "node:fs"
import { migrate } from "@hipay-pos/gateway/postgres"
import { startTerminal } from "@hipay-pos/terminal-simulator/node"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { orderAt, startGatewayProcess } from "../gatewayProcess.ts"
import { connect } from "./databases.ts"
import { type PostgresServer, skipped, startPostgres } from "./postgresServer.ts"

/** The SQL of the section: a list of statements for each block. */
const [owner = [], apart = [], granted = []] = [
  ...(readFileSync(new URL("../../docs/scale.md", import.meta.url), "utf8")
    .split("\n## ")
    .find((section) => section.startsWith("Rights in the database\n"))
    ?.matchAll(/^```sql\n([\s\S]*?)^```/gm) ?? [])
].map(([, sql = ""]) => sql.trim().split("\n"))

describe.skipIf(skipped !== "")(`the rights of a database's roles${skipped}`, () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres("fsync = off")
  })
  afterAll(() => server.remove())

  /** Runs statements, with names unique to one test; a database is created in a statement of its own. */
  const run = (suffix: string, statements: ReadonlyArray<string>, database?: string) => {
    for (const statement of statements) server.psql(named(statement, suffix), database)
  }
  const named = (text: string, suffix: string) => text.replace(/\b(gateway|deploy|payments)\b/g, `$1_${suffix}`)
  const addressOf = (user: string, suffix: string) =>
    named(`postgres://${user}@127.0.0.1:${server.port}/payments`, suffix)

  const migrateAs = async (user: string, suffix: string) => {
    const database = await connect(addressOf(user, suffix))
    try {
      return await migrate(database)
    } finally {
      await database.close()
    }
  }

  /** Pays at a gateway that connects as its own role. */
  const pays = async (suffix: string) => {
    const terminal = await startTerminal({ port: 0, closesAfterAnswer: true, pace: "instant" })
    const gateway = await startGatewayProcess(
      ["--dial", `127.0.0.1:${terminal.port}`, "--store", addressOf("gateway", suffix), "--instance", "a"],
      {}
    )
    try {
      const answer = await gateway.request("POST", "/v1/connector/order", orderAt(terminal.port, "RIGHTS_1"))
      const list = await gateway.request("GET", "/attempts")
      const { attempts } = (await list.json()) as { readonly attempts: ReadonlyArray<{ readonly state: string }> }
      return [answer.status, ...attempts.map(({ state }) => state)]
    } finally {
      gateway.kill()
      await gateway.ended
      await terminal.close()
    }
  }

  it("let the owner of the database migrate and pay", { timeout: 60_000 }, async () => {
    assert.lengthOf(owner, 2)
    run("one", owner)
    assert.strictEqual((await migrateAs("gateway", "one")).from, 0)
    assert.deepStrictEqual(await pays("one"), [200, "approved"])
  })

  it("let a role with CREATE on another's database migrate and pay, and refuse one without", {
    timeout: 60_000
  }, async () => {
    run("two", ["CREATE ROLE gateway LOGIN", "CREATE DATABASE payments"])
    const [refused] = await Promise.allSettled([migrateAs("gateway", "two")])
    assert.match(String(refused.status === "rejected" && refused.reason), /permission denied for database/)
    run("two", ["GRANT CREATE ON DATABASE payments TO gateway"])
    assert.strictEqual((await migrateAs("gateway", "two")).from, 0)
    assert.deepStrictEqual(await pays("two"), [200, "approved"])
  })

  it("let a role pay in tables that another one has made, and in those that it makes later", {
    timeout: 60_000
  }, async () => {
    assert.lengthOf(granted, 5)
    run("three", apart)
    await migrateAs("deploy", "three")
    const [refused] = await Promise.allSettled([pays("three")])
    assert.match(String(refused.status === "rejected" && refused.reason), /permission denied for schema hipay_pos/)
    const database = named("payments", "three")
    run("three", granted, database)
    assert.deepStrictEqual(await pays("three"), [200, "approved"])
    run("three", ["SET ROLE deploy; CREATE TABLE hipay_pos.later (id serial)"], database)
    run("three", ["SET ROLE gateway; INSERT INTO hipay_pos.later DEFAULT VALUES"], database)
    assert.strictEqual(server.psql("SELECT id FROM hipay_pos.later", database), "1")
  })
})
