/**
 * A connection without a socket: two pipes in memory, one end for the ECR, one for the terminal.
 *
 * Text keeps its borders, and who listens hears at once, in the writer's turn.
 */
import { type Connection, ConnectionLost, type Listener } from "@hipay-pos/concert-codec/Connection"
import * as Effect from "effect/Effect"
import type { Line } from "./ByteChannel.ts"

/** Both ends of a connection. */
export interface Pair {
  readonly connection: Connection
  readonly line: Line
}

/** An open connection. */
export const pair = (): Pair => {
  const toTerminal = new Pipe()
  const toEcr = new Pipe()
  return { connection: new EcrEnd(toTerminal, toEcr), line: new TerminalEnd(toTerminal, toEcr) }
}

/** One direction. */
class Pipe {
  /** How it ended; the first end counts. */
  ended: "closed" | "broken" | undefined
  private readonly chunks: Array<string> = []
  private wake: (() => void) | undefined

  /** False when the connection is broken. What is written to an end that has been closed vanishes. */
  write(text: string): boolean {
    if (this.ended !== undefined) return this.ended === "closed"
    this.chunks.push(text)
    this.wake?.()
    return true
  }

  take(): string | undefined {
    return this.chunks.shift()
  }

  /** No more is written; what is on its way still arrives. */
  end(how: "closed" | "broken"): void {
    if (this.ended !== undefined) return
    this.ended = how
    this.wake?.()
  }

  /** No more is written, and what is on its way is lost. */
  cut(how: "closed" | "broken"): void {
    this.chunks.length = 0
    this.end(how)
  }

  listen(wake: () => void): void {
    this.wake = wake
  }
}

class EcrEnd implements Connection {
  private readonly toTerminal: Pipe
  private readonly toEcr: Pipe

  constructor(toTerminal: Pipe, toEcr: Pipe) {
    this.toTerminal = toTerminal
    this.toEcr = toEcr
  }

  write(text: string): Effect.Effect<void, ConnectionLost> {
    return Effect.suspend(() =>
      this.toTerminal.write(text) ? Effect.void : Effect.fail(new ConnectionLost({ detail: "reset by the terminal" }))
    )
  }

  receive(listener: Listener): void {
    const { toEcr } = this
    const wake = () => {
      for (let chunk = toEcr.take(); chunk !== undefined; chunk = toEcr.take()) listener.heard(chunk)
      if (toEcr.ended !== undefined) listener.ended(toEcr.ended)
    }
    toEcr.listen(wake)
    wake()
  }

  close(): void {
    this.toTerminal.end("closed")
    this.toEcr.cut("closed")
  }
}

class TerminalEnd implements Line {
  readonly peer = "memory"
  private readonly toTerminal: Pipe
  private readonly toEcr: Pipe

  constructor(toTerminal: Pipe, toEcr: Pipe) {
    this.toTerminal = toTerminal
    this.toEcr = toEcr
  }

  listen(wake: () => void): void {
    this.toTerminal.listen(wake)
  }

  take(): string | undefined {
    return this.toTerminal.take()
  }

  ended(): boolean {
    return this.toTerminal.ended !== undefined
  }

  send(text: string): void {
    this.toEcr.write(text)
  }

  end(): void {
    this.toEcr.end("closed")
  }

  reset(): void {
    this.toEcr.cut("broken")
    this.toTerminal.cut("broken")
  }
}
