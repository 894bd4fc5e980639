/** `hipay-pos attempts`: the attempts that this machine's journal or a server remembers. */

import { existsSync } from "node:fs"
import {
  type CommandFailed,
  Flags,
  jsonLine,
  paint,
  printable,
  refuse,
  untilStopped,
  whileRead
} from "@hipay-pos/cli-kit"
import * as Console from "effect/Console"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { connect } from "./AskedServer.ts"
import { choiceOf, filterFlags } from "./attemptFilter.ts"
import { attemptAt } from "./attemptsAt.ts"
import { makeTable } from "./attemptTable.ts"
import { formatDetail, formatKeptDetail } from "./evidence.ts"
import { toJson } from "./formatAttempt.ts"
import { attemptsKept, findIn, idAtServer, journalFlag } from "./journal.ts"
import { followAt, followKept, listAt, listKept, type Printed } from "./listAttempts.ts"
import { localTime } from "./localTime.ts"
import { credentialsFlag } from "./login.ts"
import { LOCAL } from "./serverFlags.ts"

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
      const attempt = yield* attemptAt(asked, yield* idAtServer(journal, id))
      return yield* Console.log(json ? jsonLine(attempt) : formatDetail(attempt, asked.server.href).join("\n"))
    }
    const attempt = findIn(yield* attemptsKept("attempts show", journal), id)
    if (attempt === undefined) return yield* refuse(`attempts show: there is no attempt ${id}; see hipay-pos attempts`)
    yield* Console.log(json ? jsonLine(toJson(attempt)) : formatKeptDetail(attempt).join("\n"))
  })
).pipe(
  Command.withDescription("Shows everything known about one payment, including what the terminal said."),
  Command.withExamples([
    { command: "hipay-pos attempts show ID", description: "Of this machine's journal" },
    {
      command: "hipay-pos attempts show ID --url http://127.0.0.1:8080",
      description: "Of a server, by its id or by that of this machine's journal"
    }
  ])
)

/** How many are printed for people without `--limit`. */
const DEFAULT_LIMIT = 30

const limitFlag = Flags.integer("limit").pipe(
  Flag.withSchema(
    Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 }, { message: "expected 1 or more" }))
  ),
  Flag.withDescription(`how many of the newest to show; ${DEFAULT_LIMIT} by default, all with --json`),
  Flag.optional
)

/** The attempts of the journal or of a server. */
export const attempts = Command.make(
  "attempts",
  {
    ...filterFlags,
    limit: limitFlag,
    open: Flags.yes("open", "only those whose outcome is not known"),
    follow: Flags.yes("follow", "keep printing changes until Ctrl-C"),
    json: Flags.yes("json", "print JSON, the oldest first; with --follow, one object per line"),
    journal: journalFlag,
    ...server
  },
  Effect.fnUntraced(function* ({ open, json, journal, url, credentials, follow, limit, ...filter }) {
    const choice = choiceOf(filter, open, Date.now())
    const asked = url === "" ? undefined : yield* connect("attempts", url, credentials)
    const most = Option.getOrElse(limit, () => (json && !follow ? Number.POSITIVE_INFINITY : DEFAULT_LIMIT))
    if (follow) {
      const print = json ? linesOfJson : linesOfTable()
      return yield* untilStopped(
        whileRead<CommandFailed, never>(
          asked === undefined ? followKept(journal, choice, most, print) : followAt(asked, choice, most, print)
        )
      )
    }
    const found = yield* asked === undefined ? listKept(journal, choice, most + 1) : listAt(asked, choice, most + 1)
    if (asked === undefined && !existsSync(journal))
      yield* Console.error(`attempts: there is no journal yet: ${journal}`)
    const shown = found.slice(0, most)
    if (json) return yield* Console.log(jsonLine(shown.map(({ json }) => json).toReversed()))
    if (shown.length === 0) return yield* Console.log("No attempts.")
    const table = makeTable(shown.map(({ shown }) => shown))
    const more = found.length > most ? [paint("quiet", `There are older ones; --limit ${most * 10} shows more.`)] : []
    yield* Console.log([table.header, ...shown.map(({ shown }) => table.line(shown)), ...more].join("\n"))
  })
).pipe(
  Command.withDescription(
    "Lists the payments that this command line has tried, or those of a server, the newest first."
  ),
  Command.withExamples([
    { command: "hipay-pos attempts --open", description: "Those that are open or unknown" },
    { command: "hipay-pos attempts --since today --state declined", description: "The day's refusals" },
    { command: "hipay-pos attempts --url http://127.0.0.1:8080 --follow", description: "A server's, as they happen" },
    { command: "hipay-pos attempts --url http://127.0.0.1:8080 --json", description: "A server's, for a script" },
    {
      command: "hipay-pos attempts show ID",
      description: "Everything known about one, including what the terminal said"
    }
  ]),
  Command.withSubcommands([show])
)

/** A server's attempts as they happen. */
export const tail = Command.make(
  "tail",
  {
    ...filterFlags,
    json: Flags.yes("json", "print JSON, one object per line"),
    url: Flags.text("url", `base URL of the mock or gateway, ${LOCAL} by default`, LOCAL),
    credentials: credentialsFlag
  },
  Effect.fnUntraced(function* ({ json, url, credentials, ...filter }) {
    const asked = yield* connect("tail", url, credentials)
    const choice = choiceOf(filter, false, Date.now())
    yield* untilStopped(whileRead(followAt(asked, choice, 0, json ? linesOfJson : linesOfTable())))
  })
).pipe(
  Command.withDescription("Prints the payments of a mock or a gateway as they happen, until Ctrl-C."),
  Command.withExamples([
    { command: "hipay-pos tail", description: "Of the mock that hipay-pos mock starts" },
    {
      command: "hipay-pos tail --state unknown --url https://gateway.shop.example",
      description: "Those that need attention"
    }
  ])
)

const linesOfJson: Printed = {
  first: (all) => Effect.forEach(all.toReversed(), ({ json }) => Console.log(jsonLine(json)), { discard: true }),
  change: ({ json }) => Console.log(jsonLine(json)),
  alarm: (at, attempt, message) => Console.log(jsonLine({ alarm: message, at, attempt }))
}

/** A table that goes on grows downwards, so the newest is last. */
const linesOfTable = (): Printed => {
  let table = makeTable([])
  return {
    first: (all) => {
      table = makeTable(all.map(({ shown }) => shown))
      return Console.log([table.header, ...all.toReversed().map(({ shown }) => table.line(shown))].join("\n"))
    },
    change: ({ shown }) => Effect.suspend(() => Console.log(table.line(shown))),
    alarm: (at, attempt, message) =>
      Console.log(`${localTime(at)}  ${paint("bad", "ALARM")}  ${printable(`${attempt}: ${message}`)}`)
  }
}
