/** `hipay-pos attempts` and `hipay-pos resolve`: what the journal remembers, and a person's answer to what is unknown. */
import { AttemptJournal } from "@hipay-pos/client"
import { Money } from "@hipay-pos/core"
import { ExitWith, refuse } from "@hipay-pos/terminal-simulator/bin"
import * as Console from "effect/Console"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { journalFlag, openJournal } from "./journal.ts"

const json = Flag.Boolean("json").pipe(Flag.withDescription("print JSON"), Flag.withDefault(false))

/** The attempts of the journal, oldest first. */
export const attempts = Command.make(
  "attempts",
  {
    open: Flag.Boolean("open").pipe(
      Flag.withDescription("only those whose outcome is not known"),
      Flag.withDefault(false)
    ),
    json,
    journal: journalFlag
  },
  Effect.fnUntraced(function* (options) {
    const all = yield* read("attempts", options.journal)
    const shown = options.open ? all.filter(AttemptJournal.isUnsettled) : all
    yield* Console.log(
      options.json ? JSON.stringify(shown.map(toJson)) : shown.map(toLine).join("\n") || "No attempts."
    )
  })
).pipe(
  Command.withDescription("Lists the payments that this command line has tried."),
  Command.withExamples([
    { command: "hipay-pos attempts --open", description: "Those that somebody has to look into" },
    { command: "hipay-pos attempts --json", description: "For a script" }
  ])
)

/** Ends an attempt whose outcome was unknown, by a person's word. */
export const resolve = Command.make(
  "resolve",
  {
    id: Argument.String("id").pipe(Argument.withDescription("the attempt, as `hipay-pos attempts` shows it")),
    outcome: Flag.Literals("outcome", ["approved", "declined"]).pipe(Flag.withDescription("what it came to")),
    by: Flag.String("by").pipe(Flag.withDescription("who says so")),
    evidence: Flag.String("evidence").pipe(Flag.withDescription("what he has seen, such as the receipt's number")),
    json,
    journal: journalFlag
  },
  Effect.fnUntraced(function* ({ id, outcome, by, evidence, ...options }) {
    if (by.trim() === "" || evidence.trim() === "")
      return yield* refuse("resolve: --by and --evidence must say something")
    const attempt = (yield* read("resolve", options.journal)).find((each) => each.id === id)
    if (attempt === undefined) return yield* refuse(`resolve: there is no attempt ${id}; see hipay-pos attempts`)
    if (!AttemptJournal.isUnsettled(attempt)) return yield* refuse(`resolve: ${id} has ended already: ${attempt.state}`)
    const ending = { id, state: outcome, endedAt: Date.now(), by, evidence } as const
    yield* Effect.mapError(
      openJournal(options.journal).end(ending),
      (error) => new ExitWith({ code: 1, line: `resolve: ${error.message}` })
    )
    const resolved = { ...attempt, state: outcome, endings: [...attempt.endings, ending] }
    yield* Console.log(options.json ? JSON.stringify(toJson(resolved)) : toLine(resolved))
  })
).pipe(
  Command.withDescription("Writes down how a payment ended whose outcome was unknown."),
  Command.withExamples([
    {
      command: 'hipay-pos resolve ID --outcome approved --by Ada --evidence "receipt 000123"',
      description: "Somebody has seen the terminal's receipt"
    }
  ])
)

const read = (verb: string, path: string) =>
  Effect.mapError(openJournal(path).attempts, (error) => refuse(`${verb}: ${error.message}`))

const toJson = ({ endings, openedAt, ...attempt }: AttemptJournal.Attempt) => ({
  ...attempt,
  openedAt: new Date(openedAt).toISOString(),
  endings: endings.map(({ id: _, endedAt, ...ending }) => ({ ...ending, endedAt: new Date(endedAt).toISOString() }))
})

const toLine = ({
  id,
  openedAt,
  orderId,
  transactionType,
  amount,
  currency,
  terminal,
  state
}: AttemptJournal.Attempt) => {
  const money = Money.make(amount, currency)
  const shown = Result.isSuccess(money) ? Money.toText(money.success) : `${amount} ${currency}`
  return [id, new Date(openedAt).toISOString(), state, transactionType, shown, orderId, terminal].join("  ")
}
