/** The store that gateways share keeps to the laws of every store, with two instances of it on one database. */
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { Address, Database, migrate, PostgresStore } from "@hipay-pos/gateway/postgres"
import { claimLaws, frames, storeLaws } from "@hipay-pos/server/testing"
import * as Effect from "effect/Effect"
import { type PostgresServer, skipped, startPostgres } from "./postgresServer.ts"

describe.skipIf(skipped !== "")(`PostgresStore${skipped}`, () => {
  let server: PostgresServer
  let template = ""
  beforeAll(async () => {
    server = await startPostgres("fsync = off")
    template = server.database()
    const database = await Database.connect(Address.read(template, {}))
    await migrate(database)
    await database.close()
  })
  afterAll(() => server.remove())

  const connect = (url: string) =>
    Effect.acquireRelease(
      Effect.promise(() => Database.connect(Address.read(url, {}))),
      (database) => Effect.promise(() => database.close())
    )

  /** An empty store. */
  const make = Effect.sync(() => server.database(template))

  const session = Effect.fnUntraced(function* (url: string, name: string, lease = 15_000) {
    const database = yield* connect(url)
    return yield* Effect.acquireRelease(
      Effect.promise(() => PostgresStore.open({ database, frames, name, version: "1", settings: "", lease })),
      (store) => Effect.promise(() => store.close())
    )
  })

  storeLaws(() => Effect.flatMap(make, (url) => session(url, "one")))
  claimLaws(() => Effect.flatMap(make, (url) => Effect.all([session(url, "one"), session(url, "two")])))

  it.effect("gives no turn to an attempt whose instance was given up, and one where it lives", () =>
    Effect.gen(function* () {
      const database = yield* connect(yield* make)
      const run = (sql: string) => Effect.promise(() => database.query(sql))
      for (const name of ["alive", "lost"]) {
        yield* run(`SELECT * FROM hipay_pos.register_v1('${name}', '${name}', '1', '', 60000)`)
        yield* run(
          `INSERT INTO hipay_pos.attempts (id, key, login, instance, state, queued, opened_at, words, customer, terminal, json)
            VALUES ('of ${name}', '${name}', 'shop', '${name}', 'open', true, 1, '', false, 'at ${name}', '{}')`
        )
      }
      yield* run("UPDATE hipay_pos.instances SET gone = true WHERE name = 'lost'")
      assert.deepStrictEqual(yield* run("SELECT tag FROM hipay_pos.turn_v2('of lost')"), [{ tag: "ended" }])
      assert.deepStrictEqual(yield* run("SELECT tag FROM hipay_pos.turn_v2('of alive')"), [{ tag: "taken" }])
      assert.deepStrictEqual(yield* run("SELECT terminal FROM hipay_pos.terminal_guards"), [{ terminal: "at alive" }])
    })
  )
})
