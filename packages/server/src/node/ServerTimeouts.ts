/** How long a server waits for its terminals and its callers. */
import type * as Duration from "effect/Duration"

/** Those for terminals apply to every terminal without its own. */
export interface ServerTimeouts {
  /** How long a terminal may take to answer; 180 s by default. */
  readonly answerTimeout?: Duration.Input | undefined
  /** How long a connection to a terminal may take; 5 s by default. */
  readonly connectTimeout?: Duration.Input | undefined
  /** How long an order waits for its terminal's lock; 10 s by default. */
  readonly queueTimeout?: Duration.Input | undefined
  /** How long it still serves after it was asked to close, while `/readyz` sends new callers elsewhere; not at all by default. */
  readonly drainDelay?: Duration.Input | undefined
  /** How long a request may take to arrive; 30 s by default. */
  readonly requestTimeout?: Duration.Input | undefined
}
