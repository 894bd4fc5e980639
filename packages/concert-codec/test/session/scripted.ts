/** A terminal that follows the test's script, and remembers what it received. */

import type { Connection, Connector, Listener } from "@hipay-pos/concert-codec/Connection"
import { ConnectionFailed } from "@hipay-pos/concert-codec/Connection"
import type { NotStarted } from "@hipay-pos/core/Terminal"
import * as Effect from "effect/Effect"

export class Scripted {
  /** What each connection received, one entry per write. */
  readonly writes: Array<string> = []
  connections = 0
  closed = 0
  readonly connector: Connector
  /** Called at every write, so that a terminal can answer at once. */
  onWrite: (terminal: Scripted) => void = () => {}
  /** Called for every connection, so that a terminal can send before a request. */
  onConnect: (terminal: Scripted) => void = () => {}
  /** How connecting goes. */
  connecting: Effect.Effect<void, NotStarted> = Effect.void
  writeFails = false
  private early: Array<(listener: Listener) => void> = []
  private listener: Listener | undefined

  constructor(resolve?: Connector["resolve"]) {
    this.connector = {
      ...(resolve === undefined ? {} : { resolve }),
      connect: () => Effect.map(this.connecting, () => this.open())
    }
  }

  /** From now on, sends the same in answer to every write. */
  answers(...chunks: ReadonlyArray<string>): this {
    this.onWrite = () => this.send(...chunks)
    return this
  }

  /** From now on, sends the same in answer to every write, and closes the connection. */
  answersAndCloses(...chunks: ReadonlyArray<string>): this {
    this.onWrite = () => {
      this.send(...chunks)
      this.end()
    }
    return this
  }

  send(...chunks: ReadonlyArray<string>): void {
    for (const chunk of chunks) this.arrive((listener) => listener.onData(chunk))
  }

  end(): void {
    this.arrive((listener) => listener.onEnd("closed"))
  }

  breakOff(): void {
    this.arrive((listener) => listener.onEnd("broken"))
  }

  private open(): Connection {
    this.connections++
    this.early = []
    this.listener = undefined
    this.onConnect(this)
    return {
      write: (text) =>
        Effect.suspend(() => {
          this.writes.push(text)
          if (this.writeFails) return Effect.fail(new ConnectionFailed({ detail: "EPIPE" }))
          this.onWrite(this)
          return Effect.void
        }),
      receive: (listener) => {
        this.listener = listener
        for (const tell of this.early) tell(listener)
      },
      close: () => {
        this.closed++
      }
    }
  }

  private arrive(tell: (listener: Listener) => void): void {
    if (this.listener === undefined) this.early.push(tell)
    else tell(this.listener)
  }
}
