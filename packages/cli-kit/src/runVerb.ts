/** Runs a program that is one verb of `hipay-pos`, such as `hipay-pos-gateway`, with the settings of that verb. */
import type * as Command from "effect/cli/Command"
import * as Completions from "effect/cli/Completions"
import * as Result from "effect/Result"
import { readSettings } from "./readSettings.ts"
import { fail, run } from "./run.ts"
import * as SettingsOfVerbs from "./SettingsOfVerbs.ts"

/** Whether only help, the version or shell completions are requested. */
export const needsNoSettings = (typed: ReadonlyArray<string>): boolean =>
  typed.some((arg) => /^(--help|-h|--version|-v|--completions)(=|$)/.test(arg))

/** Runs it as the whole process. Never returns. */
export const runVerb = <Name extends string, Input, ContextInput, E>(
  verb: string,
  command: Command.Command<Name, Input, ContextInput, E, Command.Environment>,
  version: string
): void => {
  const typed = process.argv.slice(2)
  const settled = settle(verb, command, typed)
  if (Result.isFailure(settled)) fail(`${command.name}: ${settled.failure}.`, typed)
  else run(command, { ...settled.success, version, epilogue: () => SettingsOfVerbs.help })
}

/** The typed arguments, and the settings for the rest. */
const settle = (
  verb: string,
  command: Parameters<typeof Completions.fromCommand>[0],
  typed: ReadonlyArray<string>
): Result.Result<SettingsOfVerbs.Settled, string> => {
  if (needsNoSettings(typed)) return Result.succeed({ args: typed, settings: new Map(), unknownVariables: [] })
  const described = { ...Completions.fromCommand(command), name: verb }
  const root = { name: "hipay-pos", description: undefined, flags: [], arguments: [], subcommands: [described] }
  return Result.flatMap(readSettings([verb, ...typed], process.env), (sources) =>
    Result.map(SettingsOfVerbs.settle(root, sources, "some"), ({ args: [, ...args], ...rest }) => ({ args, ...rest }))
  )
}
