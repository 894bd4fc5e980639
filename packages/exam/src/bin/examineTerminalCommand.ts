/**
 * `hipay-pos examine-terminal`: finds out what a Concert terminal supports and how it behaves.
 *
 * Exit code 0 examined, 1 not reachable or no answer at all, 2 usage, `--live` missing or an attempt unsettled there, 5
 * broken off. Whatever was paid by then is in the journal, and in the table that is printed at the end or by the next
 * examination.
 */
import { randomBytes } from "node:crypto"
import { CommandFailed, Flags, jsonLine, refuse } from "@hipay-pos/cli-kit"
import { AttemptJournal } from "@hipay-pos/client"
import * as ErrorText from "@hipay-pos/core/ErrorText"
import { addressText, isLoopback } from "@hipay-pos/core/Host"
import { Profile } from "@hipay-pos/terminal-simulator"
import * as Console from "effect/Console"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import { type Language, languages } from "../Language.ts"
import type { Payment } from "../terminal/Examination.ts"
import { examine, TerminalSilent, TerminalUnreachable } from "../terminal/examine.ts"
import type { Operator } from "../terminal/Operator.ts"
import { BrokenOff, personOperator } from "../terminal/personOperator.ts"
import { paidTable, toJson, toText } from "../terminal/report.ts"
import { simulate } from "../terminal/simulatedOperator.ts"
import { makeTerminalsFile } from "./terminalsFile.ts"

/** What the command line provides: its journal, and the check of a terminals file. */
export interface Dependencies {
  readonly journalFlag: Flag.Flag<string>
  /** The options with which another command uses the same journal. */
  readonly journalArgument: (path: string) => Effect.Effect<string>
  readonly openJournal: (path: string) => AttemptJournal.AttemptJournal
  /**
   * Those of some attempts that were made at a terminal, whatever it was called, through a server or not; one at a name that
   * is not found may have been made there, and is not certain.
   */
  readonly madeAt: (
    attempts: ReadonlyArray<AttemptJournal.Attempt>,
    terminal: string
  ) => Effect.Effect<ReadonlyArray<Found>>
  /** Resolves the name of a terminal. */
  readonly lookUp: (address: {
    readonly host: string
    readonly port: number
  }) => Effect.Effect<unknown, { readonly detail: string }>
  /** What is wrong with a terminals file, a line each. */
  readonly problemsOf: (json: unknown) => ReadonlyArray<string>
}

/** The command under a name. */
export const makeExamineTerminalCommand = <const Name extends string>(name: Name, dependencies: Dependencies) => {
  const flags = {
    address: Argument.String("address").pipe(
      Argument.withDescription("HOST[:PORT] of the terminal; with --simulate, where the simulator listens"),
      Argument.optional
    ),
    live: Flags.yes("live", "allow a terminal that may move real money: amounts of 0.01 to 0.99, each asked for first"),
    simulate: Flags.yes("simulate", "examine a simulated terminal that is started for it"),
    profile: Flags.literals(
      "profile",
      Profile.all.map((each) => each.name)
    ).pipe(
      Flag.withDescription("with --simulate: the model that is simulated, plain by default"),
      Flag.withDefault(Profile.plain.name)
    ),
    pace: Flags.literals("pace", ["instant", "human"]).pipe(
      Flag.withDescription("with --simulate: how fast the simulator is, instant by default"),
      Flag.withDefault("instant" as const)
    ),
    collection: Flags.yes(
      "collection",
      "examine remote collection (CD=B), too: it settles the day's sales of the terminal with the bank"
    ),
    write: Flags.text("write", "terminals file of a gateway that the terminal is written to, merged by its address"),
    language: Flags.literals("language", languages).pipe(
      Flag.withDescription("language of what the person at the terminal is asked, en by default"),
      Flag.withDefault("en" as const)
    ),
    json: Flags.yes("json", "print one JSON object"),
    journal: dependencies.journalFlag
  }
  return Command.make(name, flags, (options) => perform(name, dependencies, options)).pipe(
    Command.withDescription(
      "Finds out what a Concert terminal is like: versions, fields, habits, and what remains unsafe."
    ),
    Command.withExamples([
      {
        command: `hipay-pos ${name} 192.168.1.20 --live --write terminals.json`,
        description: "A terminal on the desk, with test cards"
      },
      { command: `hipay-pos ${name} --simulate --profile ingenico-desk5000`, description: "Our simulator" }
    ])
  )
}

