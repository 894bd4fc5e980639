/** `hipay-pos decode`: a Concert message, every field named. */

import { CommandFailed, Flags } from "@hipay-pos/cli-kit"
import { Explain } from "@hipay-pos/concert-codec"
import * as Console from "effect/Console"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { readMessage, underline } from "./decodeInput.ts"
import { readBytes } from "./input.ts"

/** The verb. Exit code 0 whole, 2 not Concert, 3 stops inside a field. */
export const decode = Command.make(
  "decode",
  {
    frame: Argument.String("frame").pipe(
      Argument.withDescription("the message, its hex, or a log line with it; - to read it from standard input")
    ),
    json: Flags.yes("json", "print JSON")
  },
  Effect.fnUntraced(function* ({ frame, json }) {
    const given = frame === "-" ? (yield* readBytes("decode", frame)).toString("latin1") : frame
    const { message: text, taken } = readMessage(given)
    if (taken !== undefined && !json)
      yield* Console.error(`decode: taken for ${taken === "hex" ? "hex" : "a log line with a message in it"}`)
    const { error, ...explanation } = Explain.explainPrefix(text)
    if (error === undefined) {
      return yield* Console.log(json ? JSON.stringify(Explain.toJson(explanation)) : Explain.toText(explanation))
    }
    const place = { offset: error.offset, tag: error.tag }
    if (error._tag === "TlvIncomplete") {
      yield* Console.log(
        json
          ? JSON.stringify({ incomplete: true, ...place, ...Explain.toJson(explanation) })
          : Explain.toText(explanation)
      )
      return yield* new CommandFailed({ code: 3, line: json ? undefined : `decode: ${error.message}` })
    }
    const before = explanation.fields.length > 0
    if (json) {
      const what = { kind: "input", ...place, problem: error.problem }
      yield* Console.log(JSON.stringify({ error: what, ...(before ? Explain.toJson(explanation) : {}) }))
    } else {
      const bad = underline(text, error.offset)
      yield* Console.log(before ? `${Explain.toText(explanation)}\n${bad}` : bad)
    }
    return yield* new CommandFailed({ code: 2, line: json ? undefined : `decode: ${error.message}` })
  })
).pipe(
  Command.withDescription("Explains a Concert message: every field with its place, name, value and meaning."),
  Command.withExamples([
    { command: "hipay-pos decode CZ0040320CJ012012345678901CA00201CB0041245CD0010CE003978", description: "A request" },
    { command: 'hipay-pos decode "43 5A 30 30 34 30 33 32 30"', description: "As Wireshark shows bytes" },
    { command: "hipay-pos decode - --json < answer.bin", description: "From a file, as JSON" }
  ])
)
