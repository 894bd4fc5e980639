/** A cash register in memory: one request, everything that comes back. */
import type { TerminalSimulator } from "@hipay-pos/terminal-simulator"
import * as Effect from "effect/Effect"

/** What came back. */
export interface Heard {
  readonly text: string
  readonly segments: number
  /** Whether the terminal ended the connection. */
  readonly ended: boolean
}

/** Sends one request and listens until the terminal ends the connection. */
export const exchange = Effect.fnUntraced(function* (terminal: TerminalSimulator.TerminalSimulator, text: string) {
  const connection = yield* terminal.connector.connect({ host: "terminal", port: 8888 })
  yield* connection.write(Buffer.from(text, "latin1"))
  const chunks: Array<Uint8Array> = []
  for (let chunk = yield* connection.read; chunk !== undefined; chunk = yield* connection.read) chunks.push(chunk)
  yield* connection.close
  const heard: Heard = {
    text: Buffer.concat(chunks).toString("latin1"),
    segments: chunks.length,
    ended: true
  }
  return heard
})

/** The stages that the terminal passes from now on. */
export const stagesOf = (terminal: TerminalSimulator.TerminalSimulator): ReadonlyArray<string> => {
  const stages: Array<string> = []
  terminal.subscribe((event) => {
    if (event._tag === "Stage" && event.stage !== "idle") stages.push(event.stage)
  })
  return stages
}
