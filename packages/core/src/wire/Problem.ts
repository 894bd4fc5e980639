/**
 * Why this toolkit's server did not serve a request. The contract's {@link ErrorResponse} is what every server of the API
 * may answer; a `Problem` has all of its fields, and more details.
 */
import * as Schema from "effect/Schema"
import { Finding } from "../Finding.ts"
import { TerminalEvidence } from "../TerminalEvidence.ts"
import { AttemptState } from "./Attempt.ts"

/** What is known about the problem; which fields there are depends on the code. */
export const ProblemDetails = Schema.Struct({
  path: Schema.optionalKey(Schema.String),
  expected: Schema.optionalKey(Schema.String),
  actual: Schema.optionalKey(Schema.String),
  findings: Schema.optionalKey(Schema.Array(Finding)),
  /** Path of the attempt, such as `/attempts/mwot5pa80ad8xeo`. */
  attempt: Schema.optionalKey(Schema.String),
  state: Schema.optionalKey(AttemptState),
  kind: Schema.optionalKey(Schema.String),
  detail: Schema.optionalKey(Schema.String),
  reason: Schema.optionalKey(Schema.String),
  /** What the terminal sent of a payment whose outcome is unknown, masked. */
  evidence: Schema.optionalKey(TerminalEvidence),
  /** Minor units that were charged. */
  paid: Schema.optionalKey(Schema.Int),
  tip: Schema.optionalKey(Schema.Int),
  seconds: Schema.optionalKey(Schema.Int),
  recorded: Schema.optionalKey(Schema.Unknown)
}).annotate({ identifier: "ProblemDetails" })
export type ProblemDetails = typeof ProblemDetails.Type

export const Problem = Schema.Struct({
  error: Schema.Struct({
    status: Schema.Int,
    code: Schema.String,
    message: Schema.String,
    description: Schema.String,
    /** A text with 401, as on the live service. */
    details: Schema.Union([ProblemDetails, Schema.String])
  })
}).annotate({ identifier: "Problem" })
export type Problem = typeof Problem.Type
