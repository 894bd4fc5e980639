/** A terminal that does what the test says, and remembers what it was sent. */

import type { Connection, Connector } from "@hipay-pos/concert-codec/Connection"
import { ConnectionLost } from "@hipay-pos/concert-codec/Connection"
import * as MessageParser from "@hipay-pos/concert-codec/MessageParser"
import type { NotStarted } from "@hipay-pos/core/Terminal"
import * as Effect from "effect/Effect"

export class Scripted {
  /** What each connection was sent, one entry a write. */
  readonly writes: Array<string> = []
  connections = 0
  closed = 0
  readonly connector: Connector
  /** Called at every write, so that a terminal can answer at once. */
  onWrite: (terminal: Scripted) => void = () => {}
  /** How connecting goes. */
  connecting: Effect.Effect<void, NotStarted> = Effect.void
  writeFails = false
  private arrivals: Array<Effect.Effect<Uint8Array | undefined, ConnectionLost>> = []
  private reader: ((arrival: Effect.Effect<Uint8Array | undefined, ConnectionLost>) => void) | undefined

  constructor(resolve?: Connector["resolve"]) {
    this.connector = {
      ...(resolve === undefined ? {} : { resolve }),
      connect: () => Effect.map(this.connecting, () => this.open())
    }
  }

  send(...chunks: ReadonlyArray<string>): void {
    for (const chunk of chunks) this.arrive(Effect.succeed(MessageParser.toBytes(chunk)))
  }

  end(): void {
    this.arrive(Effect.succeed(undefined))
  }

  breakOff(): void {
    this.arrive(Effect.fail(new ConnectionLost({ detail: "ECONNRESET" })))
  }

  private open(): Connection {
    this.connections++
    this.arrivals = []
    return {
      write: (bytes) =>
        Effect.suspend(() => {
          this.writes.push(MessageParser.toText(bytes))
          if (this.writeFails) return Effect.fail(new ConnectionLost({ detail: "EPIPE" }))
          this.onWrite(this)
          return Effect.void
        }),
      read: Effect.callback((resume) => {
        const arrival = this.arrivals.shift()
        if (arrival !== undefined) return resume(arrival)
        this.reader = resume
        return Effect.sync(() => {
          this.reader = undefined
        })
      }),
      close: Effect.sync(() => {
        this.closed++
      })
    }
  }

  private arrive(arrival: Effect.Effect<Uint8Array | undefined, ConnectionLost>): void {
    const { reader } = this
    this.reader = undefined
    if (reader === undefined) this.arrivals.push(arrival)
    else reader(arrival)
  }
}
