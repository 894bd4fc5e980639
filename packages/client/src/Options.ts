/** How a client is set up, and what may be said of one payment. */
import type * as DurationText from "@hipay-pos/core/DurationText"
import type * as AttemptJournal from "./AttemptJournal.ts"
import type * as ErrorCode from "./ErrorCode.ts"
import type * as Server from "./Server.ts"

/** How a client is set up. */
export interface Options extends Server.ServerOptions {
  /**
   * For a server that may move real money; one that says that it is simulated pays nothing then. Without it, the server
   * has to say so. Needs a journal, or `"memory"`, which forgets payments at a crash.
   */
  readonly live?: boolean | undefined
  /** Remembers attempts; without one, they are remembered until the process ends. */
  readonly journal?: AttemptJournal.AttemptJournal | "memory" | undefined
  /** For one payment, from the call to its answer, waiting for the terminal's turn included; 200 s by default. */
  readonly deadline?: DurationText.Input | undefined
  /**
   * Asks the server to take the order and to be asked for its end later, so that a line that is cut while the customer
   * pays costs nothing. A server that does not know this answers as always.
   */
  readonly async?: boolean | undefined
  /** Error codes that mean something else at this server than the table says, each with the evidence for it. */
  readonly errorCodes?: ErrorCode.Overrides | undefined
  /** Runs in a browser's page in spite of the credentials that anyone who opens it can then read. */
  readonly allowCredentialsInPage?: boolean | undefined
}

/** How far a payment is: its order left, or its answer came. */
export type Progress = "sent" | "answered"

/** Options of one payment. */
export interface PayOptions {
  readonly deadline?: DurationText.Input | undefined
  /** Lets a server that knows it give the same answer again instead of a refusal; the attempt's own id by default. */
  readonly idempotencyKey?: string | undefined
  /** The trace that the payment belongs to, as W3C's header `traceparent`; anything else is left out. */
  readonly traceparent?: string | undefined
  /**
   * Told when the order leaves and when its answer has come, with the moment since when it waits (milliseconds since
   * 1970), for a waiting customer's display. What it throws is ignored: a display's fault must not cost an outcome.
   */
  readonly onProgress?: ((progress: Progress, waiting: { readonly since: number }) => void) | undefined
  /** Stops waiting. After sending, the outcome is unknown: the terminal goes on. */
  readonly signal?: AbortSignal | undefined
}
