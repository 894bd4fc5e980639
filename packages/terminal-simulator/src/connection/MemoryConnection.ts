/**
 * A connection without a socket: two pipes in memory, one end for the ECR, one for the terminal.
 *
 * Chunks stay as they were written, and listeners are called synchronously by the write.
 */
import { type Connection, ConnectionFailed, type Listener } from "@hipay-pos/concert-codec/Connection"
import * as Effect from "effect/Effect"
import type { ByteChannel } from "./ByteChannel.ts"

/** Both ends of a connection. */
export interface Pair {
  readonly connection: Connection
  readonly channel: ByteChannel
}

/** An open connection. */
export const pair = (): Pair => {
  const toTerminal = new Pipe()
  const toEcr = new Pipe()
  return { connection: new EcrEnd(toTerminal, toEcr), channel: new TerminalEnd(toTerminal, toEcr) }
}

/** One direction. */
class Pipe {
  /** How it ended; the first end wins. */
  ended: "closed" | "broken" | undefined
  private readonly chunks: Array<string> = []
  private onReadable: (() => void) | undefined

  /** Returns false if the connection is broken. Drops what is written to a closed end. */
  write(text: string): boolean {
    if (this.ended !== undefined) return this.ended === "closed"
    this.chunks.push(text)
    this.onReadable?.()
    return true
  }

  read(): string | undefined {
    return this.chunks.shift()
  }

  /** Ends this direction after what was written. */
  end(how: "closed" | "broken"): void {
    if (this.ended !== undefined) return
    this.ended = how
    this.onReadable?.()
  }

  /** Ends this direction and drops what was not read. */
  cut(how: "closed" | "broken"): void {
    this.chunks.length = 0
    this.end(how)
  }

  setCallback(callback: () => void): void {
    this.onReadable = callback
  }
}

class EcrEnd implements Connection {
  private readonly toTerminal: Pipe
  private readonly toEcr: Pipe

  constructor(toTerminal: Pipe, toEcr: Pipe) {
    this.toTerminal = toTerminal
    this.toEcr = toEcr
  }

  write(text: string): Effect.Effect<void, ConnectionFailed> {
    return Effect.suspend(() =>
      this.toTerminal.write(text) ? Effect.void : Effect.fail(new ConnectionFailed({ detail: "reset by the terminal" }))
    )
  }

  receive(listener: Listener): void {
    const { toEcr } = this
    const wake = () => {
      for (let chunk = toEcr.read(); chunk !== undefined; chunk = toEcr.read()) listener.onData(chunk)
      if (toEcr.ended !== undefined) listener.onEnd(toEcr.ended)
    }
    toEcr.setCallback(wake)
    wake()
  }

  close(): void {
    this.toTerminal.end("closed")
    this.toEcr.cut("closed")
  }
}

class TerminalEnd implements ByteChannel {
  readonly peer = "memory"
  private readonly toTerminal: Pipe
  private readonly toEcr: Pipe

  constructor(toTerminal: Pipe, toEcr: Pipe) {
    this.toTerminal = toTerminal
    this.toEcr = toEcr
  }

  onReadable(callback: () => void): void {
    this.toTerminal.setCallback(callback)
  }

  read(): string | undefined {
    return this.toTerminal.read()
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
