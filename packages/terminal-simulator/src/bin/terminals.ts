/** Which terminals to open, from flags or from a file; both are checked like a configuration file. */
import { CommandFailed, readJson, readText, refuse } from "@hipay-pos/cli-kit"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Script from "../cardholder/Script.ts"
import { FaultNotCountedError } from "../faults/Fault.ts"
import * as TerminalConfig from "../TerminalConfig.ts"

/** The flags of one terminal; an empty text counts as not given. */
export interface TerminalFlags {
  readonly host: string
  readonly port: number
  readonly cardholder: string
  readonly pace: string
  readonly profile: string
  readonly fault: ReadonlyArray<string>
  readonly seed: string
  readonly store: string
}

/** The terminal that the flags describe. */
export const configOfFlags = Effect.fnUntraced(function* (flags: TerminalFlags) {
  const { host, port, pace, profile, fault: faults, seed, store } = flags
  const cardholder = yield* readCardholder(flags.cardholder)
  return yield* check({
    name: "terminal",
    host,
    port,
    pace,
    profile,
    cardholder,
    faults,
    ...given({ seed, store })
  })
})

/** The cardholder of a flag: auto, amount, manual, or a file with one word a line. */
export const cardholderOfFlag = Effect.fnUntraced(function* (text: string) {
  // The common case, which never compiles the schema of terminals.
  if (isNamed(text)) return Script.toCardholder(text)
  const { cardholder = "auto" } = yield* check({ name: "terminal", cardholder: yield* readCardholder(text) })
  return Script.toCardholder(cardholder)
})

/** Checks a terminal made from flags; problems name the flags. */
const check = (terminal: unknown): Effect.Effect<TerminalConfig.TerminalConfig, CommandFailed> => {
  const checked = TerminalConfig.check({ terminals: [terminal] })
  if (Result.isSuccess(checked)) return Effect.succeed(checked.success[0] as TerminalConfig.TerminalConfig)
  const problems = checked.failure.map((problem) =>
    problem.replace(/^terminals\[0\]\.(\w+)(\[\d+\])?/, (_, field) => flagOf(field))
  )
  return Effect.fail(refuse(problems.join("; ")))
}

/** The terminals of a file, or all its problems, one line each; `listen`: whether they will listen on ports. */
export const configOfFile = (
  flag: string,
  path: string,
  { listen = false } = {}
): Effect.Effect<ReadonlyArray<TerminalConfig.TerminalConfig>, CommandFailed> =>
  Effect.flatMap(readJson(flag, path), (json) => {
    const checked = TerminalConfig.check(json)
    const problems = Result.isFailure(checked) ? checked.failure : listen ? listenProblems(checked.success) : []
    return Result.isSuccess(checked) && problems.length === 0
      ? Effect.succeed(checked.success)
      : Effect.fail(new CommandFailed({ code: 2, line: problems.map((problem) => `${path}: ${problem}`).join("\n") }))
  })

/** Problems with faults that only a terminal in this process can have, and not one that listens on a port. */
const listenProblems = (terminals: ReadonlyArray<TerminalConfig.TerminalConfig>): ReadonlyArray<string> =>
  terminals.flatMap(({ faults = [] }, index) =>
    faults.flatMap((fault, at) =>
      typeof fault !== "string" && fault.fault === "refuse" && fault.times !== undefined
        ? [`terminals[${index}].faults[${at}].times: ${new FaultNotCountedError({ times: fault.times }).message}`]
        : []
    )
  )

const flagOf = (field: string): string => (field === "faults" ? "--fault" : `--${field}`)

const given = (fields: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ""))

const isNamed = (text: string): text is "auto" | "amount" | "manual" => /^(auto|amount|manual)$/.test(text)

const readCardholder = (text: string): Effect.Effect<unknown, CommandFailed> =>
  isNamed(text)
    ? Effect.succeed(text)
    : Effect.flatMap(readText("--cardholder: expected auto, amount, manual or a file", text), (lines) => {
        const script = lines
          .split("\n")
          .map((line) => line.trim())
          .filter((line) => line !== "" && !line.startsWith("#"))
        const unknown = script.find((word) => !Script.words.includes(word))
        return unknown === undefined
          ? Effect.succeed({ script })
          : Effect.fail(refuse(`--cardholder: ${text}: unknown word "${unknown}"; known: ${Script.words.join(", ")}`))
      })
