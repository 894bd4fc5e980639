/**
 * Why this toolkit's server did not serve a request. The contract's {@link ErrorResponse} is what every server of the API
 * may answer; a `Problem` has all of its fields, and more details.
 */
import * as Schema from "effect/Schema"
import { Finding } from "../Finding.ts"
import { TerminalEvidence } from "../TerminalEvidence.ts"
import { AttemptState } from "./Attempt.ts"

/** What is known about the problem; the code determines which fields are present. */
export const ProblemDetails = Schema.Struct({
  path: Schema.optionalKey(Schema.String),
  expected: Schema.optionalKey(Schema.String),
  actual: Schema.optionalKey(Schema.String),
  findings: Schema.optionalKey(Schema.Array(Finding)),
  /** Path of the attempt, such as `/attempts/mwot5pa80ad8xeo`. */
  attempt: Schema.optionalKey(Schema.String),
  state: Schema.optionalKey(AttemptState),
  /** JSON paths at which the order differs from the earlier one. */
  differs: Schema.optionalKey(Schema.Array(Schema.String)),
  kind: Schema.optionalKey(Schema.String),
  detail: Schema.optionalKey(Schema.String),
  reason: Schema.optionalKey(Schema.String),
  /** What the terminal sent of a payment whose outcome is unknown, masked. */
  evidence: Schema.optionalKey(TerminalEvidence),
  /** Minor units that were asked for. */
  amount: Schema.optionalKey(Schema.Int),
  currency: Schema.optionalKey(Schema.String),
  /** Minor units that were charged. */
  paid: Schema.optionalKey(Schema.Int),
  tip: Schema.optionalKey(Schema.Int),
  seconds: Schema.optionalKey(Schema.Int),
  /** Why the terminal's answer proves nothing. */
  why: Schema.optionalKey(Schema.String),
  /** The service behind a relay. */
  upstream: Schema.optionalKey(Schema.String),
  /** HTTP status and body of that service's answer, if they prove nothing. */
  status: Schema.optionalKey(Schema.Int),
  answer: Schema.optionalKey(Schema.Unknown),
  recorded: Schema.optionalKey(Schema.Unknown)
}).annotate({ identifier: "ProblemDetails" })
export type ProblemDetails = typeof ProblemDetails.Type

/** The same as received, not decoded: any of them may be absent, or of another type. */
export type ReceivedDetails = { readonly [K in keyof ProblemDetails]: unknown }

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

/**
 * The problem codes of this toolkit's servers. A server of another version, or a proxy in front of it, may send others. Type a
 * code that is compared as this, so that a misspelt one does not compile.
 */
export type ProblemCode =
  // Those of the contract's own service; the first begins with a code of the contract's validator.
  | `${string}.openapi.requestValidation`
  | "connector.api.login.unauthorized"
  | "undefined.internal.server.error"
  | "unavailable.terminal.bad.request"
  | "busy.terminal.bad.request"
  // An order that is refused for what it says; the first begins with a finding's code.
  | `${string}.order.validation`
  | "order.validation"
  | "sandbox.code.unknown"
  | "unknown.terminal.bad.request"
  | "unsupported.terminal.bad.request"
  | "transaction.type.not.allowed"
  | "passphrase.not.set"
  | "cancel.not.supported"
  | "cancel.not.the.last"
  // An order that was sent before, or whose terminal has an undecided payment.
  | "attempt.already.approved"
  | "attempt.different"
  | "attempt.reversed"
  | "attempt.unresolved"
  | "terminal.unresolved"
  | "outcome.unknown"
  // An order that a relay could not have performed.
  | "relay.blocked"
  | "relay.certificate.refused"
  | "relay.host.unknown"
  | "relay.login.missing"
  | "relay.login.refused"
  | "relay.proxy.refused"
  | "relay.upstream.unreachable"
  // An attempt, and its resolution.
  | "attempt.answer.pending"
  | "attempt.damaged"
  | "attempt.not.found"
  | "attempt.not.proved"
  | "attempt.not.recorded"
  | "attempt.not.unknown"
  | "attempts.unreadable"
  | "resolution.not.recorded"
  | "resolution.unknown"
  // A request, its login and its bytes.
  | "body.too.large"
  | "cross.site"
  | "expectation.unknown"
  | "headers.too.large"
  | "host.not.allowed"
  | "host.repeated"
  | "malformed.json"
  | "malformed.request"
  | "method.not.allowed"
  | "no.such.space"
  | "request.malformed"
  | "request.too.slow"
  | "role.missing"
  | "route.not.found"
  | "server.closing"
  | "settings.not.taken"
  | "terminals.limited"
  | "unsupported.media.type"
  // The mock's own interface.
  | "fault.injected"
  | "notification.not.allowed"
  | "terminal.attached"
  | "terminal.unknown"
  | "wait.timed.out"
