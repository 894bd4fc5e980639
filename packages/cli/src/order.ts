/** `hipay-pos order check`: everything that is wrong or odd about an order. */
import { Finding, OrderRules } from "@hipay-pos/core"
import { ExitWith } from "@hipay-pos/terminal-simulator/bin"
import * as Console from "effect/Console"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import { readBytes } from "./input.ts"

const check = Command.make(
  "check",
  {
    file: Argument.String("file").pipe(
      Argument.withDescription("a file with the order's JSON, or - for standard input")
    ),
    json: Flag.Boolean("json").pipe(Flag.withDescription("print the findings as a JSON array"), Flag.withDefault(false))
  },
  Effect.fnUntraced(function* ({ file, json }) {
    const bytes = yield* readBytes("order check", file)
    const order = yield* Effect.try({
      try: (): unknown => JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)),
      catch: () => notJson(file, json)
    })
    const { findings } = OrderRules.read(order)
    yield* Console.log(json ? JSON.stringify(findings.map(shown)) : report(findings))
    if (Finding.refuses(findings)) return yield* new ExitWith({ code: 1 })
  })
).pipe(
  Command.withDescription("Prints all findings of an order. Exit code 0 accepted, 1 refused, 2 not JSON."),
  Command.withExamples([{ command: "hipay-pos order check order.json", description: "What strict validation says" }])
)

/** The verb. */
export const order = Command.make("order").pipe(
  Command.withDescription("Works on orders without sending them."),
  Command.withSubcommands([check])
)

const notJson = (file: string, json: boolean): ExitWith => {
  const line = `order check: ${file === "-" ? "standard input" : file} is not JSON`
  return new ExitWith({ code: 2, line: json ? JSON.stringify({ error: { kind: "input", problem: line } }) : line })
}

const shown = ({ path, code, severity, expected, actual }: Finding.Finding) => ({
  path,
  code,
  severity,
  expected,
  actual
})

const report = (findings: ReadonlyArray<Finding.Finding>): string => {
  const verdict = Finding.refuses(findings) ? "Refused by strict validation." : "Accepted by strict validation."
  return [
    ...findings.map((finding) => `${finding.severity.padEnd(8)} ${finding.code}  ${Finding.toText(finding)}`),
    verdict
  ].join("\n")
}
