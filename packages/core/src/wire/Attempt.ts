/**
 * Attempts as the server's HTTP interface shows them: a summary for lists and events, and the full attempt with its timeline.
 *
 * Shared by the server, which writes them, and everything that reads them: console, client and command line. Times are ISO
 * 8601 texts in UTC, amounts whole minor units. Frames and card data are masked when they are written; nothing here masks.
 */
import * as Schema from "effect/Schema"
import { Card } from "../Card.ts"
import { Finding } from "../Finding.ts"
import { PaymentOutcome } from "../Payment.ts"
import { TerminalEvidence } from "../TerminalEvidence.ts"
import { TransactionType } from "../TransactionType.ts"
import { attemptStates } from "./AttemptState.ts"
import { Resolution } from "./Resolution.ts"
import { TimelineEntry } from "./TimelineEntry.ts"
import { Timestamp } from "./Timestamp.ts"

/**
 * Where an attempt stands. `open`: under way. `unknown`: it may have been paid. After either, the order must not be sent
 * again before it is settled.
 */
export const AttemptState = Schema.Literals(attemptStates).annotate({ identifier: "AttemptState" })
export type AttemptState = typeof AttemptState.Type

/** How the terminal is reached: over the network, in the memory of a mock, or through HiPay's own service. */
export const TerminalKind = Schema.Literals(["dialled", "simulated", "relayed"])
export type TerminalKind = typeof TerminalKind.Type

/** Why there is no outcome. `NotStarted` alone proves that nothing was paid. */
export const AttemptError = Schema.Struct({
  reason: Schema.Literals(["NotStarted", "OutcomeUnknown"]),
  kind: Schema.String,
  detail: Schema.String,
  /** What the terminal sent of an unknown payment, masked; absent when nothing came. */
  evidence: Schema.optionalKey(TerminalEvidence)
}).annotate({ identifier: "AttemptError" })
export type AttemptError = typeof AttemptError.Type

const summaryFields = {
  id: Schema.String,
  orderId: Schema.String,
  transactionType: TransactionType,
  login: Schema.String,
  amount: Schema.Int,
  currency: Schema.String,
  terminal: Schema.Struct({
    name: Schema.String,
    kind: TerminalKind,
    /**
     * Whether the terminal takes one payment at a time: an unknown outcome blocks the next order until it is resolved or set
     * aside. Absent if not, and in older attempts at dialled terminals.
     */
    guarded: Schema.optionalKey(Schema.Boolean)
  }),
  state: AttemptState,
  openedAt: Timestamp,
  endedAt: Schema.optionalKey(Timestamp),
  /** What was charged, tip included, as the terminal said, or a person if it did not. Absent if nothing was. */
  paid: Schema.optionalKey(Schema.Int),
  /** Part of `paid`. */
  tip: Schema.optionalKey(Schema.Int),
  /** What the terminal reported about the card, even if the outcome is unknown. Absent if it reported nothing. */
  card: Schema.optionalKey(Card),
  error: Schema.optionalKey(AttemptError),
  /** The number of warnings, alarms included. */
  warnings: Schema.Int,
  /** Codes of what needs a person's attention; the timeline has the messages. */
  alarms: Schema.optionalKey(Schema.Array(Schema.String)),
  resolution: Schema.optionalKey(Resolution)
}

/** An attempt in a list, and in the event of each change. */
export const AttemptSummary = Schema.Struct(summaryFields).annotate({ identifier: "AttemptSummary" })
export type AttemptSummary = typeof AttemptSummary.Type

/** Attempts, the newest first, and the path of the next older ones. */
export const AttemptList = Schema.Struct({
  attempts: Schema.Array(AttemptSummary),
  next: Schema.optionalKey(Schema.String)
}).annotate({ identifier: "AttemptList" })
export type AttemptList = typeof AttemptList.Type

/**
 * The number of matching attempts in each state: the answer of `GET /attempts?format=counts`. The newest 10 000 are counted;
 * `more`: there are older ones.
 */
export const AttemptCounts = Schema.Struct({
  counts: Schema.Record(AttemptState, Schema.Int),
  more: Schema.Boolean
}).annotate({ identifier: "AttemptCounts" })
export type AttemptCounts = typeof AttemptCounts.Type

/** The answer to an order sent with `Prefer: respond-async`: the attempt has begun. */
export const Accepted = Schema.Struct({
  /** Path of the attempt. */
  attempt: Schema.String,
  id: Schema.String,
  state: Schema.Literal("open")
}).annotate({ identifier: "Accepted" })
export type Accepted = typeof Accepted.Type

/** The HTTP answer that the caller of the order got, or would have got. */
export const RecordedAnswer = Schema.Struct({
  status: Schema.Int,
  headers: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
  body: Schema.optionalKey(Schema.Unknown)
}).annotate({ identifier: "RecordedAnswer" })
export type RecordedAnswer = typeof RecordedAnswer.Type

/** The answer of the service that a relay asked. The body is its text without card numbers. */
export const ReceivedAnswer = Schema.Struct({
  status: Schema.Int,
  /** Selected headers: the content type, and what a server of this toolkit says about the payment. */
  headers: Schema.Record(Schema.String, Schema.String),
  body: Schema.String
}).annotate({ identifier: "ReceivedAnswer" })
export type ReceivedAnswer = typeof ReceivedAnswer.Type

/** All of an attempt. */
export const Attempt = Schema.Struct({
  ...summaryFields,
  connectedAt: Schema.optionalKey(Timestamp),
  sentAt: Schema.optionalKey(Timestamp),
  answeredAt: Schema.optionalKey(Timestamp),
  frames: Schema.Struct({ request: Schema.optionalKey(Schema.String), response: Schema.optionalKey(Schema.String) }),
  outcome: Schema.optionalKey(PaymentOutcome),
  findings: Schema.Array(Finding),
  resolutions: Schema.Array(Resolution),
  order: Schema.Unknown,
  answer: Schema.optionalKey(RecordedAnswer),
  /** For a relayed order: the service that was asked (`stage`, `production` or a host), and what it answered. */
  upstream: Schema.optionalKey(Schema.String),
  received: Schema.optionalKey(ReceivedAnswer),
  timeline: Schema.Array(TimelineEntry),
  /** When the attempt was pruned: order, receipt, answer and timeline were removed; key, outcome and amounts are left. */
  prunedAt: Schema.optionalKey(Timestamp)
}).annotate({ identifier: "Attempt" })
export type Attempt = typeof Attempt.Type
