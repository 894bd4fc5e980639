/** Connections to databases of a test's PostgreSQL, and a server whose database has the tables of a store. */
import { Address, Database, migrate } from "@hipay-pos/gateway/postgres"
import * as Effect from "effect/Effect"
import { type PostgresServer, startPostgres } from "./postgresServer.ts"

type Options = Parameters<typeof Database.connect>[1]

export const connect = (url: string, options?: Options): Promise<Database.Database> =>
  Database.connect(Address.read(url, {}), options)

/** A connection that is closed when its test ends. */
export const connected = (url: string, options?: Options) =>
  Effect.acquireRelease(
    Effect.promise(() => connect(url, options)),
    (database) => Effect.promise(() => database.close())
  )

/** A server, and a migrated database that can be copied for each test. */
export const startMigrated = async (): Promise<{ readonly server: PostgresServer; readonly template: string }> => {
  const server = await startPostgres("fsync = off")
  const template = server.database()
  const database = await connect(template)
  await migrate(database)
  await database.close()
  return { server, template }
}
