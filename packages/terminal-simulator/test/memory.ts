/** A cash register in memory: one request, everything that comes back. */
import { type Connection, ConnectionFailed } from "@hipay-pos/concert-codec/Connection"
import type { NotStarted } from "@hipay-pos/core/Terminal"
import type { TerminalSimulator } from "@hipay-pos/terminal-simulator"
import * as Effect from "effect/Effect"

/** What came back. */
export interface Heard {
  readonly text: string
  readonly segments: number
  /** Whether the terminal ended the connection. */
  readonly ended: boolean
}

/** A connection whose chunks are asked for one by one. */
export interface Till {
  readonly write: Connection["write"]
  /** The next chunk, or `undefined` once the terminal has ended its side. */
  readonly read: Effect.Effect<string | undefined, ConnectionFailed>
  readonly close: Effect.Effect<void>
}

/** Connects to a terminal and begins to listen. */
export const connect = (terminal: TerminalSimulator.TerminalSimulator): Effect.Effect<Till, NotStarted> =>
  Effect.map(terminal.connector.connect({ host: "terminal", port: 8888 }), listenTo)

/** Listens on a connection. */
export const listenTo = (connection: Connection): Till => {
  const chunks: Array<string> = []
  let end: "closed" | "broken" | undefined
  let wake = () => {}
  connection.receive({
    onData: (text) => {
      chunks.push(text)
      wake()
    },
    onEnd: (how) => {
      end ??= how
      wake()
    }
  })
  const read = Effect.suspend((): Till["read"] => {
    const chunk = chunks.shift()
    if (chunk !== undefined) return Effect.succeed(chunk)
    if (end === "closed") return Effect.succeed(undefined)
    if (end === "broken") return Effect.fail(new ConnectionFailed({ detail: "reset by the terminal" }))
    const arrival = Effect.callback<void>((resume) => {
      wake = () => resume(Effect.void)
    })
    return Effect.flatMap(arrival, () => read)
  })
  return { write: (text) => connection.write(text), read, close: Effect.sync(() => connection.close()) }
}

/** Sends one request and listens until the terminal ends the connection. */
export const exchange = Effect.fnUntraced(function* (terminal: TerminalSimulator.TerminalSimulator, text: string) {
  const connection = yield* connect(terminal)
  yield* connection.write(text)
  const chunks: Array<string> = []
  for (let chunk = yield* connection.read; chunk !== undefined; chunk = yield* connection.read) chunks.push(chunk)
  yield* connection.close
  const heard: Heard = {
    text: chunks.join(""),
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
