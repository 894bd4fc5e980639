/**
 * `hipay-pos reconcile`: compares a batch report or a settlement with a server's attempts; what it proves ends unknown
 * payments.
 */
import { readFileSync } from "node:fs"
import { basename } from "node:path"
import { CommandFailed, cannotRead, Flags, jsonLine, paint, printable, readJson, refuse } from "@hipay-pos/cli-kit"
import type { AttemptFilter, AttemptsError } from "@hipay-pos/client"
import * as CardNumber from "@hipay-pos/core/CardNumber"
import * as JsonIssues from "@hipay-pos/core/JsonIssues"
import * as Money from "@hipay-pos/core/Money"
import {
  type Cancelled,
  formats,
  isResolvable,
  type Known,
  knownOf,
  type Lines,
  lineText,
  Mapping,
  otherLineText,
  type Pair,
  type PerhapsReversed,
  type Reconciliation,
  read,
  reconcileDay,
  toResolveRequest
} from "@hipay-pos/reconcile"
import * as Console from "effect/Console"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { type AskedServer, connect } from "./AskedServer.ts"
import { attemptsAt, refusalOf } from "./attemptsAt.ts"
import { zonedTime } from "./localTime.ts"
import { credentialsFlag } from "./login.ts"
import { listOf, problemText } from "./reconcileProblem.ts"
import { LOCAL } from "./serverFlags.ts"

const flags = {
  file: Argument.String("file").pipe(Argument.withDescription("CSV: the terminal's batch report or a settlement")),
  url: Flags.text("url", `base URL of the gateway whose attempts are compared, ${LOCAL} by default`, LOCAL),
  credentials: credentialsFlag,
  day: Flags.text(
    "day",
    "the day, such as 2026-01-31, by the server's time zone and start of day; today by default",
    "today"
  ),
  format: Flags.literals("format", ["batch-report", "settlement"]).pipe(
    Flag.withDescription("one of two made-up mappings, to start from; settlement by default"),
    Flag.withDefault("settlement" as const)
  ),
  mapping: Flags.text(
    "mapping",
    "JSON file that says what the columns of the file are called, which types are sales and which status means paid, instead"
  ),
  resolve: Flags.yes("resolve", "end the unknown payments that the file proves, with its lines as evidence"),
  by: Flags.text("by", "with --resolve: name of the person who has looked at the list"),
  json: Flags.yes("json", "print one JSON object")
}

/** Compares, and resolves what is proved. */
export const reconcile = Command.make(
  "reconcile",
  flags,
  Effect.fnUntraced(function* (options) {
    const { file, url, credentials, day, resolve, by, json } = options
    if (resolve && by.trim() === "")
      return yield* refuse("reconcile: --resolve needs --by NAME: who has looked at the list")
    const { lines, others, ...left } = yield* readLines(options)
    const asked = yield* connect("reconcile", url, credentials)
    const found = yield* compare(asked, day, { lines, others })
    const { resolved, refused, stopped } = resolve
      ? yield* resolveProved(asked, found, (pair) => toResolveRequest(pair, basename(file), by))
      : nothingResolved
    const report = { ...found, resolved, refused, ...left }
    yield* Console.log(json ? jsonLine({ day, ...report }) : toText(report).join("\n"))
    if (stopped !== undefined) {
      // On stderr only: with --json, stdout already has its one object.
      yield* Console.error(printable(stopped.line ?? ""))
      return yield* new CommandFailed({ code: stopped.code })
    }
    const code = exitCodeOf(report)
    if (code !== 0) return yield* new CommandFailed({ code })
  })
).pipe(
  Command.withDescription(
    "Compares a batch report or a settlement with a day's payments; with --resolve, ends the unknown ones that it proves."
  ),
  Command.withExamples([
    { command: "hipay-pos reconcile settlement.csv --day 2026-11-27", description: "Only look" },
    {
      command: "hipay-pos reconcile settlement.csv --day 2026-11-27 --resolve --by Ada",
      description: "End the unknown payments that the file proves"
    },
    { command: "hipay-pos reconcile report.csv --mapping columns.json", description: "A file with columns of its own" }
  ])
)

