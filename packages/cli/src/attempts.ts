/** `hipay-pos attempts` and `hipay-pos resolve`: what the journal remembers, and a person's answer to what is unknown. */

import { Flags, refuse } from "@hipay-pos/cli-kit"
import { AttemptJournal, StillUnderWay } from "@hipay-pos/client"
import * as CardNumber from "@hipay-pos/core/CardNumber"
import * as Console from "effect/Console"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import { journalFlag, openJournal } from "./journal.ts"
import { amountText, stateText } from "./line.ts"
import { credentialsFlag, needLogin, readServer } from "./login.ts"
import * as ServerAttempts from "./ServerAttempts.ts"

const server = {
  url: Flags.text("url", "a mock or a gateway, whose own journal is meant instead of this machine's"),
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
      const all = yield* ServerAttempts.list(yield* connect("attempts", url, credentials))
      const shown = open ? all.filter(({ state }) => state === "open" || state === "unknown") : all
      return yield* print(json ? shown : shown.map(ServerAttempts.toLine), json)
    }
    const all = yield* read("attempts", journal)
    const shown = open ? all.filter(AttemptJournal.isUnsettled) : all
    yield* print(json ? shown.map(toJson) : shown.map(toLine), json)
  })
).pipe(
  Command.withDescription("Lists the payments that this command line has tried, or those of a server."),
  Command.withExamples([
    { command: "hipay-pos attempts --open", description: "Those that somebody has to look into" },
    { command: "hipay-pos attempts --url http://127.0.0.1:8080 --json", description: "A server's, for a script" }
  ])
)

const print = (shown: ReadonlyArray<unknown>, json: boolean) =>
  Console.log(json ? JSON.stringify(shown) : shown.join("\n") || "No attempts.")

/** Ends an attempt whose outcome was unknown, by a person's word. */
export const resolve = Command.make(
  "resolve",
  {
    id: Argument.String("id").pipe(Argument.withDescription("the attempt, as `hipay-pos attempts` shows it")),
    outcome: Flag.Literals("outcome", ["approved", "declined"]).pipe(Flag.withDescription("what it came to")),
    by: Flag.String("by").pipe(
      Flag.map((text) => CardNumber.maskWritten(text)),
      Flag.withDescription("who says so")
    ),
    evidence: Flag.String("evidence").pipe(
      Flag.map((text) => CardNumber.maskWritten(text)),
      Flag.withDescription("what was seen, such as the receipt's number")
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
      const login = yield* connect("resolve", url, credentials)
      const resolved = yield* ServerAttempts.resolve(login, id, {
        outcome,
        by,
        evidence,
        ...(override ? { override } : {})
      })
      return yield* Console.log(json ? JSON.stringify(resolved) : ServerAttempts.toLine(resolved))
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
    yield* Console.log(json ? JSON.stringify(toJson(resolved)) : toLine(resolved))
  })
).pipe(
  Command.withDescription("Writes down how a payment ended whose outcome was unknown."),
  Command.withExamples([
    {
      command: 'hipay-pos resolve ID --outcome approved --by Ada --evidence "receipt 000123"',
      description: "Somebody has seen the terminal's receipt"
    },
    {
      command: 'hipay-pos resolve ID --url http://127.0.0.1:8080 --outcome declined --by Ada --evidence "no receipt"',
      description: "The attempt is a server's"
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

const toLine = (attempt: AttemptJournal.Attempt) => {
  const { id, openedAt, orderId, transactionType, amount, currency, terminal, state, endings } = attempt
  const opened = new Date(openedAt).toISOString()
  const shown = amountText(endings.at(-1)?.paid, amount, currency)
  return [id, opened, stateText(state), transactionType, shown, orderId, terminal].join("  ")
}
