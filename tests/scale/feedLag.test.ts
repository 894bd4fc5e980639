/** What holds changes back from watchers, and that the runbook's statements find it. */
import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { migrate, PostgresStore } from "@hipay-pos/gateway/postgres"
import { attempt, frames, put } from "@hipay-pos/server/testing"
import * as Effect from "effect/Effect"
import { connect } from "./databases.ts"
import { skipped, startPostgres } from "./postgresServer.ts"

const section =
  readFileSync(new URL("../../docs/runbook.md", import.meta.url), "utf8")
    .split("\n## ")
    .find((each) => each.startsWith("HipayPosFeedLag")) ?? ""
const [sessions = "", prepared = ""] = [...section.matchAll(/`(SELECT [^`]* FROM pg_[^`]*)`/g)].map(([, sql]) => sql)

describe.skipIf(skipped !== "")(`changes that are held back${skipped}`, () => {
  it("wait for a transaction that writes, in any database, and not for one that only reads", {
    timeout: 60_000
  }, async () => {
    const server = await startPostgres("fsync = off\nautovacuum = off\nmax_prepared_transactions = 5")
    const [url, other] = [server.database(), server.database()]
    const nameOf = (address: string) => new URL(address).pathname.slice(1)
    const database = await connect(url)
    const elsewhere = await connect(other)
    try {
      await migrate(database)
      const instance = { name: "one", version: "1", settings: "", lease: 120_000 }
      const store = await PostgresStore.open({ database, frames, ...instance })
      /** How long a change that is written now has been held back. */
      const lagOf = async (id: string) => {
        await Effect.runPromise(put(store, attempt(id)))
        return store.changes.lag()
      }
      const asked = (sql: string) => server.psql(sql, nameOf(url))
      await database.session(async (run) => {
        await run("BEGIN ISOLATION LEVEL REPEATABLE READ")
        await run("SELECT count(*) FROM hipay_pos.attempts")
        assert.strictEqual(await lagOf("read"), 0)
        assert.strictEqual(asked(sessions), "")
      })
      await elsewhere.session(async (run) => {
        await run("BEGIN")
        await run("CREATE TABLE report (total bigint)")
        assert.isAbove(await lagOf("written"), 0)
        const found = asked(sessions)
        assert.include(found, nameOf(other))
        assert.include(found, "CREATE TABLE report")
        await run("PREPARE TRANSACTION 'left over'")
      })
      assert.isAbove(await lagOf("prepared"), 0)
      assert.strictEqual(asked(sessions), "")
      assert.include(asked(prepared), `${nameOf(other)}|left over|`)
      await elsewhere.script("ROLLBACK PREPARED 'left over'")
      assert.strictEqual(await store.changes.lag(), 0)
      await store.close()
    } finally {
      await Promise.all([database.close(), elsewhere.close()])
      server.remove()
    }
  })
})
