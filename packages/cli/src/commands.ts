/** The verbs of `hipay-pos`, and what an invocation runs. */

import { needsNoSettings, type RunOptions, readSettings, SettingsOfVerbs } from "@hipay-pos/cli-kit"
import * as Frames from "@hipay-pos/concert-codec/Frames"
import { makeExamCommand, makeExamineTerminalCommand } from "@hipay-pos/exam/bin"
import { GatewayConfig } from "@hipay-pos/gateway"
import { makeGatewayCommand, makeImportCommand, pruneShared, readShared } from "@hipay-pos/gateway/bin"
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
import { makeCompletionCommand } from "./completion.ts"
import { makeConfigCommand } from "./config.ts"
import { day } from "./day.ts"
import { decode } from "./decode.ts"
import { doctor } from "./doctor/doctor.ts"
import * as ExitCode from "./ExitCode.ts"
import { init } from "./init.ts"
import { journalArgument, journalFlag, openJournal } from "./journal.ts"
import { listen } from "./listen.ts"
import { lookUp } from "./lookUp.ts"
import { madeAt } from "./madeAt.ts"
import { notify } from "./notify.ts"
import { open } from "./open.ts"
import { order } from "./order.ts"
import { cancel, pay, refund } from "./pay.ts"
import { receipt } from "./receipt.ts"
import { reconcile } from "./reconcile.ts"
import { journal } from "./redactJournal.ts"
import { resolve } from "./resolve.ts"
import { terminals } from "./terminals.ts"
import { trigger } from "./trigger.ts"

/** What the verbs about this command line itself use, once it is known. */
let sources: Omit<SettingsOfVerbs.Sources, "args"> = { env: {} }

/** All verbs, grouped by purpose. */
export const commands = Command.make("hipay-pos").pipe(
  Command.withDescription("In-store card payments through the HiPay POS API. Unofficial, not affiliated with HiPay."),
  Command.withExamples([
    { command: "hipay-pos mock", description: "The API on your own machine; nothing moves money" },
    { command: "hipay-pos trigger approved", description: "A first payment, in another window" },
    { command: "hipay-pos pay 12.45 --url http://127.0.0.1:8080 --terminal 192.168.1.20" },
    { command: "hipay-pos attempts --url http://127.0.0.1:8080", description: "What became of them" }
  ]),
  Command.withSubcommands([
    {
      group: "START A SERVER",
      commands: [
        makeMockCommand("mock", "hipay-pos mock"),
        makeGatewayCommand("gateway", "hipay-pos gateway"),
        makeTerminalCommand("terminal", "hipay-pos terminal")
      ]
    },
    { group: "PAY", commands: [pay, refund, cancel, trigger] },
    { group: "LOOK AT PAYMENTS", commands: [attempts, tail, day, receipt, open] },
    { group: "END WHAT IS UNKNOWN", commands: [resolve, reconcile] },
    { group: "PLAY THE SHOP, AT A MOCK", commands: [terminals, cards, faults, clock, collect] },
    { group: "RECEIVE NOTIFICATIONS", commands: [listen, notify] },
    {
      group: "FIND WHAT IS WRONG",
      commands: [
        doctor,
        order,
        decode,
        makeExamCommand("exam", "hipay-pos exam"),
        makeExamineTerminalCommand("examine-terminal", {
          journalFlag,
          journalArgument,
          openJournal,
          madeAt,
          lookUp,
          problemsOf: (json) =>
            Result.match(GatewayConfig.check(json), { onSuccess: () => [], onFailure: (all) => all })
        })
      ]
    },
    {
      group: "SET UP",
      commands: [
        init,
        makeConfigCommand(() => ({ root: descriptor, sources })),
        makeCompletionCommand(() => describeAll())
      ]
    },
    {
      group: "KEEP RECORDS",
      commands: [
        makeStoreCommand("store", "hipay-pos store", Frames, {
          shared: readShared,
          pruneShared,
          more: [makeImportCommand("hipay-pos store")]
        }),
        journal
      ]
    }
  ])
)

/** The whole command line, for shell completion. */
const describeAll = (): Completions.CommandDescriptor => Completions.fromCommand(commands)

/** A verb whose flags are described on demand: a start needs those of its own verb only. */
const describeLater = (verb: Parameters<typeof Completions.fromCommand>[0]): Completions.CommandDescriptor => {
  let described: Completions.CommandDescriptor | undefined
  const shown = () => {
    described ??= Completions.fromCommand(verb)
    return described
  }
  return {
    name: verb.name,
    description: verb.description,
    get flags() {
      const { flags } = shown()
      // The flag's older name, which settings files may have.
      return ["pay", "refund", "cancel", "doctor"].includes(verb.name)
        ? [...flags, ...flags.filter(({ name }) => name === "terminal").map((flag) => ({ ...flag, name: "host" }))]
        : flags
    },
    get arguments() {
      return shown().arguments
    },
    get subcommands() {
      return shown().subcommands
    }
  }
}

/** The verbs, for reading settings. */
const descriptor: Completions.CommandDescriptor = {
  name: commands.name,
  description: commands.description,
  flags: [],
  arguments: [],
  subcommands: commands.subcommands.flatMap((group) => group.commands.map(describeLater))
}

/** What to run, with the settings filled in; or one sentence on what is wrong with them. Help needs no settings. */
export const prepare = (
  typed: ReadonlyArray<string>,
  env: SettingsOfVerbs.Sources["env"]
): Result.Result<RunOptions, string> => {
  const settled = needsNoSettings(typed)
    ? Result.succeed({ args: typed, settings: new Map(), unknownVariables: [] })
    : Result.flatMap(readSettings(typed, env), (read) => {
        sources = read
        return SettingsOfVerbs.settle(descriptor, read)
      })
  return Result.map(settled, (options) => ({
    ...options,
    env,
    version: manifest.version,
    epilogue: ([, ...verb]) => `${ExitCode.toHelp(verb.join(" "))}\n\n${SettingsOfVerbs.help}`
  }))
}
