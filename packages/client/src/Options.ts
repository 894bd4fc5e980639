/** Options of a client and of a payment. */
import type * as DurationText from "@hipay-pos/core/DurationText"
import type * as AttemptJournal from "./AttemptJournal.ts"
import type * as ErrorCode from "./ErrorCode.ts"
import type * as Server from "./Server.ts"

/** Options of a client. */
export interface Options extends Server.ServerOptions {
  /**
   * For a server that may move real money; if that server says that it is simulated, nothing is paid. Without `live`,
   * the server has to say that it is simulated. Needs a journal, or `"memory"`, which forgets payments at a crash.
   */
  readonly live?: boolean | undefined
  /** Remembers attempts; without one, they are remembered until the process ends. */
  readonly journal?: AttemptJournal.AttemptJournal | "memory" | undefined
  /** The time limit of a payment, from the call to its answer, waiting for the terminal included; 200 s by default. */
  readonly deadline?: DurationText.Input | undefined
  /**
   * Asks the server to accept the order at once and be polled for its end, so that a connection that breaks while the
   * customer pays does no harm. A server that does not support this answers as usual.
   */
  readonly async?: boolean | undefined
  /** Error codes that mean something else at this server than in the table, each with the evidence for it. */
  readonly errorCodes?: ErrorCode.Overrides | undefined
  /** Allows a browser page, although anyone who opens it can then read the credentials. */
  readonly allowCredentialsInPage?: boolean | undefined
}

/** A payment's progress: its order is being sent, or its answer came. */
export type Progress = "sent" | "answered"

/** Options of one payment. */
export interface PayOptions {
  readonly deadline?: DurationText.Input | undefined
  /**
   * Lets a server that supports it repeat its answer instead of refusing, and the client find the attempt there again; by default
   * the attempt's own id. A key whose digits may be a card number is not kept: the attempt is not found by it after a crash.
   */
  readonly idempotencyKey?: string | undefined
  /** The trace of the payment, as W3C's header `traceparent`; anything else is ignored. */
  readonly traceparent?: string | undefined
  /**
   * Called when the order is sent and when its answer has come, with the time since which the payment waits
   * (milliseconds since 1970), for a waiting customer's display. What it throws is ignored: a bug in a display must not
   * cost an outcome.
   */
  readonly onProgress?: ((progress: Progress, waiting: { readonly since: number }) => void) | undefined
  /** Stops waiting. After sending, the outcome is unknown: the terminal goes on. */
  readonly signal?: AbortSignal | undefined
}
