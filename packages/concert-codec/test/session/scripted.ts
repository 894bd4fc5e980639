/** A terminal that does what the test says, and remembers what it was sent. */

import type { Arrival, Connection, Connector } from "@hipay-pos/concert-codec/Connection"
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
  private early: Array<Arrival> = []
  private listener: ((arrival: Arrival) => void) | undefined

  constructor(resolve?: Connector["resolve"]) {
    this.connector = {
      ...(resolve === undefined ? {} : { resolve }),
      connect: () => Effect.map(this.connecting, () => this.open())
    }
  }

  send(...chunks: ReadonlyArray<string>): void {
    for (const chunk of chunks) this.arrive(MessageParser.toBytes(chunk))
  }

  end(): void {
    this.arrive("closed")
  }

  breakOff(): void {
    this.arrive("broken")
  }

  private open(): Connection {
    this.connections++
    this.early = []
    this.listener = undefined
    return {
      write: (bytes) =>
        Effect.suspend(() => {
          this.writes.push(MessageParser.toText(bytes))
          if (this.writeFails) return Effect.fail(new ConnectionLost({ detail: "EPIPE" }))
          this.onWrite(this)
          return Effect.void
        }),
      receive: (listener) => {
        this.listener = listener
        this.early.forEach(listener)
      },
      close: () => {
        this.closed++
      }
    }
  }

  private arrive(arrival: Arrival): void {
    if (this.listener === undefined) this.early.push(arrival)
    else this.listener(arrival)
  }
}
