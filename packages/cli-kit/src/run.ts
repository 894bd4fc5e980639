/**
 * Runs every command line of this toolkit: parses arguments, reports errors in one line, exits with a code that scripts
 * can rely on.
 *
 * 0 done · 2 wrong usage or set-up · 70 a bug · 74 output that could not be written · 75 not possible just now · others
 * belong to the verb. An error is one sentence on stderr, and with `--json` also one object on stdout; it never shows a
 * card number, or a login in a URL, that was typed or read. The first SIGINT or SIGTERM interrupts the verb, which then
 * cleans up. The process then ends with the code in `process.exitCode`, if the verb has set one because it cannot take
 * back what it has begun, or else with 130 or 143, as in shells. A second signal ends the process at once. A verb that
 * runs until it is stopped ends with 0: {@link untilStopped}.
 */
import * as module from "node:module"
import * as NodeFileSystem from "@effect/platform-node-shared/NodeFileSystem"
import * as NodePath from "@effect/platform-node-shared/NodePath"
import * as NodeStdio from "@effect/platform-node-shared/NodeStdio"
import * as ErrorText from "@hipay-pos/core/ErrorText"
import * as Cause from "effect/Cause"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Console from "effect/Console"
import * as CliConfig from "effect/cli/CliConfig"
import type * as CliError from "effect/cli/CliError"
import * as CliOutput from "effect/cli/CliOutput"
import * as Command from "effect/cli/Command"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as ChildProcessSpawner from "effect/process/ChildProcessSpawner"
import * as Schema from "effect/Schema"
import * as Terminal from "effect/Terminal"
import { isDebugging } from "./environment.ts"
import { helpText } from "./helpText.ts"
import { printableLines } from "./printable.ts"
import * as Settings from "./settings.ts"
import { withoutSecrets } from "./withoutSecrets.ts"

/** Ends the process with a code, after one line on stderr if there is one. */
export class CommandFailed extends Schema.TaggedError<CommandFailed>()("CommandFailed", {
  code: Schema.Int,
  line: Schema.optional(Schema.String),
  /** The kind of error, for programs; by default usage for code 2, failed for others. */
  kind: Schema.optionalKey(Schema.Literals(["input"]))
}) {}

/** Wrong usage or set-up: one clear line, exit code 2. */
export const refuse = (line: string): CommandFailed => new CommandFailed({ code: 2, line })

/**
 * For what may succeed later with the same settings, such as a start on a store that is in use: one clear line, exit
 * code 75.
 */
export const tryLater = (line: string): CommandFailed => new CommandFailed({ code: NOT_NOW, line })

/** Milliseconds after a signal until a process that is still busy says so. */
const STOP_TOLD_AFTER = 1_000

/** Milliseconds that the end of a process waits for a reader that takes nothing of its output. */
const READER_TIMEOUT = 2_000

/** Exit codes after a signal, as in shells. */
const stopCodes = { SIGINT: 130, SIGTERM: 143 } as const

/** A bug of ours: sysexits EX_SOFTWARE. */
const BUG = 70

/** Output that could not be written: sysexits EX_IOERR. */
const NOT_WRITTEN = 74

/** A failure that may pass: sysexits EX_TEMPFAIL. */
const NOT_NOW = 75

/** The system's code for a pipe whose other end was closed, for instance by `head`. */
const READER_GONE = "EPIPE"

/** Options of running a command line. */
export interface RunOptions {
  readonly version: string
  readonly args: ReadonlyArray<string>
  /** The values of flags that were not typed; nothing by default. */
  readonly settings?: Settings.Settings
  /** Environment variables that begin like the verb's but set no flag; none by default. */
  readonly unknownVariables?: ReadonlyArray<string>
  /** Where secrets are read from; the environment of the process by default. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** The end of a verb's help, such as its exit codes. */
  readonly epilogue?: (commandPath: ReadonlyArray<string>) => string
}

/** A command with its arguments, ready to run. It prints, and fails with errors for {@link endingOf}. */
export const program = <Name extends string, Input, ContextInput, E>(
  command: Command.Command<Name, Input, ContextInput, E, Command.Environment>,
  options: RunOptions
) =>
  Command.runWith(command, { version: options.version })(options.args).pipe(
    Effect.provideService(CliOutput.Presenter, makePresenter(options)),
    Effect.provideService(Settings.CurrentSettings, options.settings ?? new Map()),
    Effect.provideService(Settings.UnknownVariables, options.unknownVariables ?? []),
    Effect.provideService(ConfigProvider.ConfigProvider, Settings.environment(options.env ?? process.env)),
    Effect.provide(services)
  )

