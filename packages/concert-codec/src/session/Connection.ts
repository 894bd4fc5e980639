/**
 * The port to a terminal's byte stream: connect, write once, hear what arrives, close.
 *
 * A socket of Node and a simulated terminal in memory both stand behind it. Nothing here waits or retries: deadlines
 * belong to `ConcertSession`. There is no half-close, because terminals hang up without answering when they see one.
 */
import type { NotStarted } from "@hipay-pos/core/Terminal"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

/** Where a terminal listens. `host` may be a name; a connector resolves it once. */
export interface Address {
  readonly host: string
  readonly port: number
}

/** Hears what comes from the peer, synchronously as it arrives. */
export interface Listener {
  readonly heard: (text: string) => void
  /** The peer has ended its side, with a FIN or broken. The first end that is told counts, and nothing behind it does. */
  readonly ended: (how: "closed" | "broken") => void
}

/** An open byte stream to a terminal. Text stands for bytes, one character each (Latin-1), and keeps its borders. */
export interface Connection {
  /** Hands the whole request to the peer in one write. Once this has begun, a byte may have left. */
  readonly write: (text: string) => Effect.Effect<void, ConnectionLost>
  /** Names the listener; there is one. What has arrived before is told at once. */
  readonly receive: (listener: Listener) => void
  /** Ends both sides. Never throws, may be called again. */
  readonly close: () => void
}

/** Opens connections. Interrupting `connect` abandons the attempt; a connection is closed by its user. */
export interface Connector {
  /**
   * The address behind a name, asked for once per exchange: the queue of a terminal and the connection then use what it
   * gave. A connector without it takes addresses as they are.
   */
  readonly resolve?: (address: Address) => Effect.Effect<Address, NotStarted>
  readonly connect: (address: Address) => Effect.Effect<Connection, NotStarted>
  /** Says that `connect` never waits, as in memory: no deadline is then set for it. */
  readonly connectsAtOnce?: boolean
}

/** The connection broke: reset by the peer, or an error of the network. */
export class ConnectionLost extends Schema.TaggedError<ConnectionLost>()("ConnectionLost", {
  detail: Schema.String
}) {
  override get message() {
    return `connection lost: ${this.detail}`
  }
}
