/** `gateway migrate`: brings the schema of a shared store to this version's, before gateways of this version start. */
import { Flags, refuse } from "@hipay-pos/cli-kit"
import { startFailed } from "@hipay-pos/server/bin"
import * as Console from "effect/Console"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Address from "../postgres/Address.ts"

/** The verb, as people type it. */
export const makeMigrateCommand = (typed: string) =>
  Command.make(
    "migrate",
    {
      store: Flags.string("store").pipe(
        Flag.withDescription("postgres://USER@HOST/DATABASE; its password by PGPASSWORD")
      ),
      json: Flags.yes("json", "print one JSON object")
    },
    Effect.fnUntraced(function* ({ store, json }) {
      if (!Address.isShared(store))
        return yield* refuse("gateway migrate: --store: expected postgres://USER@HOST/DATABASE; a file migrates itself")
      const { from, to, restored, text } = yield* Effect.tryPromise({
        try: () => migrateStore(store),
        catch: (error) => startFailed("gateway migrate", error)
      })
      const words = from === to ? `has schema ${to} already` : `migrated from schema ${from} to ${to}`
      const more = restored ? "; its history is in order again after a dump was restored" : ""
      yield* Console.log(json ? JSON.stringify({ migrated: { from, to, restored } }) : `${text} ${words}${more}.`)
    })
  ).pipe(
    Command.withDescription(
      "Creates the tables of a shared store, or migrates them to this version; gateways may be running. Also after a dump was restored, and once a year."
    ),
    Command.withExamples([
      { command: `${typed} --store postgres://gateway@db.example/payments`, description: "Before each deploy" }
    ])
  )

const migrateStore = async (store: string) => {
  const address = Address.read(store)
  const [Database, { migrate }] = await Promise.all([
    import("../postgres/Database.ts"),
    import("../postgres/migrate.ts")
  ])
  const database = await Database.connect(address, { name: "hipay-pos migrate" })
  try {
    return { ...(await migrate(database)), text: address.text }
  } catch (error) {
    throw Database.cannotOpen(address, error)
  } finally {
    await database.close()
  }
}
