/**
 * The port to a payment terminal: one request, one outcome, however long the customer takes.
 *
 * Its error tells the two cases apart that must never be mixed up. `NotStarted` is an allow-list: nothing was sent, so
 * trying again is safe. Everything else after a byte may have left is `OutcomeUnknown`: the money may have moved, and
 * the request must not be repeated automatically.
 */
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { PaymentOutcome, PaymentRequest } from "./Payment.ts"
import { TerminalEvidence } from "./TerminalEvidence.ts"

/** A payment terminal that can be asked for one payment after another. */
export interface Terminal {
  /**
   * Asks for one payment and waits for its end. Interrupting it does not take back what was sent: a caller that must
   * not lose the outcome lets it run.
   */
  readonly perform: (request: PaymentRequest) => Effect.Effect<PaymentOutcome, TerminalError>
}

/** The payment was never started; nothing was sent. Safe to try again. */
export class NotStarted extends Schema.TaggedError<NotStarted>()("TerminalNotStarted", {
  kind: Schema.Literals([
    /** The request cannot be said in the terminal's protocol. */
    "EncodeFailed",
    /** The terminal's address refused the connection. */
    "ConnectionRefused",
    /** The terminal's name does not resolve. */
    "HostUnknown",
    /** No route, the connection was not made in time, or it could not be used. */
    "Unreachable",
    /** The store that has the payment failed, or did not say that this process may still send it. */
    "StoreFailed",
    /** The terminal was busy with another payment for longer than this one could wait. */
    "QueueFull",
    /** The certificate of the service that reaches the terminal was refused. */
    "Untrusted",
    /** A proxy on the way to that service asks for a login of its own. */
    "ProxyLogin",
    /** That service refused the login that it was asked with. */
    "LoginRefused",
    /** Something before that service refused the request without saying why, such as a firewall. */
    "Blocked",
    /** That service refused the order before it asked a terminal. */
    "Rejected",
    /** That service says by an error code that the payment was not started. */
    "Reported"
  ]),
  detail: Schema.String
}) {
  override get message() {
    return `payment not started (${this.kind}): ${this.detail}`
  }
}

/** A byte may have left and no clear answer came: whether it was paid is not known yet. */
export class OutcomeUnknown extends Schema.TaggedError<OutcomeUnknown>()("TerminalOutcomeUnknown", {
  kind: Schema.Literals([
    /** No answer within the deadline. */
    "SilentAfterSend",
    /** The connection ended before a whole answer. */
    "CutLine",
    /** The answer cannot be read. */
    "Garbled",
    /** The answer contradicts itself or the request. */
    "Contradictory",
    /** The terminal took the request into account and never said how it ended. */
    "AcknowledgedOnly",
    /** The service that reaches the terminal redirected the order, which is not followed. */
    "Redirected",
    /** Its answer has no body. */
    "Empty",
    /** Its answer is a page or another text. */
    "NotJson",
    /** Its answer's JSON stops in the middle. */
    "Truncated",
    /** Its answer is not UTF-8, or compressed although nothing asked for that. */
    "Charset",
    /** Its answer is larger than an answer can be. */
    "TooLarge",
    /** It, or something before it, failed (5xx). */
    "ServerFailed",
    /** Its answer says neither paid nor refused, or is about another order. */
    "Inconclusive",
    /** It says itself that the outcome is unknown. */
    "Reported"
  ]),
  detail: Schema.String,
  /** What the terminal sent and what speaks against it, masked; absent when nothing came. */
  evidence: Schema.optionalKey(TerminalEvidence)
}) {
  override get message() {
    return `payment outcome unknown (${this.kind}): ${this.detail}`
  }
}

/** Why a terminal gave no outcome. */
export class TerminalError extends Schema.TaggedError<TerminalError>()("TerminalError", {
  reason: Schema.Union([NotStarted, OutcomeUnknown])
}) {
  override get message() {
    return this.reason.message
  }
}
