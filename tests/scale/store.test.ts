/** The store that gateways share keeps to the laws of every store, with two instances of it on one database. */
import { afterAll, beforeAll, describe } from "@effect/vitest"
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
})
