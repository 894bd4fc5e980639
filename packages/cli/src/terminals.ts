/** `hipay-pos terminals`: shows and controls the simulated terminals of a mock. */

import { CommandFailed, jsonLine, printable, refuse } from "@hipay-pos/cli-kit"
import { Cardholder, ControlCall, Fault } from "@hipay-pos/terminal-simulator"
import * as Console from "effect/Console"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { toColumns } from "./columns.ts"
import { askMock, mockFlags } from "./mockControlAt.ts"

const name = Argument.String("terminal").pipe(
  Argument.withDescription("HOST[:PORT], or the manufacturer and serial number of one with the Nepting app")
)

/** What the verbs print of a terminal. */
interface State {
  readonly name: string
  readonly profile: string
  readonly stage: string
  readonly cardholder: string
  readonly screen: ReadonlyArray<string>
  readonly faults: ReadonlyArray<{ readonly fault: string; readonly stage: string }>
}

const faultsOf = ({ faults }: State): string => faults.map(({ fault, stage }) => `${fault}@${stage}`).join(" ")

const toText = (state: State): string =>
  [
    printable(state.name),
    `  profile         ${state.profile}`,
    `  stage           ${state.stage}`,
    `  customer        ${state.cardholder}`,
    `  faults          ${faultsOf(state) || "none"}`,
    ...state.screen.map((line) => `  | ${printable(line)}`)
  ].join("\n")

const print = (state: State, json: boolean) => Console.log(json ? jsonLine(state) : toText(state))

const show = Command.make(
  "show",
  { name, ...mockFlags },
  Effect.fnUntraced(function* ({ name, json, ...at }) {
    yield* print(yield* askMock("terminals show", at, (control) => control.terminal(name).state()), json)
  })
).pipe(Command.withDescription("Shows a terminal, its screen included."))

const script = Command.make(
  "script",
  {
    name,
    words: Argument.String("word").pipe(
      Argument.withDescription("what a customer does, or a card of hipay-pos cards"),
      Argument.variadic({ min: 1 })
    ),
    ...mockFlags
  },
  Effect.fnUntraced(function* ({ name, words, json, ...at }) {
    const unknown = words.find((word) => Cardholder.fromWord(word) === undefined)
    if (unknown !== undefined) {
      const known = [...Object.keys(Cardholder.words), "any card of hipay-pos cards"].join(", ")
      return yield* refuse(`terminals script: unknown word ${unknown}; the words are ${known}`)
    }
    yield* print(yield* askMock("terminals script", at, (control) => control.terminal(name).script(words)), json)
  })
).pipe(
  Command.withDescription("Sets what the next customers do, in order."),
  Command.withExamples([
    { command: "hipay-pos terminals script 192.168.1.20 declined approved", description: "Declined, then approved" }
  ])
)

const fault = Command.make(
  "fault",
  {
    name,
    faults: Argument.String("fault").pipe(
      Argument.withDescription("NAME or NAME@STAGE, as hipay-pos faults lists them"),
      Argument.variadic()
    ),
    ...mockFlags
  },
  Effect.fnUntraced(function* ({ name, faults, json, ...at }) {
    for (const text of faults) {
      const read = Fault.fromText(text)
      if (Result.isFailure(read)) return yield* refuse(`terminals fault: ${read.failure.message}`)
    }
    const state = yield* askMock("terminals fault", at, async (control) => {
      const terminal = control.terminal(name)
      await terminal.faults(...faults)
      return terminal.state()
    })
    yield* print(state, json)
  })
).pipe(
  Command.withDescription("Sets the faults of a terminal in place of those that it has; none clears them."),
  Command.withExamples([
    { command: "hipay-pos terminals fault 192.168.1.20 answer-lost", description: "Every answer is lost from now on" },
    { command: "hipay-pos terminals fault 192.168.1.20", description: "It works again" }
  ])
)

/** Exit code 1 if the terminal was not waiting for it. */
const printTaken = Effect.fnUntraced(function* (what: string, taken: boolean, json: boolean) {
  yield* Console.log(
    json ? jsonLine({ taken }) : taken ? `${what}: taken` : `${what}: the terminal is not waiting for one`
  )
  if (!taken) return yield* new CommandFailed({ code: 1 })
})

const decodeCard = Schema.decodeUnknownResult(ControlCall.Card)
const decodeKey = Schema.decodeUnknownResult(ControlCall.Key)

const card = Command.make(
  "card",
  { name, card: Argument.String("card").pipe(Argument.withDescription("a card of hipay-pos cards")), ...mockFlags },
  Effect.fnUntraced(function* ({ name, json, ...options }) {
    const read = decodeCard({ card: options.card })
    if (Result.isFailure(read)) {
      return yield* refuse(`terminals card: unknown card ${options.card}; hipay-pos cards lists them`)
    }
    const { card } = read.success
    const taken = yield* askMock("terminals card", options, (control) => control.terminal(name).card(card))
    yield* printTaken("card", taken, json)
  })
).pipe(
  Command.withDescription("Presents a card at a terminal whose customer is you."),
  Command.withExamples([
    { command: "hipay-pos terminals card manual.terminal.test cb", description: "While hipay-pos trigger manual waits" }
  ])
)

const key = Command.make(
  "key",
  { name, key: Argument.String("key").pipe(Argument.withDescription("0 to 9, enter, clear or cancel")), ...mockFlags },
  Effect.fnUntraced(function* ({ name, json, ...options }) {
    const read = decodeKey({ key: options.key })
    if (Result.isFailure(read)) {
      return yield* refuse(`terminals key: expected 0 to 9, enter, clear or cancel, got ${options.key}`)
    }
    const { key } = read.success
    const taken = yield* askMock("terminals key", options, (control) => control.terminal(name).key(key))
    yield* printTaken("key", taken, json)
  })
).pipe(
  Command.withDescription("Presses a key of a terminal."),
  Command.withExamples([{ command: "hipay-pos terminals key manual.terminal.test cancel", description: "The red key" }])
)

const list = Command.make(
  "list",
  mockFlags,
  Effect.fnUntraced(function* ({ json, ...at }) {
    const all = yield* askMock("terminals list", at, (control) => control.terminals())
    if (json) return yield* Console.log(jsonLine(all))
    if (all.length === 0) return yield* Console.log("No terminals yet: one is created when an order names it.")
    const rows = all.map((each) => [
      ...[each.name, each.stage, each.cardholder, faultsOf(each) || "-"],
      each.screen.filter((line) => line.trim() !== "").join(" / ")
    ])
    yield* Console.log(toColumns(["TERMINAL", "STAGE", "CUSTOMER", "FAULTS", "SCREEN"], rows))
  })
).pipe(Command.withDescription("Lists the terminals that orders have named."))

/** The verb. */
export const terminals = Command.make("terminals").pipe(
  Command.withDescription("Shows the simulated terminals of a mock, and says what they do next."),
  Command.withExamples([
    { command: "hipay-pos terminals list", description: "Of the mock that hipay-pos mock starts" },
    { command: "hipay-pos terminals show 192.168.1.20", description: "One, with its screen" }
  ]),
  Command.withSubcommands([list, show, script, fault, card, key])
)
