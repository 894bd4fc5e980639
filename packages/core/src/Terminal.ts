/**
 * The port to a payment terminal: one request, one outcome, however long the customer takes.
 *
 * Its error separates two cases that must never be confused. `NotStarted` is an allow-list: nothing was sent, so trying
 * again is safe. Any failure once a byte may have left is `OutcomeUnknown`: the money may have moved, and the request must
 * not be repeated automatically.
 */
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { PaymentOutcome, PaymentRequest } from "./Payment.ts"
import { TerminalEvidence } from "./TerminalEvidence.ts"

/** A payment terminal; it takes one payment after another. */
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
    /** The terminal's protocol cannot express the request. */
    "EncodeFailed",
    /** The terminal's address refused the connection. */
    "ConnectionRefused",
    /** The terminal's name does not resolve. */
    "HostUnknown",
    /** There is no route, connecting took too long, or the connection could not be used. */
    "Unreachable",
    /** The terminal sent an answer before it was asked, perhaps to an earlier request. */
    "AnsweredEarly",
    /** The store that holds the payment failed, or did not confirm that this process may still send it. */
    "StoreFailed",
    /** The terminal was busy with another payment for longer than this one could wait. */
    "QueueFull",
    /** The certificate of the service that reaches the terminal was refused. */
    "Untrusted",
    /** A proxy on the way to that service asks for a login of its own. */
    "ProxyLogin",
    /** That service refused the login. */
    "LoginRefused",
    /** Something in front of that service, such as a firewall, refused the request without saying why. */
    "Blocked",
    /** That service refused the order before it asked a terminal. */
    "Rejected",
    /** That service reports, by an error code, that the payment was not started. */
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
    /** The terminal acknowledged the request and never said how it ended. */
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
    /** That service, or something in front of it, failed (5xx). */
    "ServerFailed",
    /** Its answer says neither paid nor refused, or is about another order. */
    "Inconclusive",
    /** That service itself reports that the outcome is unknown. */
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