interface Options {
  readonly address: Option.Option<string>
  readonly live: boolean
  readonly simulate: boolean
  readonly profile: string
  readonly pace: "instant" | "human"
  readonly collection: boolean
  readonly write: string
  readonly language: Language
  readonly json: boolean
  readonly journal: string
}

interface Target {
  readonly host: string
  readonly port: number
  readonly operator: Operator
}

const BROKEN_OFF = 5

const perform = Effect.fnUntraced(function* (
  verb: string,
  { journalArgument, openJournal, madeAt, lookUp, problemsOf }: Dependencies,
  options: Options
) {
  const { live, simulate: isSimulated } = options
  if (live && isSimulated) return yield* refuse(`${verb}: --live and --simulate exclude each other`)
  const address = yield* readAddress(verb, options)
  if (!isSimulated && !live && !isLoopback(address.host)) {
    return yield* refuse(`${verb}: ${address.host} is not this machine and may move real money: say --live if it may`)
  }
  const file = options.write === "" ? undefined : makeTerminalsFile(`${verb}: --write`, options.write, problemsOf)
  if (file !== undefined) yield* file.check(address)
  // A name that does not resolve could be that of any terminal in the journal.
  yield* Effect.mapError(lookUp(address), ({ detail }) => new CommandFailed({ code: 1, line: `${verb}: ${detail}` }))
  const journal = openJournal(options.journal)
  const where = addressText(address)
  const possible = Effect.flatMap(journal.attempts, (attempts) => madeAt(attempts, where))
  const here = Effect.map(possible, (attempts) => attempts.filter(({ isCertain }) => isCertain))
  const attempts = yield* Effect.mapError(possible, ({ message }) => refuse(`${verb}: ${message}`))
  const more = yield* journalArgument(options.journal)
  const unsettledLine = ({ id, terminal, isCertain }: Found) =>
    `${verb}: attempt ${id} at ${isCertain ? where : `${terminal}, which is not found and may be this terminal,`} is not settled: look at the terminal, then hipay-pos resolve ${id}${more}`
  const unsettled = attempts.find(AttemptJournal.isUnsettled)
  if (unsettled !== undefined) return yield* refuse(unsettledLine(unsettled))
  const earlier = isSimulated ? [] : paidBefore(attempts.filter(({ isCertain }) => isCertain))
  const examined = Effect.scoped(
    Effect.gen(function* () {
      const target = yield* Effect.acquireRelease(openTarget(verb, options, address), ({ operator }) =>
        Effect.promise(() => operator.close())
      )
      const { host, port, operator } = target
      const line = isSimulated
        ? { host, port, answer: options.pace === "instant" ? 2_500 : 90_000, quiet: 200 }
        : { host, port, answer: 180_000, quiet: 2_000 }
      process.exitCode = BROKEN_OFF
      const mode = isSimulated ? "simulated" : "live"
      const run = randomBytes(3).toString("hex").toUpperCase()
      return yield* Effect.tryPromise({
        try: () => examine({ line, operator, journal, mode, run, collection: options.collection }),
        catch: (error) => failed(verb, error)
      })
    })
  )
  const printUnsettled = (made: ReadonlyArray<Found>) =>
    Effect.forEach(made.filter(AttemptJournal.isUnsettled), (each) => Console.error(unsettledLine(each)))
  /** However the examination ends. */
  const printMade = (print: (made: ReadonlyArray<Found>) => Effect.Effect<unknown>) =>
    Effect.matchEffect(here, {
      onFailure: ({ message }) =>
        Console.error(`${verb}: what was paid is not known: ${message}. Look at the terminal's journal`),
      onSuccess: print
    })
  const found = yield* Effect.onExit(examined, (exit) =>
    Exit.isSuccess(exit) || isSimulated
      ? Effect.void
      : printMade((made) => Effect.andThen(Console.error(paidTable(paidBefore(made))), printUnsettled(made)))
  )
  const result = { ...found, payments: [...earlier, ...found.payments] }
  yield* Console.log(options.json ? jsonLine(toJson(result)) : toText(result))
  if (!isSimulated) yield* printMade(printUnsettled)
  // Last: results that cost payments must not be lost because a file cannot be written.
  if (file !== undefined) {
    yield* Effect.catch(file.write(result), ({ code, line }) =>
      // On stderr only: stdout must hold exactly one object.
      Effect.andThen(Console.error(line), Effect.fail(new CommandFailed({ code })))
    )
  }
  process.exitCode = 0
})

