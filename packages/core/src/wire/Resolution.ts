/** What a person says of an attempt whose outcome was unknown: as it is sent, and as it is recorded. */
import * as Schema from "effect/Schema"
import { Timestamp } from "./Timestamp.ts"

/** `set-aside`: still unknown, but the terminal may take the next order meanwhile. */
export const ResolvedAs = Schema.Literals(["approved", "declined", "set-aside"])
export type ResolvedAs = typeof ResolvedAs.Type

const Words = Schema.String.check(Schema.isTrimmed(), Schema.isMinLength(1), Schema.isMaxLength(500))

const words = {
  outcome: ResolvedAs,
  /** Who says so. */
  by: Words,
  /** What they have seen: a receipt's number, the terminal's journal, the customer's bank. */
  evidence: Words
}

/** The body of `POST /attempts/:id/resolve`. */
export const ResolveRequest = Schema.Struct({
  ...words,
  /** Records it although the line to the terminal is still open, and the terminal may yet answer. */
  override: Schema.optionalKey(Schema.Boolean)
}).annotate({ identifier: "ResolveRequest" })
export type ResolveRequest = typeof ResolveRequest.Type

/** A resolution as it is recorded. */
export const Resolution = Schema.Struct({
  at: Timestamp,
  outcome: ResolvedAs,
  by: Schema.String,
  evidence: Schema.String,
  /** The login that recorded it. */
  login: Schema.String,
  /** It was recorded although the terminal might still have answered. */
  override: Schema.optionalKey(Schema.Boolean)
}).annotate({ identifier: "Resolution" })
export type Resolution = typeof Resolution.Type
