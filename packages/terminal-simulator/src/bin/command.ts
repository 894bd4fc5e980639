/** `hipay-pos terminal`: simulated payment terminals on TCP ports, until it is stopped. */

import { Flags, pluralize, refuse, tryLater, untilStopped } from "@hipay-pos/cli-kit"
import * as ErrorText from "@hipay-pos/core/ErrorText"
import * as Console from "effect/Console"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import { ListenFailed } from "../node/listen.ts"
import { openTerminal } from "../node/openTerminal.ts"
import { startControl } from "../node/startControl.ts"
import * as Profile from "../profiles/Profile.ts"
import type { TerminalConfig } from "../TerminalConfig.ts"
import type { TerminalSimulator } from "../TerminalSimulator.ts"
import { cardholder, pace } from "./cardholderFlags.ts"
import { makePrinter } from "./log.ts"
import { configOfFile, configOfFlags } from "./terminals.ts"

const flags = {
  port: Flags.port(8888),
  host: Flags.host,
  cardholder,
  pace,
  profile: Flags.literals(
    "profile",
    Profile.all.map(({ name }) => name)
  ).pipe(Flag.withDescription("which model the terminal imitates, plain by default"), Flag.withDefault("plain")),
  fault: Flags.repeated("fault", "fault to simulate, NAME or NAME@STAGE"),
  seed: Flags.text("seed", "makes randomness repeatable"),
  store: Flags.text("store", "file that keeps approved payments through a restart"),
  terminals: Flags.text(
    "terminals",
    "JSON file with several terminals; replaces the other flags about a terminal"
  ).pipe(Flag.withAlias("config")),
  check: Flags.yes("check", "with --terminals: check the file and exit"),
  control: Flags.optionalPort("control", "port of the control API on loopback"),
  json: Flags.yes("json", "one JSON object a line: first readiness, then events")
}

/** The command by name: `terminal` as a subcommand, `hipay-pos-terminal` on its own; `typed` is what examples show. */
export const makeTerminalCommand = <const Name extends string>(name: Name, typed: string = name) =>
  Command.make(
    name,
    flags,
    Effect.fnUntraced(function* (options) {
      const { terminals: file } = options
      const configs =
        file === "" ? [yield* configOfFlags(options)] : yield* configOfFile("--terminals", file, { listen: true })
      if (options.check) return yield* Console.log(`${pluralize(configs.length, "terminal")}, nothing wrong.`)
      const terminals = yield* Effect.forEach(configs, (config) => open(name, config))
      const print = makePrinter(options.json)
      for (const { simulator } of terminals) simulator.subscribe(print)
      const control =
        options.control._tag === "None"
          ? undefined
          : yield* startControlApi(
              name,
              options.control.value,
              terminals.map(({ simulator }) => simulator)
            )
      const shown = terminals.map(({ simulator, host, port }) => ({
        name: simulator.name,
        host,
        port,
        profile: simulator.profile.name
      }))
      const ready = options.json
        ? JSON.stringify({ ready: true, terminals: shown, control })
        : [
            ...shown.map(
              ({ name, host, port, profile }) => `${name} on ${host}:${port}, simulated (${profile}): no money moves.`
            ),
            ...(control === undefined ? [] : [`control API on ${control.url}, token ${control.token}`]),
            "Ctrl-C ends it."
          ].join("\n")
      return yield* untilStopped(Effect.andThen(Console.log(ready), Effect.never))
    }, Effect.scoped)
  ).pipe(
    Command.withDescription("Simulated payment terminals that speak Concert over TCP. No money moves."),
    Command.withExamples([
      { command: `${typed} --port 0 --json`, description: "On any free port, for a script" },
      { command: `${typed} --pace human`, description: "As slow as people and networks are" },
      { command: `${typed} --fault answer-lost`, description: "Approves every payment and never sends the answer" },
      {
        command: `${typed} --terminals terminals.json --control 0`,
        description: "Several terminals, and an API to control them"
      }
    ])
  )

const open = (verb: string, config: TerminalConfig) =>
  Effect.mapError(openTerminal(config), (error) =>
    error._tag === "ListenFailed" && isTaken(error)
      ? tryLater(`${verb}: ${error.message}; choose another with --port, or 0 for any that is free`)
      : refuse(`${verb}: ${error.message}`)
  )

/** Whether another process has the port, which may be free later. */
const isTaken = ({ code }: ListenFailed): boolean => code === "EADDRINUSE"

const startControlApi = (verb: string, port: number, terminals: ReadonlyArray<TerminalSimulator>) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.tryPromise({
        try: () => startControl({ terminals: () => terminals, port }),
        catch: (error) => {
          const line = `${verb}: --control: ${ErrorText.of(error)}`
          return error instanceof ListenFailed && isTaken(error) ? tryLater(line) : refuse(line)
        }
      }),
      (started) => Effect.promise(() => started.close())
    ),
    ({ url, token }) => ({ url, token })
  )
