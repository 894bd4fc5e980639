/** Alarms about attempts that several gateways see: each is delivered to people once, by whichever gateway is left. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { startGateway } from "@hipay-pos/gateway/node"
import { Address, makeSharedAlarms, migrate, openShared } from "@hipay-pos/gateway/postgres"
import { attempt, frames, put } from "@hipay-pos/server/testing"
import * as Effect from "effect/Effect"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { listenHttp } from "../listen.ts"
import { until } from "../until.ts"
import { connect } from "./databases.ts"
import { type PostgresServer, skipped, startPostgres } from "./postgresServer.ts"

describe.skipIf(skipped !== "")(`alarms of several gateways on one database${skipped}`, () => {
  let server: PostgresServer
  let store = ""
  const folder = mkdtempSync(join(tmpdir(), "shared-alarms-"))
  beforeAll(async () => {
    server = await startPostgres("fsync = off")
    store = server.database()
    const database = await connect(store)
    await migrate(database)
    await database.close()
  })
  afterAll(() => {
    server.remove()
    rmSync(folder, { recursive: true })
  })

  const open = (name: string) =>
    openShared({ address: Address.read(store, {}), frames, name, version: "1", settings: "", lease: 120_000 })

  it("are taken by one, by another if the first releases them or its time is over, and not after they were delivered", async () => {
    const [one, two] = await Promise.all([open("one"), open("two")])
    const taken = await Promise.all([one.alarms.take("a"), two.alarms.take("a")])
    assert.deepStrictEqual(taken.toSorted(), ["elsewhere", "taken"])
    await one.alarms.release("a")
    assert.deepStrictEqual([await two.alarms.take("a"), await one.alarms.take("a")], ["taken", "elsewhere"])
    const sql = (text: string) => server.psql(text, store.split("/").at(-1))
    sql("UPDATE hipay_pos.alarms SET taken_until = now() - interval '1 second'")
    assert.strictEqual(await one.alarms.take("a"), "taken")
    await one.alarms.delivered("a")
    sql("UPDATE hipay_pos.alarms SET taken_until = now() - interval '1 second'")
    assert.strictEqual(await two.alarms.take("a"), "delivered")
    sql("UPDATE hipay_pos.alarms SET delivered_at = now() - interval '31 days'")
    assert.strictEqual(await two.alarms.take("a"), "taken")
    await Promise.all([one.close(), two.close()])
  })

  it("are returned once for each attempt written by any gateway, half a minute later", async () => {
    const writing = await open("writing")
    const database = await connect(store)
    const clock = { now: 0 }
    const get = (id: string) => Effect.runPromise(writing.store.get(id))
    const alarms = makeSharedAlarms(database, get, () => clock.now)
    const told = async () => (await alarms.written()).map(({ id }) => id)
    const alarm = { at: 5, code: "attempt.resolution.contradicted", message: "Paid twice.", details: {} } as const
    const write = (id: string, changes = {}) =>
      Effect.runPromise(put(writing.store, attempt(id, { state: "approved", ...changes })))
    await write("before", { alarms: [alarm] })
    assert.deepStrictEqual(await told(), [])
    await write("after", { alarms: [alarm] })
    await write("harmless")
    clock.now = 10_000
    assert.deepStrictEqual(await told(), [])
    await write("later", { alarms: [alarm] })
    clock.now = 39_999
    assert.deepStrictEqual(await told(), [])
    clock.now = 40_000
    assert.deepStrictEqual(await told(), ["after"])
    clock.now = 69_999
    assert.deepStrictEqual(await told(), ["later"])
    clock.now = 200_000
    assert.deepStrictEqual([await told(), await told()], [[], []])
    await Promise.all([writing.close(), database.close()])
  })

  it("report once that a payment of a gateway that is gone is unknown for too long", async () => {
    const gone = await open("gone")
    const left = { state: "unknown", terminal: "dialled", openedAt: Date.now() - 3_600_000 } as const
    await Effect.runPromise(put(gone.store, attempt("left", left)))
    await gone.close()
    const got: Array<string> = []
    await using pager = await listenHttp(async (request, response) => {
      got.push(JSON.parse((await request.toArray()).join("")).id)
      response.end()
    })
    const outboxOf = (instance: string) => join(folder, `${instance}.alarms`)
    const start = (instance: string) =>
      startGateway({
        ...{ port: 0, store, instance, lease: "120 seconds", drainDelay: 0 },
        terminals: [{ host: "192.0.2.10" }],
        credentials: { username: "till", password: "a password" },
        alarms: {
          url: `${pager.url}/`,
          secret: "secret",
          outbox: outboxOf(instance)
        }
      })
    const gateways = await Promise.all(["b", "c"].map(start))
    for (const instance of ["b", "c"]) {
      // Delivered, or put off because the other gateway delivers it.
      const outbox = new DatabaseSync(outboxOf(instance), { readOnly: true })
      const settled = outbox.prepare("SELECT 1 FROM alarms WHERE delivered_at IS NOT NULL OR due_at > ?")
      await until(`the alarm of ${instance} is delivered or put off`, () => settled.get(Date.now()))
      outbox.close()
    }
    assert.deepStrictEqual(got, ["left-unknown"])
    await Promise.all(gateways.map(({ close }) => close()))
  })
})
