/** `hipay-pos clock`: the clock of a mock. */

import { jsonLine, printable, refuse } from "@hipay-pos/cli-kit"
import * as DurationText from "@hipay-pos/core/DurationText"
import * as Console from "effect/Console"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { askMock, mockFlags } from "./mockControlAt.ts"

const action = Argument.Literals("action", ["freeze", "resume", "advance", "set"]).pipe(
  Argument.withDescription("freeze, resume, advance DURATION or set TIME; without one, the clock is shown"),
  Argument.optional
)
const by = Argument.String("by").pipe(
  Argument.withDescription("a duration such as 3m or 1d, or a time such as 2026-01-02T03:04:05Z"),
  Argument.optional
)

/** The verb. */
export const clock = Command.make(
  "clock",
  { action, by, ...mockFlags },
  Effect.fnUntraced(function* ({ json, ...options }) {
    const action = Option.getOrElse(options.action, () => "get" as const)
    const by = Option.getOrElse(options.by, () => "")
    if (action === "advance" && DurationText.fromText(by) === undefined) {
      return yield* refuse(`clock: advance: expected a length of time such as 3m or 1d, got ${by || "nothing"}`)
    }
    if (action === "set" && by === "") {
      return yield* refuse("clock: set: expected a time such as 2026-01-02T03:04:05Z, got nothing")
    }
    if (action !== "advance" && action !== "set" && by !== "") {
      return yield* refuse(`clock: ${action}: expected nothing more, got ${by}`)
    }
    const state = yield* askMock("clock", options, ({ clock }) => {
      switch (action) {
        case "get":
        case "freeze":
        case "resume":
          return clock[action]()
        case "advance":
          return clock.advance(by as DurationText.DurationText)
        case "set":
          return clock.set(by)
      }
    })
    yield* Console.log(json ? jsonLine(state) : `${printable(state.now)}  ${state.frozen ? "stands still" : "runs"}`)
  })
).pipe(
  Command.withDescription("Shows or sets the clock of a mock."),
  Command.withExamples([
    { command: "hipay-pos clock freeze", description: "It stands still" },
    { command: "hipay-pos clock advance 1d", description: "A day passes at once" },
    { command: "hipay-pos clock set 2026-01-02T03:04:05Z", description: "It goes on from there" }
  ])
)
