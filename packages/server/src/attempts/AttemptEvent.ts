/**
 * What happened during a payment, as stored with its attempt: the frames on the line, masked, and the screens of a simulated
 * terminal.
 */
import { ScreenShown } from "@hipay-pos/core/wire/TimelineEntry"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { PaymentEvent } from "../terminals/PaymentEvent.ts"

/** What a caller was told; `outcome` and `not-started` are final. */
export const AnsweredAs = Schema.Literals(["outcome", "not-started", "unknown", "defect"])
export type AnsweredAs = typeof AnsweredAs.Type

const event = <const Kind extends string, Fields extends Schema.Struct.Fields>(kind: Kind, fields: Fields) =>
  Schema.Struct({ at: Schema.Finite, kind: Schema.Literal(kind), ...fields })

/** One event of a payment; `at` is in milliseconds since 1970. Later versions may add kinds. */
export const AttemptEvent = Schema.Union([
  event("connected", { to: Schema.String }),
  event("terminal-request", { frame: Schema.String }),
  event("stage", { shown: Schema.TaggedStruct("Stage", ScreenShown.fields) }),
  event("fault", { fault: Schema.String, stage: Schema.String }),
  event("terminal-response", { frame: Schema.String }),
  event("upstream-request", { to: Schema.String }),
  event("upstream-response", { status: Schema.Int }),
  /** The caller got an answer; `listensUntil` is set if a late answer is still listened for. */
  event("answer", { as: AnsweredAs, listensUntil: Schema.optionalKey(Schema.Finite) }),
  /** After the caller was told that the outcome is unknown: the late answer, or why none will come. */
  event("late-response", { frame: Schema.optionalKey(Schema.String), detail: Schema.optionalKey(Schema.String) })
])
export type AttemptEvent = typeof AttemptEvent.Type

/** Converts an event of a payment to one that is stored; undefined if it is not stored. */
export const fromPaymentEvent = (event: PaymentEvent, at: number): AttemptEvent | undefined => {
  switch (event._tag) {
    case "Connected":
      return { at, kind: "connected", to: `${event.address.host}:${event.address.port}` }
    case "RequestSent":
      return { at, kind: "terminal-request", frame: event.frame }
    case "Answered":
      return { at, kind: "terminal-response", frame: event.frame }
    case "UpstreamAsked":
      return { at, kind: "upstream-request", to: event.upstream }
    case "UpstreamAnswered":
      return { at, kind: "upstream-response", status: event.answer.received.status }
    case "LateAnswer":
      return {
        at,
        kind: "late-response",
        ...(event.frame === undefined ? {} : { frame: event.frame }),
        ...(Result.isFailure(event.result) ? { detail: event.result.failure.message } : {})
      }
    case "Stage":
      return { at, kind: "stage", shown: event }
    case "Fault":
      return { at, kind: "fault", fault: event.fault, stage: event.stage }
    default:
      return undefined
  }
}