/** An attempt in the journal that was made at the terminal, or may have been. */
type Found = AttemptJournal.Attempt & { readonly isCertain: boolean }

const failed = (verb: string, error: unknown): CommandFailed => {
  if (error instanceof TerminalUnreachable || error instanceof TerminalSilent) {
    return new CommandFailed({ code: 1, line: `${verb}: ${error.message}` })
  }
  if (error instanceof BrokenOff || error instanceof AttemptJournal.JournalFailed) {
    return new CommandFailed({ code: BROKEN_OFF, line: `${verb}: broken off: ${error.message}` })
  }
  throw error
}

/**
 * Payments of examinations at this terminal that were not cancelled, such as of one that broke off, and what was cancelled
 * and is none of them.
 */
const paidBefore = (attempts: ReadonlyArray<AttemptJournal.Attempt>): ReadonlyArray<Payment> => {
  const own = attempts.filter(({ orderId }) => orderId.startsWith("EXAMINE-"))
  const payments = own.filter(
    ({ transactionType, state }) =>
      transactionType !== "Cancel" && (state === "approved" || AttemptJournal.isUnsettled({ state }))
  )
  const cancellations = own.filter(({ transactionType, state }) => transactionType === "Cancel" && state === "approved")
  const isPair = (one: AttemptJournal.Attempt) => (other: AttemptJournal.Attempt) =>
    paidIn(one) === paidIn(other) && runOf(one) === runOf(other) && ![one, other].some(isCredit)
  return own.flatMap((each): ReadonlyArray<Payment> => {
    const payment = { orderId: each.orderId, amount: paidIn(each), authorizationNumber: authorizationOf(each) }
    if (payments.includes(each) && !cancellations.some(isPair(each))) {
      const state = each.state !== "approved" ? "unknown" : isCredit(each) ? "credited" : "paid"
      return [{ ...payment, state }]
    }
    return cancellations.includes(each) && !payments.some(isPair(each)) ? [{ ...payment, state: "taken-back" }] : []
  })
}

const isCredit = ({ transactionType }: AttemptJournal.Attempt): boolean => transactionType === "Credit"

/** Journals of earlier versions have the number in the detail of the approval. */
const authorizationOf = ({ endings }: AttemptJournal.Attempt): string | undefined =>
  endings
    .map(({ authorizationNumber, detail }) => authorizationNumber ?? /^authorization (.+)$/.exec(detail ?? "")?.[1])
    .findLast((found) => found !== undefined)

/** Includes the tip, if there is one. */
const paidIn = ({ endings, amount }: AttemptJournal.Attempt): number => endings.at(-1)?.paid ?? amount

const runOf = ({ orderId }: Pick<AttemptJournal.Attempt, "orderId">): string => orderId.split("-")[1] ?? ""

const openTarget = (
  verb: string,
  { simulate: isSimulated, profile, pace, language }: Options,
  address: { readonly host: string; readonly port: number }
): Effect.Effect<Target, CommandFailed> =>
  isSimulated
    ? Effect.tryPromise({
        try: () => simulate(Profile.get(profile) ?? Profile.plain, pace, address),
        catch: (error) =>
          refuse(`${verb}: ${ErrorText.of(error)}; without an address, --simulate takes any port that is free`)
      })
    : Effect.sync(() => ({ ...address, operator: personOperator(process.stdin, process.stderr, language) }))

const readAddress = (verb: string, { address, simulate: isSimulated }: Options) => {
  const text = Option.getOrElse(address, () => "")
  if (text === "" && isSimulated) return Effect.succeed({ host: "127.0.0.1", port: 0 })
  const match = /^(\[[0-9a-f:.]+\]|[^:[\]/\s]+)(?::(\d{1,5}))?$/i.exec(text)
  const host = match?.[1]?.replace(/^\[|\]$/g, "").toLowerCase()
  const port = Number(match?.[2] ?? 8888)
  if (host === undefined || port > 65_535 || (port === 0 && !isSimulated)) {
    return Effect.fail(refuse(`${verb}: expected HOST or HOST:PORT, got ${text === "" ? "nothing" : text}`))
  }
  return isSimulated && !isLoopback(host)
    ? Effect.fail(refuse(`${verb}: --simulate listens on this machine, such as 127.0.0.1:8888, got ${text}`))
    : Effect.succeed({ host, port })
}
