/** The verbs of `hipay-pos`, and how what was typed becomes what is run. */

import type { RunOptions } from "@hipay-pos/cli-kit"
import * as Frames from "@hipay-pos/concert-codec/Frames"
import { makeExamCommand, makeExamineTerminalCommand } from "@hipay-pos/exam/bin"
import { GatewayConfig } from "@hipay-pos/gateway"
import { makeGatewayCommand, makeImportCommand } from "@hipay-pos/gateway/bin"
import { makeStoreCommand } from "@hipay-pos/server/bin"
import { makeMockCommand } from "@hipay-pos/server-mock/bin"
import { makeTerminalCommand } from "@hipay-pos/terminal-simulator/bin"
import * as Command from "effect/cli/Command"
import * as Completions from "effect/cli/Completions"
import * as Result from "effect/Result"
import manifest from "../package.json" with { type: "json" }
import { attempts, tail } from "./attempts.ts"
import { cards, faults } from "./catalogues.ts"
import { clock } from "./clock.ts"
import { collect } from "./collect.ts"
import { decode } from "./decode.ts"
import { doctor } from "./doctor/doctor.ts"
import * as ExitCode from "./ExitCode.ts"
import { journalFlag, openJournal } from "./journal.ts"
import { notify } from "./notify.ts"
import { order } from "./order.ts"
import { cancel, pay, refund } from "./pay.ts"
import { readSettings } from "./readSettings.ts"
import { reconcile } from "./reconcile/command.ts"
import { journal } from "./redactJournal.ts"
import { resolve } from "./resolve.ts"
import * as Settings from "./Settings.ts"
import { terminals } from "./terminals.ts"
import { trigger } from "./trigger.ts"

/** All verbs. */
export const commands = Command.make("hipay-pos").pipe(
  Command.withDescription("In-store card payments through the HiPay POS API. Unofficial, not affiliated with HiPay."),
  Command.withSubcommands([
    makeMockCommand("mock", "hipay-pos mock"),
    makeGatewayCommand("gateway", "hipay-pos gateway"),
    makeTerminalCommand("terminal", "hipay-pos terminal"),
    trigger,
    pay,
    refund,
    cancel,
    attempts,
    tail,
    terminals,
    cards,
    faults,
    clock,
    resolve,
    reconcile,
    doctor,
    collect,
    makeExamCommand("exam", "hipay-pos exam"),
    makeExamineTerminalCommand("examine-terminal", {
      journalFlag,
      openJournal,
      problemsOf: (json) => Result.match(GatewayConfig.check(json), { onSuccess: () => [], onFailure: (all) => all })
    }),
    decode,
    order,
    notify,
    journal,
    makeStoreCommand("store", "hipay-pos store", Frames, [makeImportCommand("hipay-pos store")])
  ])
)

const shown = Completions.fromCommand(commands)

/** As it is shown, and the older name of a flag that files of settings may have. */
const descriptor: Completions.CommandDescriptor = {
  ...shown,
  subcommands: shown.subcommands.map((verb) => ({
    ...verb,
    flags: ["pay", "refund", "cancel", "doctor"].includes(verb.name)
      ? [
          ...verb.flags,
          ...verb.flags.filter(({ name }) => name === "terminal").map((flag) => ({ ...flag, name: "host" }))
        ]
      : verb.flags
  }))
}

/** What to run, with the settings filled in; or one sentence about what is wrong with them. Help needs no settings. */
export const prepare = (
  typed: ReadonlyArray<string>,
  env: Settings.Sources["env"]
): Result.Result<RunOptions, string> => {
  const onlyTold = typed.some((arg) => /^(--help|-h|--version|-v|--completions)(=|$)/.test(arg))
  const settled = onlyTold
    ? Result.succeed({ args: typed, settings: new Map() })
    : Result.flatMap(readSettings(typed, env), (sources) => Settings.settle(descriptor, sources))
  return Result.map(settled, (options) => ({
    ...options,
    version: manifest.version,
    epilogue: ([, ...verb]) => `${ExitCode.toHelp(verb.join(" "))}\n\n${Settings.help}`
  }))
}
