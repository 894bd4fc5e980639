/** `hipay-pos collect`: the remote collection of a mock, which ends the day for the approved payments. */
import { Flags, pluralize } from "@hipay-pos/cli-kit"
import { addressText } from "@hipay-pos/core/Host"
import * as Console from "effect/Console"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { readAddress } from "./address.ts"
import { askMock, mockFlags } from "./mockControlAt.ts"
import { whileWaiting } from "./progress.ts"

/** The verb. */
export const collect = Command.make(
  "collect",
  {
    ...mockFlags,
    terminal: Flags.text("terminal", "only this terminal, HOST[:PORT] or MANUFACTURER SERIAL; all of them by default")
  },
  Effect.fnUntraced(function* ({ terminal, json, ...where }) {
    const name = terminal === "" ? undefined : yield* nameOf(terminal)
    const collecting = askMock("collect", where, (control) => control.collect(name), OF_GATEWAY)
    const captured = yield* collecting.pipe(whileWaiting({ what: "collection", hint: "Nothing is paid.", once: false }))
    yield* Console.log(
      json
        ? JSON.stringify({ captured })
        : [
            `${pluralize(captured.length, "transaction")} captured.`,
            ...captured.map((reference) => `  ${reference}`)
          ].join("\n")
    )
  })
).pipe(
  Command.withDescription("Runs the remote collection of a mock: what was approved becomes captured."),
  Command.withExamples([
    { command: "hipay-pos collect", description: "Every terminal of the mock on port 8080" },
    {
      command: "hipay-pos collect --url http://127.0.0.1:8081 --terminal 192.168.1.20:8888 --json",
      description: "One terminal, for a script"
    }
  ])
)

const OF_GATEWAY = "real terminals are collected by themselves, or from their own menu"

/** As a mock names its terminals: one with an address has a port, a Nepting one has a space. */
const nameOf = (terminal: string) =>
  terminal.includes(" ")
    ? Effect.succeed(terminal)
    : Effect.map(readAddress("collect", "--terminal", terminal), addressText)
