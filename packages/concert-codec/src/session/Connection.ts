/**
 * The port to a terminal's byte stream: connect, write once, receive data, close.
 *
 * Implemented by Node's sockets and by the simulated terminal in memory. It neither waits nor retries: deadlines belong
 * to `ConcertSession`. There is no half-close, because terminals hang up without answering when they see one.
 */
import type { NotStarted } from "@hipay-pos/core/Terminal"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

/** Where a terminal listens. `host` may be a name; a connector resolves it once. */
export interface Address {
  readonly host: string
  readonly port: number
}

/** Receives what the peer sends, synchronously as it arrives. */
export interface Listener {
  readonly onData: (text: string) => void
  /** The peer closed its side, or the connection broke. Later calls are ignored. */
  readonly onEnd: (how: "closed" | "broken") => void
}

/** An open byte stream to a terminal. Text stands for bytes, one character each (Latin-1), in the pieces received. */
export interface Connection {
  /** Hands the whole request to the peer in one write. Once it has begun, a byte may have left. */
  readonly write: (text: string) => Effect.Effect<void, ConnectionFailed>
  /** Sets the only listener, before the write; data that arrived earlier is delivered at once. */
  readonly receive: (listener: Listener) => void
  /** Ends both sides. Never throws; may be called again. */
  readonly close: () => void
}

/** Opens connections. Interrupting `connect` abandons the attempt; a connection is closed by its user. */
export interface Connector {
  /**
   * Resolves a name, once per exchange: the terminal's lock and the connection use the resolved address. Without it, addresses
   * are used as they are.
   */
  readonly resolve?: (address: Address) => Effect.Effect<Address, NotStarted>
  readonly connect: (address: Address) => Effect.Effect<Connection, NotStarted>
  /** `connect` never waits, as in memory, and needs no deadline. */
  readonly connectsAtOnce?: boolean
}

/** The connection broke: the peer reset it, or the network failed. */
export class ConnectionFailed extends Schema.TaggedError<ConnectionFailed>()("ConnectionFailed", {
  detail: Schema.String
}) {
  override get message() {
    return `connection lost: ${this.detail}`
  }
}
