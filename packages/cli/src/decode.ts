/** `hipay-pos decode`: a Concert message, or those of a capture, every field named. */

import { statSync } from "node:fs"
import { CommandFailed, Flags, paint, refuse } from "@hipay-pos/cli-kit"
import { Explain } from "@hipay-pos/concert-codec"
import * as Console from "effect/Console"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { localTime } from "./attemptTable.ts"
import { isCapture, type Turn, turnsIn } from "./capture.ts"
import { readMessage, underline } from "./decodeInput.ts"
import { readBytes } from "./input.ts"

/** The verb. Exit code 0 whole, 2 not Concert, 3 stops inside a field. */
export const decode = Command.make(
  "decode",
  {
    frame: Argument.String("frame").pipe(
      Argument.withDescription(
        "the message, its hex, or a log line with it; a file of these or a capture; - for standard input"
      )
    ),
    port: Flags.integer("port").pipe(
      Flag.withDescription("of a capture: the terminal's port, 8888 by default"),
      Flag.withDefault(8888)
    ),
    json: Flags.yes("json", "print JSON; of a capture, one object per line")
  },
  Effect.fnUntraced(function* ({ frame, port, json }) {
    const bytes = frame === "-" || isFile(frame) ? yield* readBytes("decode", frame) : undefined
    if (bytes !== undefined && isCapture(bytes)) return yield* decodeCapture(bytes, port, json)
    const { message, taken } = readMessage(bytes?.toString("latin1") ?? frame)
    if (taken !== undefined && !json)
      yield* Console.error(`decode: taken for ${taken === "hex" ? "hex" : "a log line with a message in it"}`)
    const decoded = decodeMessage(message)
    yield* Console.log(json ? JSON.stringify(decoded.json) : decoded.text)
    const { code, problem } = decoded
    if (code !== 0) return yield* new CommandFailed({ code, line: json ? undefined : `decode: ${problem}` })
  })
).pipe(
  Command.withDescription("Explains a Concert message: every field with its place, name, value and meaning."),
  Command.withExamples([
    { command: "hipay-pos decode CZ0040320CJ012012345678901CA00201CB0041245CD0010CE003978", description: "A request" },
    { command: 'hipay-pos decode "43 5A 30 30 34 30 33 32 30"', description: "As Wireshark shows bytes" },
    {
      command: "hipay-pos decode capture.pcap",
      description: "Every message of sudo tcpdump -i any -w capture.pcap port 8888"
    },
    { command: "hipay-pos decode - --json < answer.bin", description: "From standard input, as JSON" }
  ])
)

/** A message is no path: too long for one, or with bytes that no path has. */
const isFile = (path: string): boolean => {
  try {
    return statSync(path).isFile()
  } catch {
    return false
  }
}

/** A message for people and for programs, and the exit code that says how it is. */
interface Decoded {
  readonly text: string
  readonly json: object
  readonly code: 0 | 2 | 3
  readonly problem?: string
}

const decodeMessage = (message: string): Decoded => {
  const { error, ...explanation } = Explain.explainPrefix(message)
  const text = Explain.toText(explanation)
  const json = Explain.toJson(explanation)
  if (error === undefined) return { text, json, code: 0 }
  const place = { offset: error.offset, tag: error.tag }
  if (error._tag === "TlvIncomplete") {
    return { text, json: { incomplete: true, ...place, ...json }, code: 3, problem: error.message }
  }
  const before = explanation.fields.length > 0
  const bad = underline(message, error.offset)
  return {
    text: before ? `${text}\n${bad}` : bad,
    json: { error: { kind: "input", ...place, problem: error.problem }, ...(before ? json : {}) },
    code: 2,
    problem: error.message
  }
}

/** What is worst ends it: not Concert before a message that stops. */
const decodeCapture = Effect.fnUntraced(function* (bytes: Buffer, port: number, json: boolean) {
  const turns = turnsIn(bytes, port)
  if (Result.isFailure(turns)) return yield* refuse(`decode: ${turns.failure}`)
  const codes = new Set<number>()
  for (const turn of turns.success) {
    const decoded = decodeMessage(turn.text)
    codes.add(decoded.code)
    yield* Console.log(json ? JSON.stringify({ ...headOf(turn), ...decoded.json }) : toText(turn, decoded))
  }
  const code = codes.has(2) ? 2 : codes.has(3) ? 3 : 0
  if (code !== 0)
    return yield* new CommandFailed({
      code,
      line: json ? undefined : "decode: not every message of the capture is whole"
    })
})

const headOf = ({ at, from, to, missing }: Turn) => ({
  at: new Date(at).toISOString(),
  from,
  to,
  ...(missing === 0 ? {} : { missing })
})

const toText = (turn: Turn, { text, problem }: Decoded): string => {
  const { at, from, to, missing } = turn
  const time = `${localTime(new Date(at).toISOString())}.${String(Math.trunc(at) % 1000).padStart(3, "0")}`
  return [
    paint("strong", `${time}  ${from} → ${to}`),
    ...(missing === 0 ? [] : [paint("odd", `${missing} bytes are not in the capture`)]),
    text,
    ...(problem === undefined ? [] : [paint("bad", problem)]),
    ""
  ].join("\n")
}
