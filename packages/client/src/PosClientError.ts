/**
 * Why a payment has no outcome, and what the till does next.
 *
 * `NotStarted` is an allow-list: nothing was paid, and trying again is safe. `OutcomeUnknown` is everything else once
 * the order may have left: somebody has to look at the terminal before anything is sent again. Neither holds card data,
 * credentials or the customer's data.
 */
import { Finding } from "@hipay-pos/core/Finding"
import * as Schema from "effect/Schema"

/** Nothing was paid. */
export class NotStarted extends Schema.TaggedError<NotStarted>()("NotStarted", {
  kind: Schema.Literals([
    /** Refused by the checks on this side; see the findings. */
    "InvalidOrder",
    /** The server refused the request (4xx) before any terminal was asked. */
    "Rejected",
    /** The server could not be reached. */
    "Unreachable",
    /** Cancelled by the caller before anything was sent. */
    "Aborted",
    /** The server said so with an error code that proves it. */
    "Reported",
    /** An earlier attempt of the same order is open or unknown; see `attempt`. */
    "Unsettled",
    /** The attempt could not be remembered, so nothing was sent. */
    "JournalFailed",
    /** The server does not say that it is simulated, and the client was not made with `live`. */
    "NotSimulated"
  ]),
  detail: Schema.String,
  /** HTTP status, where there was an answer. */
  status: Schema.optionalKey(Schema.Int),
  /** The server's code, such as `unavailable.terminal.bad.request`. */
  code: Schema.optionalKey(Schema.String),
  findings: Schema.optionalKey(Schema.Array(Finding)),
  /** The attempt of the journal that stands in the way. */
  attempt: Schema.optionalKey(Schema.String)
}) {
  get advice(): string {
    return this.kind === "Unsettled"
      ? "Find out how the earlier attempt ended and resolve it. Do not send the order again before."
      : "Nothing was paid. Mend what is wrong, then pay again."
  }
  override get message() {
    return `payment not started: ${this.detail}`
  }
}

/** Paid or not, nobody knows. */
export class OutcomeUnknown extends Schema.TaggedError<OutcomeUnknown>()("OutcomeUnknown", {
  kind: Schema.Literals([
    /** No answer within the deadline. */
    "TimedOut",
    /** Cancelled by the caller after the order may have left. */
    "Aborted",
    /** The connection broke. */
    "CutLine",
    /** An answer that proves nothing: a status or a body that says neither paid nor refused. */
    "Inconclusive",
    /** The server itself says that the outcome is unknown. */
    "Reported"
  ]),
  detail: Schema.String,
  status: Schema.optionalKey(Schema.Int),
  code: Schema.optionalKey(Schema.String),
  /** Where the server tells what has become of it, when it does. */
  attempt: Schema.optionalKey(Schema.String)
}) {
  readonly advice = "Look at the terminal or its receipt. Do not send the order again before you know."
  override get message() {
    return `payment outcome unknown: ${this.detail}`
  }
}

/** This order was paid before; the server gives the answer it recorded then. */
export class AlreadyApproved extends Schema.TaggedError<AlreadyApproved>()("AlreadyApproved", {
  recorded: Schema.Unknown,
  attempt: Schema.optionalKey(Schema.String)
}) {
  readonly advice = "The order is paid. Use the recorded answer; do not pay again."
  override get message() {
    return "this order was paid before"
  }
}

/** The client's one error. */
export class PosClientError extends Schema.TaggedError<PosClientError>()("PosClientError", {
  reason: Schema.Union([NotStarted, OutcomeUnknown, AlreadyApproved])
}) {
  override get message() {
    return this.reason.message
  }
  /** What the till does next, in one sentence. */
  get advice(): string {
    return this.reason.advice
  }
}
