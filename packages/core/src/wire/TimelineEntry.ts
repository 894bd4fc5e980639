/**
 * One event of an attempt, from the request to the answer and what followed; `kind` says which.
 *
 * A reader shows the time and kind of an entry whose kind it does not know: later servers may add kinds.
 */
import * as Schema from "effect/Schema"
import { Finding } from "../Finding.ts"
import { TerminalEvidence } from "../TerminalEvidence.ts"
import { recordedFields } from "./Resolution.ts"
import { Timestamp } from "./Timestamp.ts"
import { upstreamNotificationFields } from "./UpstreamNotification.ts"

/** Something odd about a message that could still be read. */
export const MessageWarning = Schema.Struct({
  code: Schema.String,
  tag: Schema.optionalKey(Schema.String),
  offset: Schema.optionalKey(Schema.Int),
  message: Schema.String
}).annotate({ identifier: "MessageWarning" })
export type MessageWarning = typeof MessageWarning.Type

/** A field of a Concert message, explained for people. Values are masked. */
export interface MessageField {
  /** In bytes from the start of the message. */
  readonly offset: number
  readonly tag: string
  /** The tag's name; `unknown` for a tag that no public source documents. */
  readonly name: string
  readonly value: string
  /** What the value means, if that is not obvious. */
  readonly meaning?: string
  /** The vendor whose private tag it is. */
  readonly vendor?: string
  readonly warnings: ReadonlyArray<MessageWarning>
  /** The fields inside. */
  readonly fields?: ReadonlyArray<MessageField>
}

export const MessageField: Schema.Codec<MessageField> = Schema.Struct({
  offset: Schema.Int,
  tag: Schema.String,
  name: Schema.String,
  value: Schema.String,
  meaning: Schema.optionalKey(Schema.String),
  vendor: Schema.optionalKey(Schema.String),
  warnings: Schema.Array(MessageWarning),
  fields: Schema.optionalKey(Schema.Array(Schema.suspend((): Schema.Codec<MessageField> => MessageField)))
}).annotate({ identifier: "MessageField" })

/** What a simulated terminal's screen showed. */
export const ScreenShown = Schema.Struct({
  stage: Schema.String,
  screen: Schema.Array(Schema.String),
  amount: Schema.optionalKey(Schema.Int),
  currency: Schema.optionalKey(Schema.String),
  card: Schema.optionalKey(Schema.String),
  entryMode: Schema.optionalKey(Schema.String),
  authorizationNumber: Schema.optionalKey(Schema.String),
  complement: Schema.optionalKey(Schema.String)
})
export type ScreenShown = typeof ScreenShown.Type

/** The state of a notification; `recorded`: it is not sent, because its address is not allowed. */
export const NotificationState = Schema.Literals(["recorded", "pending", "delivered", "failed"])
export type NotificationState = typeof NotificationState.Type

const entry = <const Kind extends string, Fields extends Schema.Struct.Fields>(kind: Kind, fields: Fields) =>
  Schema.Struct({ at: Timestamp, kind: Schema.Literal(kind), ...fields })

const message = { frame: Schema.String, fields: Schema.optionalKey(Schema.Array(MessageField)) }

export const TimelineEntry = Schema.Union([
  entry("request", {
    method: Schema.String,
    path: Schema.String,
    requestId: Schema.optionalKey(Schema.String),
    body: Schema.Unknown
  }),
  entry("findings", { findings: Schema.Array(Finding) }),
  entry("connected", { to: Schema.String }),
  entry("terminal-request", message),
  entry("stage", ScreenShown.fields),
  entry("fault", { fault: Schema.String, stage: Schema.String }),
  entry("terminal-response", message),
  /** The order was sent to the service that a relay asks, and what came back. */
  entry("upstream-request", { to: Schema.String }),
  entry("upstream-response", { status: Schema.Int }),
  /** HiPay notified the relay of a transaction of this attempt. */
  entry("upstream-notification", upstreamNotificationFields),
  /** Why the outcome is unknown, and what was received: `frame` is all of it, `fields` the part that could be read. */
  entry("evidence", {
    reason: Schema.String,
    detail: Schema.String,
    ...message,
    evidence: TerminalEvidence
  }),
  /** After the caller was told that the outcome is unknown: the answer, or why there will be none. */
  entry("late-response", {
    frame: Schema.optionalKey(Schema.String),
    fields: Schema.optionalKey(Schema.Array(MessageField)),
    detail: Schema.optionalKey(Schema.String)
  }),
  entry("answer", {
    status: Schema.Int,
    headers: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
    body: Schema.optionalKey(Schema.Unknown)
  }),
  entry("resolution", recordedFields),
  /** For a person's attention: what happened, then what to do. */
  entry("alarm", {
    code: Schema.String,
    message: Schema.String,
    details: Schema.Record(Schema.String, Schema.Union([Schema.String, Schema.Finite]))
  }),
  entry("transaction", { reference: Schema.String, status: Schema.Int, message: Schema.String }),
  entry("notification", { id: Schema.String, status: Schema.Int, state: NotificationState })
]).annotate({ identifier: "TimelineEntry" })
export type TimelineEntry = typeof TimelineEntry.Type
