/** The bin `hipay-pos`: one family of verbs, each a call into a library of this toolkit. */
import "effect/schema/SchemaJITCompiler/enable"
import { makeGatewayCommand, makeMockCommand } from "@hipay-pos/server-mock/bin"
import { fail, makeTerminalCommand, run } from "@hipay-pos/terminal-simulator/bin"
import * as Command from "effect/cli/Command"
import * as Completions from "effect/cli/Completions"
import * as Result from "effect/Result"
import manifest from "../package.json" with { type: "json" }
import { attempts, resolve } from "./attempts.ts"
import { collect } from "./collect.ts"
import { decode } from "./decode.ts"
import { doctor } from "./doctor/doctor.ts"
import * as ExitCode from "./ExitCode.ts"
import { notify } from "./notify.ts"
import { order } from "./order.ts"
import { cancel, pay, refund } from "./pay.ts"
import { readSettings } from "./readSettings.ts"
import * as Settings from "./Settings.ts"

const hipayPos = Command.make("hipay-pos").pipe(
  Command.withDescription("In-store card payments through the HiPay POS API. Unofficial, not affiliated with HiPay."),
  Command.withSubcommands([
    makeMockCommand("mock"),
    makeGatewayCommand("gateway"),
    makeTerminalCommand("terminal"),
    pay,
    refund,
    cancel,
    attempts,
    resolve,
    doctor,
    collect,
    decode,
    order,
    notify
  ])
)

const typed = process.argv.slice(2)
const onlyTold = typed.some((arg) => /^(--help|-h|--version|-v|--completions)(=|$)/.test(arg))
const settled = onlyTold
  ? Result.succeed({ args: typed, origins: new Map<string, string>() })
  : Result.flatMap(readSettings(typed, process.env), (sources) =>
      Settings.settle(Completions.fromCommand(hipayPos), sources)
    )

if (Result.isFailure(settled)) fail(`hipay-pos: ${settled.failure}.`, typed.includes("--json"))
else {
  const { args, origins } = settled.success
  run(hipayPos, {
    version: manifest.version,
    args,
    originOf: (flag) => origins.get(flag.replace(/^--/, "")),
    epilogue: ([, ...verb]) => `${ExitCode.toHelp(verb.join(" "))}\n\n${Settings.help}`
  })
}