/** Runs a command as the whole process. Never returns. */
export const run = <Name extends string, Input, ContextInput, E>(
  command: Command.Command<Name, Input, ContextInput, E, Command.Environment>,
  options: RunOptions
): void => {
  const fiber = Effect.runFork(program(command, options))
  let stopCode: number | undefined
  let hasEnded = false
  const interrupt = (signal: keyof typeof stopCodes) => {
    // A server that has not ended yet has abandoned payments under way, so its 0 would be false.
    if (stopCode !== undefined) process.exit(hasEnded ? process.exitCode : process.exitCode || stopCodes[signal])
    stopCode = stopCodes[signal]
    setTimeout(tellOfWait, STOP_TOLD_AFTER).unref()
    fiber.interruptUnsafe()
  }
  process.on("SIGINT", interrupt)
  process.on("SIGTERM", interrupt)
  // Output that cannot be written (reader gone, disk full) must not end a payment under way.
  let lost: NodeJS.ErrnoException | undefined
  process.stdout.on("error", (error) => {
    lost ??= error
  })
  process.stderr.on("error", () => {})
  fiber.addObserver(async (exit) => {
    const meanwhile = process.exitCode === undefined ? undefined : Number(process.exitCode)
    end(endingOf(exit, meanwhile, stopCode), isJson(options))
    hasEnded = true
    await flush(process.stdout)
    if (lost !== undefined && lost.code !== READER_GONE) {
      console.error(`the output could not be written: ${lost.code ?? lost.message}`)
      // A verb's own code says what happened to the money.
      if (meanwhile === undefined && process.exitCode === 0) process.exitCode = NOT_WRITTEN
    }
    await flush(process.stderr)
    process.exit()
  })
  // Node does this only at an orderly end, so a program that is killed would be compiled at each start. What
  // was written is not written again.
  module.flushCompileCache?.()
}

/** Runs an effect that prints what it follows, until the reader of its output is gone. */
export const whileRead = <E, R>(following: Effect.Effect<void, E, R>): Effect.Effect<void, E, R> =>
  Effect.raceFirst(
    following,
    Effect.callback<void>((resume) => {
      const onError = ({ code }: NodeJS.ErrnoException) => {
        if (code === READER_GONE) resume(Effect.void)
      }
      process.stdout.on("error", onError)
      return Effect.sync(() => process.stdout.off("error", onError))
    })
  )

