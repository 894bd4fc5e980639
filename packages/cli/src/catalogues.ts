/** `hipay-pos cards` and `hipay-pos faults`: the test cards and faults of a simulated terminal. */

import { Flags } from "@hipay-pos/cli-kit"
import { Fault, TestCard } from "@hipay-pos/terminal-simulator"
import * as Console from "effect/Console"
import * as Command from "effect/cli/Command"
import { toColumns } from "./columns.ts"

const json = Flags.yes("json", "print JSON")

/** The test cards. */
export const cards = Command.make("cards", { json }, ({ json }) =>
  Console.log(
    json
      ? JSON.stringify(TestCard.all)
      : toColumns(
          ["CARD", "LABEL", "NUMBER", "PIN", "SHOWS"],
          TestCard.all.map(({ name, label, pan, pin, shows }) => [name, label, pan, pin ? TestCard.PIN : "", shows])
        )
  )
).pipe(
  Command.withDescription("Lists the test cards of simulated terminals, and what each shows."),
  Command.withExamples([{ command: "hipay-pos cards", description: "Every card" }])
)

/** The faults. */
export const faults = Command.make("faults", { json }, ({ json }) =>
  Console.log(
    json
      ? JSON.stringify(Fault.names.map((name) => ({ name, ...Fault.catalogue[name] })))
      : toColumns(
          ["FAULT", "SHOWS", "STAGES, THE USUAL ONE FIRST"],
          Fault.names.map((name) => [name, Fault.catalogue[name].shows, Fault.catalogue[name].stages.join(" ")])
        )
  )
).pipe(
  Command.withDescription(
    "Lists the faults of simulated terminals, what each shows, and the stages at which it strikes."
  ),
  Command.withExamples([{ command: "hipay-pos faults", description: "Every fault" }])
)
