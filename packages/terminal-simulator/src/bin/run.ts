/**
 * How every command line of this toolkit ends: parses arguments, says errors in one line, exits with a code that scripts
 * can rely on. Shared by the bins, which are bundled; not part of the published library.
 *
 * 0 done · 1 a bug · 2 wrong usage or set-up · others belong to the verb. The first SIGINT or SIGTERM interrupts the
 * verb, which then cleans up and ends with its own code; a second one ends the process at once. A verb that has begun
 * something it cannot take back sets `process.exitCode`: that is the code if the process ends before the verb does.
 */
import * as NodeChildProcessSpawner from "@effect/platform-node-shared/NodeChildProcessSpawner"
import * as NodeFileSystem from "@effect/platform-node-shared/NodeFileSystem"
import * as NodePath from "@effect/platform-node-shared/NodePath"
import * as NodeStdio from "@effect/platform-node-shared/NodeStdio"
import * as NodeTerminal from "@effect/platform-node-shared/NodeTerminal"
import * as Cause from "effect/Cause"
import * as Console from "effect/Console"
import * as CliConfig from "effect/cli/CliConfig"
import * as CliOutput from "effect/cli/CliOutput"
import * as Command from "effect/cli/Command"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"

/** Ends the process with a code, after one line on stderr when there is something to say. */
export class ExitWith extends Schema.TaggedError<ExitWith>()("ExitWith", {
  code: Schema.Int,
  line: Schema.optionalKey(Schema.String)
}) {}

/** Wrong usage or set-up: one clear line, exit code 2. */
export const refuse = (line: string): ExitWith => new ExitWith({ code: 2, line })

/** Runs a command as the whole process. Never returns. */
export const run = <Name extends string, Input, ContextInput, E>(
  command: Command.Command<Name, Input, ContextInput, E, Command.Environment>,
  options: { readonly version: string; readonly args: ReadonlyArray<string> }
): void => {
  const program = Command.runWith(command, { version: options.version })(options.args).pipe(
    Effect.provideService(CliOutput.Presenter, makePresenter(options.args.includes("--json"))),
    Effect.provide(services)
  )
  const fiber = Effect.runFork(program)
  let signals = 0
  const interrupt = () => {
    signals++
    if (signals > 1) process.exit(process.exitCode ?? 130)
    fiber.interruptUnsafe()
  }
  process.on("SIGINT", interrupt)
  process.on("SIGTERM", interrupt)
  // A reader that has gone (`hipay-pos … | head`) is no fault of ours.
  process.stdout.on("error", () => {})
  fiber.addObserver((exit) => {
    process.exitCode = report(exit)
    process.removeListener("SIGINT", interrupt)
    process.removeListener("SIGTERM", interrupt)
    flush(process.stdout, () => flush(process.stderr, () => process.exit()))
  })
}

const services = Layer.mergeAll(
  NodeStdio.layer,
  NodeTerminal.layer,
  NodeChildProcessSpawner.layer,
  CliConfig.layer({ builtIns: [GlobalFlag.Help, GlobalFlag.Version, GlobalFlag.Completions] })
).pipe(Layer.provideMerge(Layer.merge(NodeFileSystem.layer, NodePath.layer)))

/**
 * Help goes to stdout as it is; a wrong invocation is one line on stderr that says where the help is, or one JSON object
 * on stdout for whoever asked for JSON.
 */
const makePresenter = (json: boolean) =>
  CliOutput.Presenter.of({
    present: (event) => {
      const formatter = CliOutput.defaultFormatter()
      switch (event._tag) {
        case "Help":
          return Console.log(formatter.formatHelpDoc(event.helpDoc))
        case "Version":
          return Console.log(`${event.name} ${event.version}`)
        case "InvalidInvocation": {
          const verb = event.commandPath.join(" ")
          const problem = event.errors.map((error) => error.message.replace(/\s*\n\s*/g, " ")).join("; ")
          return json
            ? Console.log(JSON.stringify({ error: { kind: "usage", problem: `${verb}: ${problem}` } }))
            : Console.error(`${verb}: ${problem}. See ${verb} --help.`)
        }
      }
    }
  })

const report = (exit: Exit.Exit<void, unknown>): number => {
  if (Exit.isSuccess(exit)) return 0
  if (Cause.hasInterruptsOnly(exit.cause)) return Number(process.exitCode ?? 0)
  const error = Cause.squash(exit.cause)
  if (error instanceof ExitWith) {
    if (error.line !== undefined) console.error(error.line)
    return error.code
  }
  if (typeof error === "object" && error !== null && "_tag" in error && error._tag === "ShowHelp") return 2
  console.error(`internal error: ${error instanceof Error ? error.message : String(error)}`)
  if (process.env.HIPAY_POS_DEBUG) console.error(Cause.pretty(exit.cause))
  return Number(process.exitCode ?? 1)
}

const flush = (stream: NodeJS.WriteStream, then: () => void): void => {
  if (stream.destroyed) then()
  else stream.write("", () => then())
}
