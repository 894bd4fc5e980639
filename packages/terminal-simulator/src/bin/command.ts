/** `hipay-pos terminal`: a simulated payment terminal on a TCP port, until it is told to stop. */
import { readFileSync } from "node:fs"
import * as Console from "effect/Console"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Cardholder from "../Cardholder.ts"
import * as Fault from "../Fault.ts"
import * as FileStore from "../node/FileStore.ts"
import { listen } from "../node/listen.ts"
import * as Profile from "../Profile.ts"
import * as TerminalSimulator from "../TerminalSimulator.ts"
import * as Flags from "./flags.ts"
import { tell } from "./log.ts"
import { type ExitWith, refuse } from "./run.ts"

const flags = {
  port: Flags.port(8888),
  host: Flags.host,
  cardholder: Flag.String("cardholder").pipe(
    Flag.withDescription("who plays the customer: auto, amount, manual, or a file with one word a line"),
    Flag.withDefault("auto")
  ),
  pace: Flags.pace,
  profile: Flag.Literals(
    "profile",
    Profile.all.map(({ name }) => name)
  ).pipe(Flag.withDescription("which model's habits the terminal has"), Flag.withDefault("plain")),
  fault: Flag.String("fault").pipe(
    Flag.withDescription("what goes wrong, NAME or NAME@STAGE; may be given several times"),
    Flag.atLeast(0)
  ),
  seed: Flag.String("seed").pipe(Flag.withDescription("makes chance repeatable"), Flag.optional),
  store: Flag.String("store").pipe(Flag.withDescription("file that keeps approved payments"), Flag.optional),
  json: Flag.Boolean("json").pipe(
    Flag.withDescription("one JSON object a line: the first says ready, the others what happens"),
    Flag.withDefault(false)
  )
}

/** The command under a name: `terminal` in a family of verbs, `hipay-pos-terminal` on its own. */
export const makeTerminalCommand = <const Name extends string>(name: Name) =>
  Command.make(
    name,
    flags,
    Effect.fnUntraced(function* (options) {
      const cardholder = yield* readCardholder(options.cardholder)
      const faults = yield* Effect.forEach(options.fault, readFault)
      const store = Option.isSome(options.store)
        ? yield* Effect.mapError(FileStore.open(options.store.value), (error) => refuse(`${name}: ${error.message}`))
        : undefined
      const simulator = yield* TerminalSimulator.make({
        cardholder,
        faults,
        pace: options.pace,
        profile: Profile.get(options.profile) ?? Profile.plain,
        ...(Option.isSome(options.seed) ? { seed: options.seed.value } : {}),
        ...(store === undefined ? {} : { store })
      })
      const { host, port } = yield* Effect.mapError(listen(simulator, options), (error) =>
        refuse(`${name}: ${error.message}; choose another with --port, or 0 for any that is free`)
      )
      simulator.subscribe(tell(options.json))
      yield* options.json
        ? Console.log(
            JSON.stringify({ ready: true, terminals: [{ name: simulator.name, host, port, profile: options.profile }] })
          )
        : Console.log(
            `terminal on ${host}:${port}, simulated (${options.profile}, cardholder ${options.cardholder}). Ctrl-C ends it.`
          )
      return yield* Effect.never
    }, Effect.scoped)
  ).pipe(
    Command.withDescription("A simulated payment terminal that speaks Concert over TCP. No money moves."),
    Command.withExamples([
      { command: `${name} --port 0 --json`, description: "On any free port, for a script" },
      { command: `${name} --pace human`, description: "As slow as people and networks are" },
      { command: `${name} --fault answer-lost`, description: "Approves every payment and never says so" }
    ])
  )

const readCardholder = (text: string): Effect.Effect<Cardholder.Cardholder, ExitWith> => {
  switch (text) {
    case "auto":
      return Effect.succeed(Cardholder.auto())
    case "amount":
      return Effect.succeed(Cardholder.amount)
    case "manual":
      return Effect.succeed(Cardholder.manual)
    default:
      return Effect.map(Effect.flatMap(readScript(text), Effect.forEach(readStep)), Cardholder.scripted)
  }
}

const readScript = (path: string): Effect.Effect<ReadonlyArray<string>, ExitWith> =>
  Effect.try({
    try: () =>
      readFileSync(path, "utf8")
        .split("\n")
        .map((line) => line.trim())
        .filter((line) => line !== "" && !line.startsWith("#")),
    catch: () => refuse(`--cardholder: expected auto, amount, manual or a file, and cannot read ${path}`)
  })

const readStep = (word: string): Effect.Effect<Cardholder.Behaviour, ExitWith> => {
  const step = Cardholder.fromWord(word)
  return step === undefined
    ? Effect.fail(
        refuse(`--cardholder: expected a test card or one of ${Object.keys(Cardholder.words).join(", ")}, got ${word}`)
      )
    : Effect.succeed(step)
}

const readFault = (text: string): Effect.Effect<Fault.Fault, ExitWith> => {
  const fault = Fault.fromText(text)
  return Result.isSuccess(fault)
    ? Effect.succeed(fault.success)
    : Effect.fail(refuse(`--fault: ${fault.failure.message}`))
}
