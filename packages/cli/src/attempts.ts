/** `hipay-pos attempts` and `hipay-pos resolve`: what the journal remembers, and how an unknown one ended. */

import { Flags, refuse } from "@hipay-pos/cli-kit"
import { AttemptJournal, StillUnderWay } from "@hipay-pos/client"
import * as CardNumber from "@hipay-pos/core/CardNumber"
import type { AttemptSummary } from "@hipay-pos/core/wire/Attempt"
import type { ResolveRequest } from "@hipay-pos/core/wire/Resolution"
import * as Console from "effect/Console"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import { type AskedServer, attemptsAt, refusalOf } from "./attemptsAt.ts"
import { formatAttempt } from "./formatAttempt.ts"
import { journalFlag, openJournal } from "./journal.ts"
import { credentialsFlag, needLogin, readServer } from "./login.ts"

const server = {
  url: Flags.text("url", "base URL of a mock or a gateway: its attempts instead of this machine's journal"),
  credentials: credentialsFlag
}

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
    { command: "hipay-pos attempts --url http://127.0.0.1:8080 --json", description: "A server's, for a script" }
  ])
)

/** A server's attempts, or those that are open or unknown; the oldest first. */
const listAt = Effect.fnUntraced(function* (asked: AskedServer, open: boolean) {
  const { list } = yield* attemptsAt(asked)
  const lists = open ? [list({ state: "open" }), list({ state: "unknown" })] : [list()]
  const found = yield* Effect.mapError(Effect.all(lists), (error) => refusalOf(asked, error))
  return found.flat().sort((a, b) => a.openedAt.localeCompare(b.openedAt) || a.id.localeCompare(b.id))
})

/** Records how a server's attempt ended; gives it as it then stands. */
const resolveAt = Effect.fnUntraced(function* (asked: AskedServer, id: string, resolution: ResolveRequest) {
  const attempts = yield* attemptsAt(asked)
  return yield* Effect.mapError(attempts.resolve(id, resolution), (error) => {
    if (error.kind === "Unreachable")
      return refuse(`${refusalOf(asked, error).line}. Look at the attempt before you resolve it again`)
    if (error.kind !== "Rejected" && error.kind !== "NotFound" && error.kind !== "ServerFailed")
      return refusalOf(asked, error)
    const advice = error.code === "attempt.line.open" ? "; --override does it all the same" : ""
    return refuse(`${asked.verb}: ${id} was not resolved: ${error.detail} (HTTP ${error.status})${advice}`)
  })
})

const formatSummary = ({ terminal, ...attempt }: AttemptSummary) =>
  formatAttempt({ ...attempt, terminal: terminal.name })

const print = (shown: ReadonlyArray<unknown>, json: boolean) =>
  Console.log(json ? JSON.stringify(shown) : shown.join("\n") || "No attempts.")

/** Ends an attempt whose outcome was unknown, as a person says. */
export const resolve = Command.make(
  "resolve",
  {
    id: Argument.String("id").pipe(Argument.withDescription("the attempt, as `hipay-pos attempts` shows it")),
    outcome: Flag.Literals("outcome", ["approved", "declined", "set-aside"]).pipe(
      Flag.withDescription(
        "what it came to; set-aside, with --url: still unknown, but the terminal may take the next order"
      )
    ),
    by: Flag.String("by").pipe(
      Flag.map((text) => CardNumber.maskWritten(text)),
      Flag.withDescription("name of the person who says so")
    ),
    evidence: Flag.String("evidence").pipe(
      Flag.map((text) => CardNumber.maskWritten(text)),
      Flag.withDescription("evidence, e.g. the receipt number")
    ),
    override: Flags.yes("override", "record it although a process or a server still waits for the terminal's answer"),
    json: Flags.yes("json", "print JSON"),
    journal: journalFlag,
    ...server
  },
  Effect.fnUntraced(function* ({ id, outcome, by, evidence, override, json, journal, url, credentials }) {
    if (by.trim() === "" || evidence.trim() === "")
      return yield* refuse("resolve: --by and --evidence must say something")
    if (url !== "") {
      const asked = yield* connect("resolve", url, credentials)
      const resolved = yield* resolveAt(asked, id, { outcome, by, evidence, ...(override && { override }) })
      return yield* Console.log(json ? JSON.stringify(resolved) : formatSummary(resolved))
    }
    if (outcome === "set-aside") {
      return yield* refuse("resolve: --outcome set-aside is for an attempt of a gateway or a mock: name it with --url")
    }
    const attempt = (yield* read("resolve", journal)).find((each) => each.id === id)
    if (attempt === undefined) return yield* refuse(`resolve: there is no attempt ${id}; see hipay-pos attempts`)
    if (!AttemptJournal.isUnsettled(attempt)) return yield* refuse(`resolve: ${id} has ended already: ${attempt.state}`)
    if (outcome === "declined" && !override && (yield* isUnderWay(journal, id))) {
      return yield* refuse(`resolve: ${new StillUnderWay({ id }).message}: --override`)
    }
    const paid = outcome === "approved" ? attempt.amount : 0
    const ending = { id, state: outcome, endedAt: Date.now(), paid, by, evidence } as const
    yield* Effect.mapError(openJournal(journal).end(ending), (error) => refuse(`resolve: ${error.message}`))
    const resolved = { ...attempt, state: outcome, endings: [...attempt.endings, ending] }
    yield* Console.log(json ? JSON.stringify(toJson(resolved)) : formatKept(resolved))
  })
).pipe(
  Command.withDescription("Writes down how a payment ended whose outcome was unknown."),
  Command.withExamples([
    {
      command: 'hipay-pos resolve ID --outcome approved --by Ada --evidence "receipt 000123"',
      description: "The terminal printed a receipt"
    },
    {
      command: 'hipay-pos resolve ID --url http://127.0.0.1:8080 --outcome declined --by Ada --evidence "no receipt"',
      description: "The attempt is a server's"
    },
    {
      command:
        'hipay-pos resolve ID --url http://127.0.0.1:8080 --outcome set-aside --by Ada --evidence "asked the bank"',
      description: "Still unknown, but the terminal may take the next order"
    }
  ])
)

const connect = Effect.fnUntraced(function* (verb: string, url: string, credentials: string) {
  const server = yield* readServer(verb, url)
  return { verb, server, login: yield* needLogin(verb, credentials, server) }
})

const read = (verb: string, path: string) =>
  Effect.mapError(openJournal(path).attempts, (error) => refuse(`${verb}: ${error.message}`))

const isUnderWay = (path: string, id: string) =>
  Effect.mapError(openJournal(path).isUnderWay?.(id) ?? Effect.succeed(false), (error) =>
    refuse(`resolve: ${error.message}`)
  )

const toJson = ({ endings, openedAt, ...attempt }: AttemptJournal.Attempt) => ({
  ...attempt,
  openedAt: new Date(openedAt).toISOString(),
  endings: endings.map(({ id: _, endedAt, ...ending }) => ({ ...ending, endedAt: new Date(endedAt).toISOString() }))
})

const formatKept = ({ openedAt, endings, ...attempt }: AttemptJournal.Attempt) =>
  formatAttempt({ ...attempt, openedAt: new Date(openedAt).toISOString(), paid: endings.at(-1)?.paid })