/** The file's lines. Says which columns may mean something else, and refuses to resolve by such a file. */
const readLines = Effect.fnUntraced(function* (options: Command.Command.Config.Infer<typeof flags>) {
  const { file, format, mapping: mappingFile, resolve } = options
  const mapping = mappingFile === "" ? formats[format] : yield* readMapping(mappingFile)
  const bytes = yield* Effect.try({
    try: () => readFileSync(file),
    catch: (error) => cannotRead(`reconcile: cannot read ${file}`, error)
  })
  const lines = yield* Effect.fromResult(
    Result.mapError(read(bytes, mapping), (problem) => refuse(`reconcile: ${file} ${problemText(problem)}`))
  )
  const { statusColumns, typeColumns } = lines
  const problems = [
    ...(statusColumns.length === 0 ? [] : [statusProblem(file, statusColumns)]),
    ...(typeColumns.length === 0 ? [] : [typeProblem(file, typeColumns)])
  ]
  if (resolve && problems.length > 0)
    return yield* refuse(problems.map((problem) => `reconcile: --resolve: ${problem}`).join("\n"))
  for (const problem of problems) yield* Console.error(printable(`reconcile: ${problem}`))
  return lines
})

/** Compares lines with the server's payments of a day, and with others that the comparison asks for. */
const compare = Effect.fnUntraced(function* (asked: AskedServer, day: string, lines: Pick<Lines, "lines" | "others">) {
  const { list: listed } = yield* attemptsAt(asked)
  const list = (filter: AttemptFilter) =>
    Effect.mapBoth(listed(filter), {
      onFailure: (error) => refusalOf(asked, error),
      onSuccess: (attempts) => attempts.map(knownOf)
    })
  const steps = reconcileDay(lines, yield* list({ day }))
  let step = steps.next()
  while (!step.done) step = steps.next(yield* list(step.value))
  return step.value
})

/** What became of the payments that the file proves. */
interface Resolving {
  /** The attempts that were ended. */
  readonly resolved: ReadonlyArray<string>
  readonly refused: ReadonlyArray<Refused>
  /** Why no more were tried. */
  readonly stopped?: CommandFailed
}

const nothingResolved: Resolving = { resolved: [], refused: [] }

/** Ends the unknown payments that the file proves, one after the other, until a refusal that would apply to all of them. */
const resolveProved = Effect.fnUntraced(function* (
  asked: AskedServer,
  { proved }: Reconciliation,
  requestOf: (pair: Pair) => ReturnType<typeof toResolveRequest>
): Effect.fn.Return<Resolving, CommandFailed> {
  const attempts = yield* attemptsAt(asked)
  const resolved: Array<string> = []
  const refused: Array<Refused> = []
  for (const pair of proved.filter(isResolvable)) {
    const { id, orderId } = pair.attempt
    const ended = yield* Effect.result(attempts.resolve(id, requestOf(pair)))
    if (Result.isSuccess(ended)) {
      resolved.push(id)
      continue
    }
    const { kind, detail } = ended.failure
    refused.push({ attempt: id, orderId, kind, detail })
    if (!ofOneAttempt.has(kind)) return { resolved, refused, stopped: refusalOf(asked, ended.failure) }
  }
  return { resolved, refused }
})

/** 4: a payment is still unknown, or may have been reversed; 1: something differs. */
const exitCodeOf = (report: Report): 0 | 1 | 4 => {
  const { stillUnknown, perhapsReversed, proved, resolved } = report
  const isOpen = proved.some(({ attempt }) => !resolved.includes(attempt.id))
  if (isOpen || stillUnknown.length > 0 || perhapsReversed.length > 0) return 4
  const { otherAmount, contradicted, onlyHere, onlyThere } = report
  return [otherAmount, contradicted, onlyHere, onlyThere].some(({ length }) => length > 0) ? 1 : 0
}

/** A proved payment that the server did not end. */
interface Refused extends Pick<AttemptsError, "kind" | "detail"> {
  readonly attempt: string
  readonly orderId: string
}

/** Refusals that say nothing about the next attempt. */
const ofOneAttempt: ReadonlySet<AttemptsError["kind"]> = new Set(["NotFound", "Rejected", "ServerFailed", "Unreadable"])

/** Some files contain refused payments, too, which must not be mistaken for paid ones. */
const statusProblem = (file: string, names: ReadonlyArray<string>): string =>
  `${file}: the column ${listOf(names)} may say which lines were not paid. Name it in a mapping: "status" of "columns", and in "paid" what it says of a payment that was made; or give "status": null where no column is one`

