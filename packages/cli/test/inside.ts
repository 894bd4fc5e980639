/**
 * The command line without a process, which takes a fraction of its time. Output and ending go through the same program as in
 * the bin; what concerns a process needs one: signals, standard input, the working directory.
 */
import { endingOf, errorJson, program } from "@hipay-pos/cli-kit"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { commands, prepare } from "../src/commands.ts"

/** For a verb that does not end on its own. */
export interface Endless {
  readonly onLine: (line: string) => void
  readonly signal: AbortSignal
}

/** The printed lines, as the bin would print them, and the exit code. */
export const inside = async (
  args: ReadonlyArray<string>,
  env: Readonly<Record<string, string>> = {},
  endless?: Endless
) => {
  const prepared = Result.getOrThrow(prepare(args, env))
  const stdout: Array<string> = []
  const stderr: Array<string> = []
  const listening: Console.Console = {
    ...globalThis.console,
    log: (line: string) => {
      stdout.push(line)
      endless?.onLine(line)
    },
    error: (line: string) => void stderr.push(line)
  }
  const exit = await Effect.runPromiseExit(
    Effect.provideService(program(commands, prepared), Console.Console, listening),
    { signal: endless?.signal }
  )
  const { code, error } = endingOf(exit, 0)
  if (error !== undefined && args.includes("--json")) stdout.push(errorJson(error))
  if (error !== undefined) stderr.push(error.problem)
  return { code, stdout: stdout.join("\n"), stderr: stderr.map((line) => `${line}\n`).join("") }
}

/** The result of a process, like `run` of process.ts. Not for runs at the same time: they share an exit code. */
export const runInside = async (
  args: ReadonlyArray<string>,
  { env = {} }: { readonly env?: Readonly<Record<string, string>> } = {}
) => {
  process.exitCode = undefined
  const { code, stdout, stderr } = await inside(args, env)
  const set = process.exitCode ?? 0
  process.exitCode = undefined
  return { code: code === 0 ? set : code, stdout: stdout === "" ? "" : `${stdout}\n`, stderr }
}
