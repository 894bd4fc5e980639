/**
 * Attempts as in core's schemas, read leniently because later servers may say more: fields and values that the schemas
 * do not know are kept, a timeline entry of an unknown kind becomes `other`, and an unknown outcome `Other`.
 */
import { PaymentOutcome } from "@hipay-pos/core/Payment"
import type { TransactionType } from "@hipay-pos/core/TransactionType"
import * as Wire from "@hipay-pos/core/wire/Attempt"
import type { AttemptState } from "@hipay-pos/core/wire/AttemptState"
import { ResolvedDamaged } from "@hipay-pos/core/wire/Resolution"
import { TimelineEntry } from "@hipay-pos/core/wire/TimelineEntry"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { type Decoded, lenient } from "../lenient.ts"

/** A timeline entry that this version does not know. */
export interface OtherEntry {
  readonly kind: "other"
  /** ISO 8601, UTC. */
  readonly at: string
  /** The kind that the server gave it. */
  readonly name: string
  /** The entry as it came. */
  readonly json: unknown
}

/** What happened to an attempt: an entry of its timeline. */
export type AttemptEntry = TimelineEntry | OtherEntry

/** An outcome that this version does not know: the attempt's `state` says what it means for the order. */
export interface OtherOutcome {
  readonly _tag: "Other"
  /** The tag that the server gave it. */
  readonly name: string
  /** The outcome as it came. */
  readonly json: unknown
}

/** The fields of an attempt that programs decide by. A later server may have other values, here and elsewhere. */
interface Words {
  /** A value that this version does not know may mean that the attempt was paid: see `AttemptJournal.isUnsettled`. */
  readonly state: AttemptState | (string & {})
  readonly transactionType: TransactionType | (string & {})
  readonly terminal: Omit<Wire.AttemptSummary["terminal"], "kind"> & {
    readonly kind: Wire.TerminalKind | (string & {})
  }
}

/** An attempt in a list, and in a change event. */
export interface AttemptSummary extends Omit<Wire.AttemptSummary, keyof Words>, Words {}

/** A whole attempt. */
export interface AttemptDetail extends Omit<Wire.Attempt, keyof Words | "outcome" | "timeline">, Words {
  readonly outcome?: PaymentOutcome | OtherOutcome
  readonly timeline: ReadonlyArray<AttemptEntry>
}

/** A page of the list. */
export interface AttemptList extends Omit<Wire.AttemptList, "attempts"> {
  readonly attempts: ReadonlyArray<AttemptSummary>
}

/** An attempt of the list or of a change event. */
export const decodeSummary = lenient<AttemptSummary>(Wire.AttemptSummary)

/** A page of the list. */
export const decodeList = lenient<AttemptList>(Wire.AttemptList)

interface Raw extends Omit<AttemptDetail, "outcome" | "timeline"> {
  readonly outcome?: unknown
  readonly timeline: ReadonlyArray<unknown>
}

const decodeRaw = lenient<Raw>(
  Schema.Struct({
    ...Wire.Attempt.fields,
    outcome: Schema.optionalKey(Schema.Unknown),
    timeline: Schema.Array(Schema.Unknown)
  })
)

/** One attempt, from the JSON of the server. */
export const decodeAttempt = (json: unknown): Decoded<AttemptDetail> =>
  Result.gen(function* () {
    const { outcome, ...attempt } = yield* decodeRaw(json)
    const timeline: Array<AttemptEntry> = []
    for (const entry of attempt.timeline) timeline.push(yield* decodeEntry(entry))
    return outcome === undefined
      ? { ...attempt, timeline }
      : { ...attempt, outcome: yield* decodeOutcome(outcome), timeline }
  })

const decodeKnown = lenient<{ readonly outcome: PaymentOutcome }>(Schema.Struct({ outcome: PaymentOutcome }))
const isTagged = Schema.is(Schema.Struct({ _tag: Schema.String }))
const tags: ReadonlySet<string> = new Set(PaymentOutcome.members.map(({ fields }) => fields._tag.schema.literal))

const decodeOutcome = (json: unknown): Decoded<PaymentOutcome | OtherOutcome> =>
  isTagged(json) && !tags.has(json._tag)
    ? Result.succeed({ _tag: "Other", name: json._tag, json })
    : Result.map(decodeKnown({ outcome: json }), ({ outcome }) => outcome)

const isEntry = Schema.is(TimelineEntry)
const decodeOther = Schema.decodeUnknownResult(Schema.Struct({ at: Schema.String, kind: Schema.String }))

/** One entry of a timeline. */
export const decodeEntry = (json: unknown): Decoded<AttemptEntry> =>
  isEntry(json)
    ? Result.succeed(json)
    : Result.map(decodeOther(json), ({ at, kind }) => ({ kind: "other", at, name: kind, json }))

const decodeDamaged = lenient<ResolvedDamaged>(ResolvedDamaged)

/** The answer to a resolution: the attempt, or what is known of one whose record is damaged. */
export const decodeResolved = (json: unknown): Decoded<AttemptDetail | ResolvedDamaged> =>
  typeof json === "object" && json !== null && "damaged" in json ? decodeDamaged(json) : decodeAttempt(json)
