/** `hipay-pos order check`: everything that is wrong or odd about an order. */

import { CommandFailed, Flags } from "@hipay-pos/cli-kit"
import { Finding } from "@hipay-pos/core"
import { type Validation, validate } from "@hipay-pos/server"
import { parseBody } from "@hipay-pos/server/http"
import * as Console from "effect/Console"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { readBytes } from "./input.ts"

const check = Command.make(
  "check",
  {
    file: Argument.String("file").pipe(
      Argument.withDescription("a file with the order's JSON, or - for standard input")
    ),
    validation: Flags.literals("validation", ["strict", "faithful"]).pipe(
      Flag.withDescription("strict tells everything, faithful what the real service evidently says of the order"),
      Flag.withDefault("strict" as const)
    ),
    json: Flags.yes("json", "print the findings as a JSON array")
  },
  Effect.fnUntraced(function* ({ file, json, validation }) {
    const bytes = yield* readBytes("order check", file)
    const body = parseBody(bytes)
    if (Result.isFailure(body)) return yield* unreadable(file, body.failure)
    const { accepted, findings } = judge(body.success.json, validation)
    const verdict = `${accepted ? "Accepted" : "Refused"} by ${validation} validation.`
    yield* Console.log(json ? JSON.stringify(findings.map(shown)) : [...findings.map(lineOf), verdict].join("\n"))
    if (!accepted) return yield* new CommandFailed({ code: 1 })
  })
).pipe(
  Command.withDescription("Prints all findings of an order. Exit code 0 accepted, 1 refused, 2 not JSON."),
  Command.withExamples([
    { command: "hipay-pos order check order.json", description: "What strict validation says" },
    { command: "hipay-pos order check order.json --validation faithful", description: "What the service would say" }
  ])
)

/** The verb. */
export const order = Command.make("order").pipe(
  Command.withDescription("Works on orders without sending them."),
  Command.withSubcommands([check])
)

/** The server would not look at the order either. */
const unreadable = (file: string, problem: string): CommandFailed =>
  new CommandFailed({
    code: 2,
    kind: "input",
    line: `order check: ${file === "-" ? "standard input" : file}: ${problem}`
  })

interface Judgement {
  readonly accepted: boolean
  readonly findings: ReadonlyArray<Finding.Finding>
}

/** Under faithful validation the first fault of the contract's schema is all that is said; what passes it only warns. */
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

const shown = ({ path, code, severity, expected, actual }: Finding.Finding) => ({
  path,
  code,
  severity,
  expected,
  actual
})

const lineOf = (finding: Finding.Finding): string =>
  `${finding.severity.padEnd(8)} ${finding.code}  ${Finding.toText(finding)}`
