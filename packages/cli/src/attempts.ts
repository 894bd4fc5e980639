/** `hipay-pos attempts`: what this machine's journal or a server remembers. */

import { Flags, refuse } from "@hipay-pos/cli-kit"
import { AttemptJournal } from "@hipay-pos/client"
import * as Console from "effect/Console"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { type AskedServer, attemptsAt, connect, refusalOf } from "./attemptsAt.ts"
import { evidenceLines, formatDetail } from "./evidence.ts"
import { formatKept, formatSummary, toJson } from "./formatAttempt.ts"
import { journalFlag, openJournal } from "./journal.ts"
import { credentialsFlag } from "./login.ts"

const server = {
  url: Flags.text("url", "base URL of a mock or a gateway: its attempts instead of this machine's journal"),
  credentials: credentialsFlag
}

/** All that is known of one attempt. */
const show = Command.make(
  "show",
  {
    id: Argument.String("id").pipe(Argument.withDescription("the attempt, as `hipay-pos attempts` shows it")),
    json: Flags.yes("json", "print JSON"),
    journal: journalFlag,
    ...server
  },
  Effect.fnUntraced(function* ({ id, json, journal, url, credentials }) {
    if (url !== "") {
      const asked = yield* connect("attempts show", url, credentials)
      const { get } = yield* attemptsAt(asked)
      const attempt = yield* Effect.mapError(get(id), (error) => refusalOf(asked, error))
      return yield* Console.log(json ? JSON.stringify(attempt) : formatDetail(attempt).join("\n"))
    }
    const attempt = (yield* read("attempts show", journal)).find((each) => each.id === id)
    if (attempt === undefined) return yield* refuse(`attempts show: there is no attempt ${id}; see hipay-pos attempts`)
    const lines = attempt.endings.flatMap(({ detail, by, evidence, received }) => [
      ...(detail === undefined ? [] : [`  ${detail}`]),
      ...(by === undefined ? [] : [`  resolved by ${by}: ${evidence}`]),
      ...(received === undefined ? [] : evidenceLines(received))
    ])
    yield* Console.log(json ? JSON.stringify(toJson(attempt)) : [formatKept(attempt), ...lines].join("\n"))
  })
).pipe(
  Command.withDescription("Shows all that is known of one payment, what the terminal said included."),
  Command.withExamples([
    { command: "hipay-pos attempts show ID", description: "Of this machine's journal" },
    { command: "hipay-pos attempts show ID --url http://127.0.0.1:8080", description: "Of a server" }
  ])
)

/** The attempts of the journal, oldest first; or those of a server. */
export const attempts = Command.make(
  "attempts",
  {
    open: Flags.yes("open", "only those whose outcome is not known"),
    json: Flags.yes("json", "print JSON"),
    journal: journalFlag,
    ...server
  },
  Effect.fnUntraced(function* ({ open, json, journal, url, credentials }) {
    if (url !== "") {
      const shown = yield* listAt(yield* connect("attempts", url, credentials), open)
      return yield* print(json ? shown : shown.map(formatSummary), json)
    }
    const all = yield* read("attempts", journal)
    const shown = open ? all.filter(AttemptJournal.isUnsettled) : all
    yield* print(json ? shown.map(toJson) : shown.map(formatKept), json)
  })
).pipe(
  Command.withDescription("Lists the payments that this command line has tried, or those of a server."),
  Command.withExamples([
    { command: "hipay-pos attempts --open", description: "Those that are open or unknown" },
    { command: "hipay-pos attempts --url http://127.0.0.1:8080 --json", description: "A server's, for a script" },
    { command: "hipay-pos attempts show ID", description: "All that is known of one, what the terminal said included" }
  ]),
  Command.withSubcommands([show])
)

/** A server's attempts, or those that are open or unknown; the oldest first. */
const listAt = Effect.fnUntraced(function* (asked: AskedServer, open: boolean) {
  const { list } = yield* attemptsAt(asked)
  const lists = open ? [list({ state: "open" }), list({ state: "unknown" })] : [list()]
  const found = yield* Effect.mapError(Effect.all(lists), (error) => refusalOf(asked, error))
  return found.flat().sort((a, b) => a.openedAt.localeCompare(b.openedAt) || a.id.localeCompare(b.id))
})

const print = (shown: ReadonlyArray<unknown>, json: boolean) =>
  Console.log(json ? JSON.stringify(shown) : shown.join("\n") || "No attempts.")

const read = (verb: string, path: string) =>
  Effect.mapError(openJournal(path).attempts, (error) => refuse(`${verb}: ${error.message}`))
