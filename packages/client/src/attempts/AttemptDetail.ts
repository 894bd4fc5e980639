/**
 * Attempts as core's schemas have them, read leniently: fields that the schemas do not know are kept, and a timeline entry
 * of an unknown kind becomes `other`, because later servers may tell more.
 */
import { Attempt, AttemptList, AttemptSummary } from "@hipay-pos/core/wire/Attempt"
import { ResolvedDamaged } from "@hipay-pos/core/wire/Resolution"
import { TimelineEntry } from "@hipay-pos/core/wire/TimelineEntry"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

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

/** All of an attempt. */
export interface AttemptDetail extends Omit<Attempt, "timeline"> {
  readonly timeline: ReadonlyArray<AttemptEntry>
}

const RawEntry = Schema.Struct({ at: Schema.String, kind: Schema.String })
const RawAttempt = Schema.Struct({ ...Attempt.fields, timeline: Schema.Array(Schema.Unknown) })

const entryOf = Schema.decodeUnknownResult(TimelineEntry)
const rawEntryOf = Schema.decodeUnknownResult(RawEntry)
const attemptOf = Schema.decodeUnknownResult(RawAttempt)
const listOf = Schema.decodeUnknownResult(AttemptList)
const summaryOf = Schema.decodeUnknownResult(AttemptSummary)

type Decoded<A> = Result.Result<A, Schema.SchemaError>

/** What a decoder made of an object, with the fields that its schema does not know. */
const kept = <A extends object>(json: unknown, decoded: A): A => ({ ...(json as object), ...decoded })

/** One attempt, from the JSON of the server. */
export const decodeAttempt = (json: unknown): Decoded<AttemptDetail> =>
  Result.gen(function* () {
    const attempt = yield* attemptOf(json)
    const timeline: Array<AttemptEntry> = []
    for (const entry of attempt.timeline) timeline.push(yield* decodeEntry(entry))
    return { ...kept(json, attempt), timeline }
  })

/** One entry of a timeline. */
export const decodeEntry = (json: unknown): Decoded<AttemptEntry> => {
  const known = entryOf(json)
  if (Result.isSuccess(known)) return Result.succeed(kept(json, known.success))
  return Result.map(rawEntryOf(json), ({ at, kind }) => ({ kind: "other", at, name: kind, json }))
}

const damagedOf = Schema.decodeUnknownResult(ResolvedDamaged)

/** What a resolution gives: the attempt, or what is known of one whose record is damaged. */
export const decodeResolved = (json: unknown): Decoded<AttemptDetail | ResolvedDamaged> =>
  typeof json === "object" && json !== null && "damaged" in json
    ? Result.map(damagedOf(json), (resolved) => kept(json, resolved))
    : decodeAttempt(json)

/** A line of the list, or a change of it. */
export const decodeSummary = (json: unknown): Decoded<AttemptSummary> =>
  Result.map(summaryOf(json), (summary) => kept(json, summary))

/** A page of the list. */
export const decodeList = (json: unknown): Decoded<AttemptList> =>
  Result.map(listOf(json), ({ attempts, ...rest }) => ({
    ...rest,
    attempts: attempts.map((each, index) => kept((json as { attempts: ReadonlyArray<unknown> }).attempts[index], each))
  }))
