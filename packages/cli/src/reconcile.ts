/**
 * `hipay-pos reconcile`: compares a batch report or a settlement with a server's attempts; what it proves ends unknown
 * payments.
 */
import { readFileSync } from "node:fs"
import { basename } from "node:path"
import { CommandFailed, cannotRead, Flags, paint, printable, readJson, refuse } from "@hipay-pos/cli-kit"
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
import { connect } from "./AskedServer.ts"
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
  Effect.fnUntraced(function* ({ file, url, credentials, day, format, mapping: mappingFile, resolve, by, json }) {
    if (resolve && by.trim() === "")
      return yield* refuse("reconcile: --resolve needs --by NAME: who has looked at the list")
    const mapping = mappingFile === "" ? formats[format] : yield* readMapping(mappingFile)
    const bytes = yield* Effect.try({
      try: () => readFileSync(file),
      catch: (error) => cannotRead(`reconcile: cannot read ${file}`, error)
    })
    const { lines, others, statusColumns, typeColumns, ...left } = yield* Effect.fromResult(
      Result.mapError(read(bytes, mapping), (problem) => refuse(`reconcile: ${file} ${problemText(problem)}`))
    )
    const problems = [
      ...(statusColumns.length === 0 ? [] : [statusProblem(file, statusColumns)]),
      ...(typeColumns.length === 0 ? [] : [typeProblem(file, typeColumns)])
    ]
    if (resolve && problems.length > 0)
      return yield* refuse(problems.map((problem) => `reconcile: --resolve: ${problem}`).join("\n"))
    for (const problem of problems) yield* Console.error(printable(`reconcile: ${problem}`))
    const asked = yield* connect("reconcile", url, credentials)
    const attempts = yield* attemptsAt(asked)
    const list = (filter: AttemptFilter) =>
      Effect.mapBoth(attempts.list(filter), {
        onFailure: (error) => refusalOf(asked, error),
        onSuccess: (listed) => listed.map(knownOf)
      })
    const steps = reconcileDay({ lines, others }, yield* list({ day }))
    let step = steps.next()
    while (!step.done) step = steps.next(yield* list(step.value))
    const found = step.value
    const resolved: Array<string> = []
    const refused: Array<Refused> = []
    let stopped: CommandFailed | undefined
    for (const pair of resolve ? found.proved.filter(isResolvable) : []) {
      const request = toResolveRequest(pair, basename(file), by)
      const ended = yield* Effect.result(attempts.resolve(pair.attempt.id, request))
      if (Result.isSuccess(ended)) {
        resolved.push(pair.attempt.id)
        continue
      }
      const { kind, detail } = ended.failure
      refused.push({ attempt: pair.attempt.id, orderId: pair.attempt.orderId, kind, detail })
      if (!ofOneAttempt.has(kind)) {
        stopped = refusalOf(asked, ended.failure)
        break
      }
    }
    const report = { ...found, resolved, refused, ...left, statusColumns, typeColumns }
    yield* Console.log(json ? JSON.stringify({ day, ...report }) : toText(report).join("\n"))
    if (stopped !== undefined) {
      // On stderr only: with --json, stdout already has its one object.
      yield* Console.error(printable(stopped.line ?? ""))
      return yield* new CommandFailed({ code: stopped.code })
    }
    const isOpen =
      found.stillUnknown.length > 0 ||
      found.perhapsReversed.length > 0 ||
      found.proved.some(({ attempt }) => !resolved.includes(attempt.id))
    if (isOpen) return yield* new CommandFailed({ code: 4 })
    const { otherAmount, contradicted, onlyHere, onlyThere } = found
    if ([otherAmount, contradicted, onlyHere, onlyThere].some(({ length }) => length > 0))
      return yield* new CommandFailed({ code: 1 })
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
    ...section(
      "odd",
      "Unknown here, paid in the file (--resolve ends those of the order's amount)",
      provable.map(pair)
    ),
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
