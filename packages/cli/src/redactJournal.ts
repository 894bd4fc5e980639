/** `hipay-pos journal redact`: masks card numbers that older versions wrote to a journal. */
import { CommandFailed, Flags, pluralize } from "@hipay-pos/cli-kit"
import { AttemptJournal } from "@hipay-pos/client"
import { FileJournal } from "@hipay-pos/client/node"
import * as Console from "effect/Console"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { journalFlag } from "./journal.ts"

const redact = Command.make(
  "redact",
  { journal: journalFlag, json: Flags.yes("json", "print one JSON object") },
  Effect.fnUntraced(function* ({ journal, json }) {
    const attempts = yield* Effect.tryPromise({
      try: () => FileJournal.redact(journal),
      catch: (error) =>
        new CommandFailed({
          code: 2,
          line: `journal redact: ${error instanceof AttemptJournal.JournalFailed ? error.detail : String(error)}`
        })
    })
    yield* Console.log(
      json
        ? JSON.stringify({ redacted: { attempts } })
        : attempts === 0
          ? "No card number was found; nothing has changed."
          : `Card numbers were masked in ${pluralize(attempts, "attempt")}, and the file was written anew. Copies still hold the old text.`
    )
  })
).pipe(
  Command.withDescription(
    "Masks card numbers that older versions kept in the names and evidence of manual resolutions."
  ),
  Command.withExamples([
    {
      command: "hipay-pos journal redact --journal journal.db",
      description: "The journal of a till, or this one's by default"
    }
  ])
)

/** The verb. */
export const journal = Command.make("journal").pipe(
  Command.withDescription("Works on the journal in which this command line, or a client, remembers its attempts."),
  Command.withSubcommands([redact])
)
