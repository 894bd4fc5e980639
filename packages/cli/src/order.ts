/** `hipay-pos order check`: everything that is wrong or odd about an order, and where in its file. */

import { writeFile } from "node:fs/promises"
import { CommandFailed, Flags, jsonLine, paint, pluralize, refuse } from "@hipay-pos/cli-kit"
import type { Finding } from "@hipay-pos/core"
import { type Validation, validate } from "@hipay-pos/server"
import { parseBody } from "@hipay-pos/server/http"
import * as Console from "effect/Console"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { readBytes } from "./input.ts"
import { type Fix, fix } from "./orderFixes.ts"
import { placesIn } from "./orderPlaces.ts"

const check = Command.make(
  "check",
  {
    file: Argument.String("file").pipe(
      Argument.withDescription("a file with the order's JSON, or - for standard input")
    ),
    validation: Flags.literals("validation", ["strict", "faithful"]).pipe(
      Flag.withDescription(
        "strict, the default, reports everything; faithful what the real service is known to report"
      ),
      Flag.withDefault("strict" as const)
    ),
    fix: Flags.yes("fix", "show mechanical corrections: quotes, the case of codes, signs of discounts"),
    write: Flags.yes("write", "with --fix: write the corrections to the file"),
    json: Flags.yes("json", "print the findings as a JSON array; with --fix, an object with the fixes too")
  },
  Effect.fnUntraced(function* ({ file, json, validation, fix: fixes, write }) {
    if (write && (!fixes || file === "-"))
      return yield* refuse("order check: --write: expected --fix with it, and a file rather than standard input")
    const name = file === "-" ? "" : `${file}:`
    const bytes = yield* readBytes("order check", file)
    const body = parseBody(bytes)
    if (Result.isFailure(body)) return yield* unreadable(file, body.failure)
    const given = body.success.text
    const fixed = fixes ? fix(given) : undefined
    if (write && fixed !== undefined && fixed.fixes.length > 0)
      yield* rewrite(file, bytes[0] === 0xef ? `\ufeff${fixed.text}` : fixed.text)
    const text = write && fixed !== undefined ? fixed.text : given
    const { accepted, findings } = judge(JSON.parse(text), validation)
    const located = locate(text, findings)
    if (json) {
      const all = located.map(shown)
      yield* Console.log(jsonLine(fixed === undefined ? all : { fixes: fixed.fixes, findings: all }))
    } else {
      const lines = [
        ...(fixed?.fixes.map((each) => fixText(each, name)) ?? []),
        ...(fixed === undefined ? [] : [endOfFixes(fixed.fixes.length, write, file)]),
        ...textOf(located, name),
        `${accepted ? paint("good", "Accepted") : paint("bad", "Refused")} by ${validation} validation.`
      ]
      yield* Console.log(lines.join("\n"))
    }
    if (!accepted) return yield* new CommandFailed({ code: 1 })
  })
).pipe(
  Command.withDescription(
    "Prints all findings of an order, where they are. Exit code 0 accepted, 1 refused, 2 not JSON."
  ),
  Command.withExamples([
    { command: "hipay-pos order check order.json", description: "What strict validation says" },
    { command: "hipay-pos order check order.json --validation faithful", description: "What the service would say" },
    { command: "hipay-pos order check order.json --fix", description: "The corrections, shown and not written" },
    { command: "hipay-pos order check order.json --fix --write", description: "Put right in the file" }
  ])
)

/** The verb. */
export const order = Command.make("order").pipe(
  Command.withDescription("Works on orders without sending them."),
  Command.withSubcommands([check])
)

/** The server would not read the order either. */
const unreadable = (file: string, problem: string): CommandFailed =>
  new CommandFailed({
    code: 2,
    kind: "input",
    line: `order check: ${file === "-" ? "standard input" : file}: ${problem}`
  })

const rewrite = (file: string, text: string): Effect.Effect<void, CommandFailed> =>
  Effect.tryPromise({
    try: () => writeFile(file, text),
    catch: (error) => refuse(`order check: cannot write ${file} (${(error as NodeJS.ErrnoException).code ?? error})`)
  })

interface Judgement {
  readonly accepted: boolean
  readonly findings: ReadonlyArray<Finding.Finding>
}

/**
 * Under faithful validation, only the first violation of the contract's schema is reported; an order that passes it
 * gets warnings only.
 */
const judge = (order: unknown, validation: Validation): Judgement => {
  const verdict = validate(order, validation)
  switch (verdict._tag) {
    case "Accepted":
      return { accepted: true, findings: verdict.findings }
    case "InvalidBody":
      return { accepted: false, findings: verdict.findings }
    case "ContractFault": {
      const { finding } = verdict
      return { accepted: false, findings: [{ ...finding, code: `${finding.code}.openapi.requestValidation` }] }
    }
    case "Undeliverable":
      return { accepted: false, findings: verdict.finding === undefined ? [] : [verdict.finding] }
  }
}

interface Located extends Finding.Finding {
  readonly line: number
  readonly column: number
}

/** In the order of the file; a missing value is reported at the object that lacks it. */
const locate = (text: string, findings: ReadonlyArray<Finding.Finding>): ReadonlyArray<Located> => {
  const placeOf = placesIn(text)
  return findings
    .map((finding) => {
      const { line, column } = placeOf(finding.path)
      return { ...finding, line, column }
    })
    .toSorted((a, b) => a.line - b.line || a.column - b.column)
}

const shown = ({ path, code, severity, expected, actual, line, column }: Located) => ({
  path,
  code,
  severity,
  expected,
  actual,
  line,
  column
})

/** One heading per path, in a form that editors jump to, with its findings beneath. */
const textOf = (findings: ReadonlyArray<Located>, name: string): ReadonlyArray<string> =>
  [...Map.groupBy(findings, ({ path }) => path)].flatMap(([path, all]) => [
    headOf(all[0] ?? { line: 1, column: 1 }, path, name),
    ...all.map(({ severity, expected, actual, code }) => {
      const word = paint(severity === "refused" ? "bad" : "odd", severity.padEnd(7))
      return `  ${word}  expected ${expected}, got ${actual}  ${paint("quiet", code)}`
    })
  ])

const headOf = ({ line, column }: Pick<Located, "line" | "column">, path: string, name: string): string =>
  `${name}${line}:${column}  ${paint("strong", path === "" ? "body" : path)}`

const fixText = ({ path, from, to, ...place }: Fix, name: string): string =>
  [headOf(place, path, name), paint("bad", `- ${from}`), paint("good", `+ ${to}`)].join("\n")

const endOfFixes = (count: number, written: boolean, file: string): string => {
  if (count === 0) return "Nothing here is mechanical.\n"
  const values = pluralize(count, "value")
  return written
    ? `${values} changed in ${file}. What is left:\n`
    : `${values} would change; --write changes the file.\n`
}
