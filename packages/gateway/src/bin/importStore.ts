/** `store import`: imports a gateway's file into a store that several gateways share. */
import { CommandFailed, Flags, refuse } from "@hipay-pos/cli-kit"
import * as Frames from "@hipay-pos/concert-codec/Frames"
import { startFailed } from "@hipay-pos/server/bin"
import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Address from "../postgres/Address.ts"
import type { Import } from "../postgres/importStore.ts"

/** The verb, as people type it. */
export const makeImportCommand = (typed: string) =>
  Command.make(
    "import",
    {
      file: Argument.String("file").pipe(
        Argument.withDescription("the gateway's file; its gateway must be stopped, and does not start on it again")
      ),
      store: Flags.string("store").pipe(
        Flag.withDescription("postgres://USER@HOST/DATABASE that the attempts go to; its password by PGPASSWORD")
      ),
      sameShop: Flags.yes(
        "same-shop",
        "logins of the file have other attempts in the store, and these are of the same shop"
      ),
      check: Flags.yes("check", "only compare the two; the gateway may be running"),
      json: Flags.yes("json", "print one JSON object")
    },
    Effect.fnUntraced(function* ({ file, store, sameShop: isSameShop, check, json }) {
      const now = yield* Clock.currentTimeMillis
      if (!Address.isShared(store))
        return yield* refuse("store import: --store: expected postgres://USER@HOST/DATABASE")
      const made = yield* Effect.tryPromise({
        try: async () => {
          const { compareStore, importStore } = await import("../postgres/importStore.ts")
          const options = { file, address: Address.read(store), frames: Frames, now, isSameShop }
          return await (check ? compareStore : importStore)(options)
        },
        catch: (error) => startFailed("store import", error)
      })
      yield* Console.log(json ? JSON.stringify({ import: made }) : inWords(made, check))
      const { length } = made.differences
      if (length > 0)
        return yield* new CommandFailed({ code: 1, line: `store import: ${length} differences, listed above` })
    })
  ).pipe(
    Command.withDescription(
      "Imports a gateway's attempts and their guards into a store that several gateways share; safe to run again."
    ),
    Command.withExamples([
      {
        command: `${typed} import attempts.db --store postgres://gateway@db.example/payments`,
        description: "Once its gateway is stopped, and before tills are sent to the others"
      },
      {
        command: `${typed} import attempts.db --store postgres://gateway@db.example/payments --check`,
        description: "What differs"
      }
    ])
  )

const inWords = (made: Import, check: boolean): string => {
  const { file, store, imported, attempts, unknown, simulated, changedSince, pruned, warnings, differences } = made
  const brought =
    imported.attempts + imported.notifications === 0
      ? `all ${attempts} attempts of ${file} were there already; nothing was imported.`
      : `${imported.attempts} attempts and ${imported.notifications} notifications of ${file} were imported; ${attempts - imported.attempts} attempts were there already.`
  return [
    `${store}: ${check ? `compared with ${attempts} attempts of ${file}.` : brought}`,
    ...(unknown > 0 ? [`Unknown, and to be resolved there: ${unknown}.`] : []),
    ...(changedSince > 0 ? [`Resolved or answered there since: ${changedSince}.`] : []),
    ...(pruned > 0 ? [`Pruned there since: ${pruned}.`] : []),
    ...(simulated > 0 ? [`Simulated attempts, which are not payments and stay in the file: ${simulated}.`] : []),
    ...warnings.map((warning) => `Note: ${warning}`),
    ...(differences.length === 0 ? ["Nothing differs."] : differences.map((each) => `Differs: ${each}`)),
    ...(check ? [] : [`Gateways no longer start on ${file}; start them with --store ${store}.`])
  ].join("\n")
}
