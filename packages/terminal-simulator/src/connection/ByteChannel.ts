/**
 * The terminal's end of a connection. The other end is the ECR's: a socket, or `Connection` in memory.
 *
 * Sending never fails and never waits: bytes for an ECR that has gone are dropped, and the terminal carries on.
 */

/** An accepted connection, seen by the terminal. */
export interface ByteChannel {
  /** The ECR's address, for events: `127.0.0.1:51514`, or `memory`. */
  readonly peer: string
  /** Sets the callback that runs, synchronously, whenever a chunk arrives or the ECR has ended its side or is gone. */
  readonly onReadable: (callback: () => void) => void
  /** The next chunk that has arrived, one character a byte. */
  readonly read: () => string | undefined
  /** Whether the ECR has ended its side; chunks may still be unread. */
  readonly ended: () => boolean
  /** Sends a text in one segment, one byte a character. */
  readonly send: (text: string) => void
  /** Ends the connection after what was sent (FIN). May be called again. */
  readonly end: () => void
  /** Breaks the connection (RST). */
  readonly reset: () => void
}