/** A reversal must not be mistaken for a sale. */
const typeProblem = (file: string, names: ReadonlyArray<string>): string =>
  `${file}: the column ${listOf(names)} may say which lines are sales and which take money back. Name it in a mapping: "type" of "columns", and in "types" what it says for "Debit", "Credit" and "Cancel"; or give "type": null where no column is one`

const decodeMapping = Schema.decodeUnknownResult(Mapping, { errors: "all", onExcessProperty: "error" })

const readMapping = (path: string): Effect.Effect<Mapping, CommandFailed> =>
  Effect.flatMap(readJson("reconcile: --mapping", path), (json) =>
    Effect.fromResult(
      Result.mapError(decodeMapping(json), (error) =>
        refuse(
          JsonIssues.describe(error)
            .map((line) => `reconcile: ${path}: ${line}`)
            .join("\n")
        )
      )
    )
  )

const attemptText = ({ id, openedAt, orderId, login, state, transactionType, amount, paid, currency }: Known): string =>
  `${orderId}  ${login}  ${state}  ${transactionType} ${Money.textOf(paid ?? amount, currency)}  ${zonedTime(openedAt)}  /attempts/${id}`

interface Report extends Reconciliation, Omit<Lines, "lines" | "others"> {
  readonly resolved: ReadonlyArray<string>
  readonly refused: ReadonlyArray<Refused>
}

const toText = ({ resolved, refused, ...found }: Report): ReadonlyArray<string> => {
  const section = (tone: "good" | "odd" | "bad", title: string, lines: ReadonlyArray<string>) =>
    lines.length === 0
      ? []
      : [
          paint(tone, `${title}: ${lines.length}`),
          ...lines.map((line) => `  ${printable(CardNumber.maskWritten(line))}`)
        ]
  const pair = ({ line, attempt }: Pair) => `line ${line.number}: ${lineText(line)}  |  ${attemptText(attempt)}`
  const reversed = ({ by, ...each }: PerhapsReversed) =>
    `${pair(each)}  |  ${by
      .map((other) => `line ${other.number}: ${"says" in other ? otherLineText(other) : lineText(other)}`)
      .join("  |  ")}`
  const cancelled = ({ sale, cancellation }: Cancelled) =>
    `${attemptText(sale)}  cancelled by /attempts/${cancellation.id}`
  const [ended, provable] = [
    found.proved.filter(({ attempt }) => resolved.includes(attempt.id)),
    found.proved.filter(({ attempt }) => !resolved.includes(attempt.id))
  ]
  return [
    paint("good", `Matched: ${found.matched.length}`),
    ...section("good", "Paid and cancelled here, neither in the file", found.cancelled.map(cancelled)),
    ...section("good", "Unknown, now resolved as approved", ended.map(pair)),
    ...section(
      "bad",
      "Not resolved",
      refused.map(({ attempt, orderId, detail }) => `${orderId}  /attempts/${attempt}  ${detail}`)
    ),
    ...section("odd", "Unknown here, paid in the file (--resolve ends those whose amounts agree)", provable.map(pair)),
    ...section("odd", "Unknown here, paid and perhaps reversed in the file", found.perhapsReversed.map(reversed)),
    ...section("odd", "Unknown here, not in the file", found.stillUnknown.map(attemptText)),
    ...section("bad", "Another amount", found.otherAmount.map(pair)),
    ...section("bad", "Not paid here, paid in the file", found.contradicted.map(pair)),
    ...section("bad", "Only here", found.onlyHere.map(attemptText)),
    ...section(
      "bad",
      "Only in the file",
      found.onlyThere.map((line) => `line ${line.number}: ${lineText(line)}`)
    ),
    ...leftOut("Lines of other types, left out", found.leftOut, found.otherTypes),
    ...leftOut("Lines that were not paid by their status, left out", found.unpaid, found.otherStatuses)
  ]
}

const leftOut = (title: string, count: number, texts: ReadonlyArray<string>): ReadonlyArray<string> =>
  count === 0
    ? []
    : [paint("odd", `${title}: ${count}`), `  ${printable(texts.map((text) => JSON.stringify(text)).join(", "))}`]
