/** The journal of the command line: a file in the user's state folder unless another one is given. */
import { homedir } from "node:os"
import { join } from "node:path"
import { type CommandFailed, CurrentSettings, Flags, quoted, refuse, variable } from "@hipay-pos/cli-kit"
import { AttemptJournal, environments } from "@hipay-pos/client"
import { FileJournal } from "@hipay-pos/client/node"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import { LOCAL } from "./serverFlags.ts"

const usualFile = Effect.map(variable("XDG_STATE_HOME"), (folder) =>
  join(folder || join(homedir(), ".local", "state"), "hipay-pos", "attempts.db")
)

/** The path of the journal. */
export const journalFlag: Flag.Flag<string> = Flags.string("journal").pipe(
  Flag.mapTryCatch(
    (path) => {
      if (path !== "") openJournal(path)
      return path
    },
    () => "expected the path of a file, such as attempts.db"
  ),
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

/** An attempt by its id, or by the id that its server has for it. */
export const findIn = (
  attempts: ReadonlyArray<AttemptJournal.Attempt>,
  id: string
): AttemptJournal.Attempt | undefined =>
  attempts.find((each) => each.id === id) ??
  attempts.find(({ endings }) => endings.some(({ serverAttempt }) => serverAttempt?.endsWith(`/attempts/${id}`)))

/** What its server calls an attempt: its address there, if the journal knows it, else the id that was asked for. */
export const nameAtServer = (attempt: AttemptJournal.Attempt | undefined, id: string): string =>
  (attempt && AttemptJournal.addressOf(attempt)) ?? id

/**
 * The mock or gateway that an attempt of this machine's journal went through; empty if none. HiPay's own servers have no list of
 * attempts.
 */
export const serverOf = ({ server = "" }: AttemptJournal.Attempt): string =>
  Object.values(environments).some((each) => URL.parse(each)?.origin === URL.parse(server)?.origin) ? "" : server

/** The id of an attempt at its server, which may differ from its id in the journal. */
export const idAtServer = (path: string, id: string): Effect.Effect<string> =>
  Effect.map(kept(path, id), (attempt) => nameAtServer(attempt, id))

/** Where to ask about an attempt: at the typed server, else at the one that the journal has for it, else at that of the settings. */
export interface Place {
  /** Empty if the journal has the attempt, and it went through no mock or gateway. */
  readonly server: string
  /** Its id or its path there. */
  readonly id: string
}

export const placeOf = Effect.fnUntraced(function* (path: string, id: string, url: string) {
  const attempt = yield* kept(path, id)
  const isTyped = url !== "" && !(yield* CurrentSettings).has("url")
  const place: Place = {
    server: isTyped || attempt === undefined ? url || LOCAL : serverOf(attempt),
    id: nameAtServer(attempt, id)
  }
  return place
})

/** An attempt of the journal; undefined as well if the journal cannot be read. */
const kept = (path: string, id: string): Effect.Effect<AttemptJournal.Attempt | undefined> =>
  openJournal(path).attempts.pipe(
    Effect.map((all) => findIn(all, id)),
    Effect.orElseSucceed(() => undefined)
  )
