/**
 * An attempt as a record of a store has it, with what older and later versions write.
 *
 * Gateways of two versions share a store while a deploy is under way, and a shop may go back to the version before. A later
 * version may add fields that can be absent, kinds of events, and words under the names in {@link OPEN_WORDS}: this one keeps
 * them. Any other change is read one minor version before it is written: a schema of the shared store that is newer by one
 * keeps no gateway out. For files a new format does, too.
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

/** An error under the name that the file has for it. */
const StoredError = Schema.Union([
  Schema.Struct({ _tag: Schema.Literal("NotStarted"), kind: NotStarted.fields.kind, detail: Schema.String }),
  Schema.Struct({
    _tag: Schema.Literal("OutcomeUnknown"),
    kind: OutcomeUnknown.fields.kind,
    detail: Schema.String,
    evidence: Schema.optionalKey(TerminalEvidence),
    /** As older formats have it: the masked bytes alone. */
    received: Schema.optionalKey(Schema.String)
  })
])

/** As older formats have it: by the status that was sent. */
const StatusSent = Schema.Struct({ at: Schema.Finite, kind: Schema.Literal("answer"), status: Schema.Int })

/** As older versions named it. */
export const CONTRADICTED = "attempt.word.contradicted"

const StoredAlarm = Schema.Struct({
  ...Alarm.fields,
  code: Schema.Literals([...Alarm.fields.code.literals, CONTRADICTED])
})

const knownKinds: ReadonlySet<string> = new Set(AttemptEvent.members.map(({ fields }) => fields.kind.literal))

/** An event of a kind that only a later version has. */
const LaterEvent = Schema.Struct({
  at: Schema.Finite,
  kind: Schema.String.check(Schema.makeFilter((kind) => !knownKinds.has(kind))),
  frame: Schema.optionalKey(Schema.String)
})

/**
 * The names under which a word of a later version is read: none of them says whether and how much was paid, or what order it
 * was.
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
