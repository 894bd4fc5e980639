/** `store`: what is done with the file of a gateway or a mock while none of them runs. */
import { Flags, refuse } from "@hipay-pos/cli-kit"
import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import { redactStore } from "../node/redactStore.ts"
import { StartFailed } from "../node/serve.ts"

/** The verb under a name, with its examples as they are typed. */
export const makeStoreCommand = (name: string, typed: string) =>
  Command.make(name).pipe(
    Command.withDescription("Works on the file in which a gateway or a mock keeps its attempts."),
    Command.withSubcommands([makeRedactCommand(typed)])
  )

const makeRedactCommand = (typed: string) =>
  Command.make(
    "redact",
    {
      store: Flag.String("store").pipe(
        Flag.withDescription("the file of the gateway or mock, which must not be running")
      ),
      by: Flag.String("by").pipe(Flag.withDescription("who has it redacted; written into the history")),
      json: Flags.yes("json", "print one JSON object")
    },
    Effect.fnUntraced(function* ({ store, by, json }) {
      if (by.trim() === "") return yield* refuse("store redact: --by must say something")
      const at = yield* Clock.currentTimeMillis
      const redacted = yield* Effect.tryPromise({
        try: () => redactStore(store, by, at),
        catch: (error) => refuse(`store redact: ${error instanceof StartFailed ? error.problem : String(error)}`)
      })
      const { attempts, history } = redacted
      yield* Console.log(
        json
          ? JSON.stringify({ redacted })
          : attempts + history === 0
            ? "No card number was found; nothing has changed."
            : `Card numbers were masked in ${attempts} attempts and ${history} entries of their history, and the file was written anew. Backups still hold the old text.`
      )
    })
  ).pipe(
    Command.withDescription(
      "Masks card numbers that older versions kept, in the history too, and notes there who did so."
    ),
    Command.withExamples([
      { command: `${typed} redact --store attempts.db --by Ada`, description: "While no gateway has the file open" }
    ])
  )
