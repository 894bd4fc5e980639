/**
 * A connection without a socket: two pipes in memory, one end for the ECR, one for the terminal.
 *
 * Chunks keep their borders, nothing is copied, and a waiting reader goes on at once, in the writer's turn.
 */
import { type Connection, ConnectionLost } from "@hipay-pos/concert-codec/Connection"
import * as Effect from "effect/Effect"
import { toBytes } from "./Latin1.ts"
import type { Line } from "./Line.ts"

/** Both ends of a connection. */
export interface Pair {
  readonly connection: Connection
  readonly line: Line
}

/** An open connection. */
export const pair = (): Pair => {
  const toTerminal = pipe()
  const toEcr = pipe()
  return {
    connection: {
      write: (bytes) =>
        Effect.suspend(() => (toTerminal.write(bytes) ? Effect.void : Effect.fail(lost("reset by the terminal")))),
      read: toEcr.read,
      close: Effect.sync(() => {
        toTerminal.end()
        toEcr.close()
      })
    },
    line: {
      peer: "memory",
      read: Effect.orElseSucceed(toTerminal.read, () => undefined),
      take: toTerminal.take,
      ended: () => toTerminal.ended(),
      send: (text) => {
        toEcr.write(toBytes(text))
      },
      end: () => toEcr.end(),
      reset: () => {
        toEcr.breakOff()
        toTerminal.breakOff()
      }
    }
  }
}

const lost = (detail: string) => new ConnectionLost({ detail })

type Chunk = Effect.Effect<Uint8Array | undefined, ConnectionLost>

/** One direction. */
const pipe = () => {
  const chunks: Array<Uint8Array> = []
  let state: "open" | "ended" | "broken" | "closed" = "open"
  let reader: ((chunk: Chunk) => void) | undefined

  const next = (): Chunk | undefined => {
    const chunk = chunks.shift()
    if (chunk !== undefined) return Effect.succeed(chunk)
    if (state === "open") return undefined
    return state === "broken" ? Effect.fail(lost("reset by the terminal")) : Effect.succeed(undefined)
  }
  const wake = () => {
    if (reader === undefined) return
    const chunk = next()
    if (chunk === undefined) return
    const resume = reader
    reader = undefined
    resume(chunk)
  }
  const become = (to: typeof state) => {
    if (state !== "open") return
    state = to
    wake()
  }

  const wait = Effect.callback<Uint8Array | undefined, ConnectionLost>((resume) => {
    reader = resume
    return Effect.sync(() => {
      reader = undefined
    })
  })
  const read = Effect.suspend(() => next() ?? wait)

  return {
    read,
    /** False when the connection is broken. Bytes for an end that has been closed vanish. */
    write: (bytes: Uint8Array): boolean => {
      if (state !== "open") return state !== "broken"
      chunks.push(bytes)
      wake()
      return true
    },
    end: () => become("ended"),
    take: () => chunks.shift(),
    ended: () => state !== "open",
    /** Both what is on its way and what comes later are lost. */
    breakOff: () => {
      chunks.length = 0
      become("broken")
    },
    /** The reading end has gone. */
    close: () => {
      chunks.length = 0
      become("closed")
    }
  }
}
