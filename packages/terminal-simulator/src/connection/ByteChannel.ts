/**
 * The terminal's end of a connection. The other end is the ECR's: a socket, or `Connection` in memory.
 *
 * Sending never fails and never waits: when the ECR has gone, bytes go nowhere, and the terminal carries on.
 */

/** An accepted connection, seen by the terminal. */
export interface Line {
  /** Who calls, for events: `127.0.0.1:51514`, or `memory`. */
  readonly peer: string
  /** Names who is woken, synchronously, whenever a chunk has come or the ECR has ended its side or is gone. */
  readonly listen: (wake: () => void) => void
  /** The next chunk, if one is there, one character a byte. */
  readonly take: () => string | undefined
  /** Whether the ECR has ended its side; chunks may still be there. */
  readonly ended: () => boolean
  /** Hands a text over in one segment, one byte a character. */
  readonly send: (text: string) => void
  /** Ends the connection after what was sent (FIN). May be called again. */
  readonly end: () => void
  /** Breaks the connection (RST). */
  readonly reset: () => void
}
