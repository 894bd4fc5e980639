/** `hipay-pos decode`: shows a Concert message, or those of a capture, with every field named. */

import { statSync } from "node:fs"
import { CommandFailed, Flags, jsonLine, paint, refuse } from "@hipay-pos/cli-kit"
import { Diagnosis, Explain, type Tlv } from "@hipay-pos/concert-codec"
import * as Console from "effect/Console"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { isCapture, type Turn, turnsIn } from "./capture.ts"
import { type GivenMessage, readMessage, readMessages, underline } from "./decodeInput.ts"
import { readBytes } from "./input.ts"
import { localTime } from "./localTime.ts"

/** The verb. Exit code 0 complete, 2 not Concert, 3 ends inside a field. */
export const decode = Command.make(
  "decode",
  {
    frame: Argument.String("frame").pipe(
      Argument.withDescription(
        "the message, its hex or hex dump, or log lines with messages; a file of these or a capture; - for standard input"
      )
    ),
    port: Flags.integer("port").pipe(
      Flag.withDescription("of a capture: the terminal's port, 8888 by default"),
      Flag.withDefault(8888)
    ),
    json: Flags.yes("json", "print JSON; of several messages, one object per line")
  },
  Effect.fnUntraced(function* ({ frame, port, json }) {
    const kind = kindOf(frame)
    if (kind === "folder") return yield* refuse(`decode: ${frame} is a folder`)
    if (kind === "nothing" && isPath(frame)) return yield* refuse(`decode: there is no file ${frame}`)
    const bytes = frame === "-" || kind === "file" ? yield* readBytes("decode", frame) : undefined
    if (bytes !== undefined && isCapture(bytes)) return yield* decodeCapture(bytes, port, json)
    const given = readMessages(bytes?.toString("latin1") ?? frame)
    if (given.length > 1) return yield* decodeLines(given, json)
    const [{ message, taken }] = given
    if (taken !== undefined && !json) yield* Console.error(`decode: taken for ${names[taken]}`)
    const decoded = decodeMessage(message)
    yield* Console.log(json ? jsonLine(decoded.json) : decoded.text)
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

/** What is at a path. A message is `nothing`: it may be too long for a path, or have bytes that no path has. */
const kindOf = (path: string): "file" | "folder" | "nothing" => {
  try {
    const stats = statSync(path)
    return stats.isDirectory() ? "folder" : stats.isFile() ? "file" : "nothing"
  } catch {
    return "nothing"
  }
}

/** One word with a dot or a slash in it that is not a message. */
const isPath = (text: string): boolean =>
  /^(?![A-Z]{2}\d{3})[^\s{}"]*[./\\][^\s{}"]*$/.test(text) && readMessage(text).taken === undefined

const names = { hex: "hex", "hex dump": "a hex dump", "log line": "a log line with a message in it" } as const

/** A decoded message for people and for programs, and its exit code. */
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
  const { offset, tag, problem, line } = wrongLengthIn(message) ?? placeOf(error)
  const place = { offset, tag, problem }
  if (error._tag === "TlvIncomplete")
    return { text, json: { incomplete: true, ...place, ...json }, code: 3, problem: line }
  const before = explanation.fields.length > 0
  const bad = underline(message, offset)
  return {
    text: before ? `${text}\n${bad}` : bad,
    json: { error: { kind: "input", ...place }, ...(before ? json : {}) },
    code: 2,
    problem: line
  }
}

/** Where a message cannot be read, why, and both as one line. */
interface Problem {
  readonly offset: number
  readonly tag?: string | undefined
  readonly problem: string
  readonly line: string
}

/** The field whose length makes the bytes after it unreadable. The sender matters for other protocols only. */
const wrongLengthIn = (message: string): Problem | undefined => {
  const stop = Diagnosis.ofText(message, "terminal")
  return stop?.found === undefined ? undefined : { ...stop, line: stop.problem }
}

const placeOf = (error: Tlv.DecodeError): Problem => {
  const { offset, tag, message: line } = error
  return { offset, tag, problem: error._tag === "TlvMalformed" ? error.problem : line, line }
}

const decodeCapture = Effect.fnUntraced(function* (bytes: Buffer, port: number, json: boolean) {
  const turns = turnsIn(bytes, port)
  if (Result.isFailure(turns)) return yield* refuse(`decode: ${turns.failure}`)
  yield* printAll(
    turns.success.map((turn) => ({ message: turn.text, head: headText(turn), json: headOf(turn) })),
    json
  )
})

const decodeLines = (given: ReadonlyArray<GivenMessage>, json: boolean) =>
  printAll(
    given.map(({ message, line }) => ({ message, head: [paint("strong", `line ${line}`)], json: { line } })),
    json
  )

interface Headed {
  readonly message: string
  /** Where it was found. */
  readonly head: ReadonlyArray<string>
  readonly json: object
}

/** The worst message decides the exit code: not Concert is worse than incomplete. */
const printAll = Effect.fnUntraced(function* (all: ReadonlyArray<Headed>, json: boolean) {
  const codes = new Set<number>()
  for (const { message, head, json: place } of all) {
    const decoded = decodeMessage(message)
    codes.add(decoded.code)
    yield* Console.log(json ? jsonLine({ ...place, ...decoded.json }) : toText(head, decoded))
  }
  const code = codes.has(2) ? 2 : codes.has(3) ? 3 : 0
  if (code !== 0)
    return yield* new CommandFailed({ code, line: json ? undefined : "decode: not every message is whole" })
})

const headOf = ({ at, from, to, missing }: Turn) => ({
  at: new Date(at).toISOString(),
  from,
  to,
  ...(missing === 0 ? {} : { missing })
})

const headText = ({ at, from, to, missing }: Turn): ReadonlyArray<string> => {
  const time = `${localTime(new Date(at).toISOString())}.${String(Math.trunc(at) % 1000).padStart(3, "0")}`
  return [
    paint("strong", `${time}  ${from} → ${to}`),
    ...(missing === 0 ? [] : [paint("odd", `${missing} bytes are not in the capture`)])
  ]
}

const toText = (head: ReadonlyArray<string>, { text, problem }: Decoded): string =>
  [...head, text, ...(problem === undefined ? [] : [paint("bad", problem)]), ""].join("\n")
