/** The journal of the command line: a file in the user's state folder unless another one is given. */
import { homedir } from "node:os"
import { join } from "node:path"
import { type CommandFailed, Flags, quoted, refuse, variable } from "@hipay-pos/cli-kit"
import type { AttemptJournal } from "@hipay-pos/client"
import { FileJournal } from "@hipay-pos/client/node"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"

const usualFile = Effect.map(variable("XDG_STATE_HOME"), (folder) =>
  join(folder || join(homedir(), ".local", "state"), "hipay-pos", "attempts.db")
)

/** The path of the journal. */
export const journalFlag: Flag.Flag<string> = Flags.string("journal").pipe(
  Flag.withDescription("file that remembers attempts; hipay-pos/attempts.db in your state folder by default"),
  Flag.withDefault(""),
  Flag.mapEffect((path) => (path === "" ? usualFile : Effect.succeed(path)))
)

/** The argument that makes a command use the same journal; empty for the default file. */
export const journalArgument = (path: string): Effect.Effect<string> =>
  Effect.map(usualFile, (usual) => (path === usual ? "" : ` --journal ${quoted(path)}`))

/** The journal in a file. */
export const openJournal = (path: string): AttemptJournal.AttemptJournal => FileJournal.make(path)

/** The attempts of a journal. If it cannot be read, the refusal begins with the verb. */
export const attemptsKept = (
  verb: string,
  path: string
): Effect.Effect<ReadonlyArray<AttemptJournal.Attempt>, CommandFailed> =>
  Effect.mapError(openJournal(path).attempts, ({ message }) => refuse(`${verb}: ${message}`))

/** The attempt's address at its server, if known. */
export const addressOf = (attempt: AttemptJournal.Attempt | undefined): string | undefined =>
  attempt?.endings.findLast(({ serverAttempt }) => serverAttempt !== undefined)?.serverAttempt

/** The id of an attempt at its server, which may differ from its id in the journal. */
export const idAtServer = (path: string, id: string): Effect.Effect<string> =>
  openJournal(path).attempts.pipe(
    Effect.map((all) => addressOf(all.find((each) => each.id === id)) ?? id),
    Effect.orElseSucceed(() => id)
  )