/** Runs until stopped, such as a server from its ready line on. When stopped, the process ends with 0. */
export const untilStopped = <A, E, R>(running: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.suspend(() => {
    process.exitCode = 0
    return running
  })

/** On a screen only: a program's log is for other programs. */
const tellOfWait = () => {
  if (process.stderr.isTTY !== true) return
  console.error("Waiting for what is under way. Ctrl-C again ends it at once; its outcome may then stay unknown.")
}

/** Ends the process before any command runs: wrong usage or set-up. */
export const fail = (sentence: string, args: ReadonlyArray<string>): void => end(usageError(sentence), isJson({ args }))

/** The ending for wrong settings. */
export const usageError = (sentence: string): Ending => ({
  code: 2,
  error: { kind: "usage", problem: shown(sentence) }
})

/** A sentence that may contain what was typed, read or received. */
const shown = (sentence: string): string => printableLines(withoutSecrets(sentence))

/** As the flag parser reads it. */
const FALSE = /^(false|0|n|no|off)$/

/** Whether `--json` was typed, in any form, or is set. */
const isJson = ({ args, settings }: Pick<RunOptions, "args" | "settings">): boolean => {
  const at = args.findLastIndex((arg) => /^--(no-)?json(=|$)/.test(arg))
  const typed = args[at]
  if (typed === undefined) return settings?.get("json")?.texts[0] === "true"
  if (typed.startsWith("--no-")) return false
  return !FALSE.test(typed.includes("=") ? typed.slice("--json=".length) : (args[at + 1] ?? ""))
}

const notAsked = Effect.die(new Error("no verb asks for keys or for other programs through effect"))

/** The services that effect's commands may need. Effect's own terminal would open standard input at every start. */
const services = Layer.mergeAll(
  NodeStdio.layer,
  Layer.succeed(
    Terminal.Terminal,
    Terminal.make({
      columns: notAsked,
      rows: notAsked,
      size: notAsked,
      readInput: notAsked,
      readLine: notAsked,
      display: () => notAsked
    })
  ),
  Layer.succeed(
    ChildProcessSpawner.ChildProcessSpawner,
    ChildProcessSpawner.make(() => notAsked)
  ),
  CliConfig.layer({ builtIns: [GlobalFlag.Help, GlobalFlag.Version, GlobalFlag.Completions] })
).pipe(Layer.provideMerge(Layer.merge(NodeFileSystem.layer, NodePath.layer)))

/** Help goes to stdout unchanged; wrong usage is one sentence that says where the help is. */
const makePresenter = (options: RunOptions) =>
  CliOutput.Presenter.of({
    present: (event) => {
      switch (event._tag) {
        case "Help": {
          const more = options.epilogue?.(event.commandPath) ?? ""
          return Console.log(`${helpText(event.helpDoc)}${more === "" ? "" : `\n\n${more}`}`)
        }
        case "Version":
          return Console.log(`${event.name} ${event.version}`)
        case "InvalidInvocation": {
          const verb = event.commandPath.join(" ")
          const problems = event.errors.map((error) => {
            const setting = "option" in error ? options.settings?.get(error.option) : undefined
            return setting === undefined ? sentenceOf(error) : `${setting.origin}: ${sentenceOf(error, setting)}`
          })
          const problem = shown(`${verb}: ${problems.join("; ").replace(/[^?]$/, "$&.")} See ${verb} --help.`)
          return Effect.andThen(
            isJson(options) ? Console.log(errorJson({ kind: "usage", problem })) : Effect.void,
            Console.error(problem)
          )
        }
      }
    }
  })

const sentenceOf = (error: CliError.NonShowHelpErrors, setting?: Settings.Setting): string => {
  switch (error._tag) {
    case "InvalidValue":
      return `${error.kind === "flag" ? "--" : ""}${error.option}: ${expectedOf(error.expected)}, got ${JSON.stringify(setting?.texts[0] ?? error.value)}`
    case "UnrecognizedOption":
      return `unknown flag ${error.option}${suggest(error.suggestions)}`
    case "UnknownSubcommand":
      return `unknown verb "${error.subcommand}"${suggest(error.suggestions)}`
    default:
      return error.message.replace(/\s*\n\s*/g, " ")
  }
}

const suggest = (names: ReadonlyArray<string>): string =>
  names.length === 0 ? "" : `; did you mean ${names.join(" or ")}?`

/** In our words, whether our check or the library's failed. */
const expectedOf = (expected: string): string =>
  `expected ${Settings.expectedOf(expected)
    .replace("Schema validation failed: ", "")
    .replace(/^expected /i, "")
    .replace("a string representing a finite number", "a number")}`

/** How a process ends. */
export interface Ending {
  readonly code: number
  readonly error?: {
    readonly kind: "usage" | "input" | "failed" | "internal"
    readonly problem: string
    readonly cause?: string
  }
}

/** The ending of a program; an interrupted one ends with the code that its verb or the signal had set meanwhile. */
export const endingOf = (
  exit: Exit.Exit<void, unknown>,
  meanwhile: number | undefined,
  stopCode: number = stopCodes.SIGINT
): Ending => {
  if (Exit.isSuccess(exit)) return { code: 0 }
  if (Cause.hasInterruptsOnly(exit.cause)) return { code: meanwhile ?? stopCode }
  const error = Cause.squash(exit.cause)
  if (error instanceof CommandFailed) {
    const { code, line, kind = code === 2 ? "usage" : "failed" } = error
    return line === undefined ? { code } : { code, error: { kind, problem: shown(line) } }
  }
  if (typeof error === "object" && error !== null && "_tag" in error && error._tag === "ShowHelp") return { code: 2 }
  const problem = shown(`internal error: ${ErrorText.of(error)}`)
  return {
    code: meanwhile || BUG,
    error: { kind: "internal", problem, cause: withoutSecrets(Cause.pretty(exit.cause)) }
  }
}

const end = ({ code, error }: Ending, json: boolean): void => {
  process.exitCode = code
  if (error === undefined) return
  if (json) console.log(errorJson(error))
  console.error(error.problem)
  if (isDebugging() && error.cause !== undefined) console.error(error.cause)
}

/** What `--json` prints of a failure. */
export const errorJson = ({ kind, problem }: NonNullable<Ending["error"]>): string =>
  JSON.stringify({ error: { kind, problem } })

/** Waits until the output is read, as long as the reader takes some of it now and then. */
const flush = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((resolve) => {
    if (stream.destroyed) return resolve()
    stream.write("", () => resolve())
    let waiting = stream.writableLength
    setInterval(() => {
      if (stream.writableLength >= waiting) resolve()
      waiting = stream.writableLength
    }, READER_TIMEOUT)
  })
