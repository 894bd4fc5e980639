/**
 * An attempt as a store's record has it, including what older and later versions write.
 *
 * During a deployment gateways of two versions share a store, and a shop may go back to the previous version. A later version
 * may add optional fields, kinds of events, and words under the names in {@link OPEN_WORDS}, which this version preserves. Any
 * other change is read one minor version before it is written: a shared store accepts gateways one schema older. In files a new
 * format may bring it, too.
 */
import { Finding } from "@hipay-pos/core/Finding"
import { Money } from "@hipay-pos/core/Money"
import { PaymentOutcome } from "@hipay-pos/core/Payment"
import { NotStarted, OutcomeUnknown } from "@hipay-pos/core/Terminal"
import { TerminalEvidence } from "@hipay-pos/core/TerminalEvidence"
import { TerminalTarget } from "@hipay-pos/core/TerminalTarget"
import { TransactionType } from "@hipay-pos/core/TransactionType"
import { AttemptState, ReceivedAnswer, RecordedAnswer, TerminalKind } from "@hipay-pos/core/wire/Attempt"
import * as Schema from "effect/Schema"
import { Alarm, Resolution } from "../attempts/Attempt.ts"
import { AttemptEvent } from "../attempts/AttemptEvent.ts"
import { KeptNotification } from "../notifications/KeptNotification.ts"

/** An error with its name in the file. */
const StoredError = Schema.Union([
  Schema.Struct({ _tag: Schema.Literal("NotStarted"), kind: NotStarted.fields.kind, detail: Schema.String }),
  Schema.Struct({
    _tag: Schema.Literal("OutcomeUnknown"),
    kind: OutcomeUnknown.fields.kind,
    detail: Schema.String,
    evidence: Schema.optionalKey(TerminalEvidence),
    /** In older formats: only the masked bytes. */
    received: Schema.optionalKey(Schema.String)
  })
])

/** In older formats: the status that was sent. */
const StatusSent = Schema.Struct({ at: Schema.Finite, kind: Schema.Literal("answer"), status: Schema.Int })

/** The code's name in older versions. */
export const CONTRADICTED = "attempt.word.contradicted"

const StoredAlarm = Schema.Struct({
  ...Alarm.fields,
  code: Schema.Literals([...Alarm.fields.code.literals, CONTRADICTED]),
  /** A later version's may hold anything. */
  details: Schema.Record(Schema.String, Schema.Unknown)
})

const knownKinds: ReadonlySet<string> = new Set(AttemptEvent.members.map(({ fields }) => fields.kind.literal))

/** An event of a kind that only a later version knows. */
const LaterEvent = Schema.Struct({
  at: Schema.Finite,
  kind: Schema.String.check(Schema.makeFilter((kind) => !knownKinds.has(kind)))
})

/**
 * The fields in which unknown words of a later version are accepted: none of them says whether or how much was paid, or what
 * was ordered.
 */
export const OPEN_WORDS: ReadonlySet<string> = new Set([
  "terminal",
  "severity",
  "rule",
  "reason",
  "entryMode",
  "kind",
  "status",
  "as",
  "code",
  "provedBy"
])

export const StoredAttempt = Schema.Struct({
  id: Schema.String,
  key: Schema.Struct({ login: Schema.String, orderId: Schema.String, transactionType: TransactionType }),
  order: Schema.Unknown,
  amount: Money,
  target: TerminalTarget,
  terminal: TerminalKind,
  terminalName: Schema.optionalKey(Schema.String),
  guarded: Schema.optionalKey(Schema.Literal(true)),
  upstream: Schema.optionalKey(Schema.String),
  received: Schema.optionalKey(ReceivedAnswer),
  findings: Schema.Array(Finding),
  idempotencyKey: Schema.optionalKey(Schema.String),
  requestId: Schema.optionalKey(Schema.String),
  traceparent: Schema.optionalKey(Schema.String),
  openedAt: Schema.Finite,
  state: AttemptState,
  endedAt: Schema.optionalKey(Schema.Finite),
  outcome: Schema.optionalKey(PaymentOutcome),
  error: Schema.optionalKey(StoredError),
  moments: Schema.Array(Schema.Union([AttemptEvent, StatusSent, LaterEvent])),
  resolutions: Schema.optionalKey(Schema.Array(Resolution)),
  alarms: Schema.optionalKey(Schema.Array(StoredAlarm)),
  notifications: Schema.optionalKey(Schema.Array(KeptNotification)),
  provedBy: Schema.optionalKey(Schema.Literals(["notification"])),
  answer: Schema.optionalKey(RecordedAnswer),
  echoed: Schema.optionalKey(Schema.Array(Schema.String)),
  prunedAt: Schema.optionalKey(Schema.Finite),
  orderDigest: Schema.optionalKey(Schema.String)
})
export type StoredAttempt = typeof StoredAttempt.Type
