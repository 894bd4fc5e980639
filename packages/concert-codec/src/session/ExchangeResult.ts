/** The result of an exchange: a clear answer, or why the outcome is unknown. Depends on the bytes received, not on a clock. */
import { OutcomeUnknown } from "@hipay-pos/core/Terminal"
import * as Duration from "effect/Duration"
import * as Result from "effect/Result"
import type * as Request from "../Request.ts"
import * as Response from "../Response.ts"
import * as Tlv from "../Tlv.ts"
import type { ReceivedMessages } from "./ReceivedMessages.ts"

/** A clear answer: done or not done, without a contradiction. */
export interface Answer extends Response.Decoded {
  /** The answer as received, card numbers masked. */
  readonly frame: string
  /** Milliseconds from the write to the answer's last byte or the end of the wait for more. */
  readonly elapsed: number
}

export type ExchangeResult = Result.Result<Answer, OutcomeUnknown>

/** The request, and how long its answer may take. */
export interface RequestContext {
  readonly request: Request.Request
  readonly settings: { readonly answerDeadline: Duration.Input }
}

/** The clear answer, or why the outcome is unknown. */
export const evaluate = (context: RequestContext, received: ReceivedMessages, elapsed: number): ExchangeResult => {
  const [first, ...others] = received.answers()
  if (first === undefined) return withoutAnswer(context, received)
  const decoded = Response.fromFields(first.fields, first.warnings, context)
  const { status } = decoded.response
  const repeated = others.map((other) => Response.fromFields(other.fields, other.warnings, context))
  if (repeated.some(({ response }) => differ(decoded.response, response))) {
    return unknown("Contradictory", "two answers that say different things", received)
  }
  // Two that say done need not repeat each other's fields; one that says not done contradicts itself wherever it stands.
  const denied = repeated.find(({ response, contradiction }) => response.status === "not-done" && contradiction)
  const contradiction = decoded.contradiction ?? denied?.contradiction
  if (contradiction !== undefined) return unknown("Contradictory", contradiction, received)
  if (status !== "done" && status !== "not-done") {
    return unknown("Garbled", `the action status ${status} is not known`, received)
  }
  const { response, fields, warnings } = decoded
  return Result.succeed({ response, fields, warnings, frame: Tlv.encode(first.fields), elapsed })
}

/** Two answers to one request differ in status, or both are done with another amount, currency or action. Absent fields are not compared. */
const differ = (one: Response.Response, other: Response.Response): boolean =>
  one.status !== other.status ||
  (one.status === "done" &&
    (["amount", "currency", "action"] as const).some(
      (key) => one[key] !== undefined && other[key] !== undefined && one[key] !== other[key]
    ))

const withoutAnswer = (context: RequestContext, received: ReceivedMessages): ExchangeResult => {
  if (received.malformed !== undefined) return unknown("Garbled", received.malformed.message, received)
  if (received.ended === undefined) return silence(context, received)
  const how = received.ended === "closed" ? "the terminal ended the connection" : "the connection broke"
  if (received.isEmpty()) return unknown("CutLine", `${how} without an answer`, received)
  if (received.isCut()) return unknown("CutLine", `${how} inside a field`, received)
  return received.isAcknowledged()
    ? unknown("AcknowledgedOnly", `${how} after it had taken the request into account`, received)
    : unknown("Garbled", "an answer without an action status", received)
}

/** The deadline has passed without a whole answer. */
export const silence = ({ settings }: RequestContext, received: ReceivedMessages): ExchangeResult => {
  const within = Duration.format(Duration.fromInputUnsafe(settings.answerDeadline))
  return received.isAcknowledged()
    ? unknown("AcknowledgedOnly", `taken into account, then no answer within ${within}`, received)
    : unknown("SilentAfterSend", `no whole answer within ${within}`, received)
}

/** Why the outcome is unknown, with everything received until then. */
export const unknown = (kind: OutcomeUnknown["kind"], detail: string, received: ReceivedMessages): ExchangeResult =>
  Result.fail(new OutcomeUnknown({ kind, detail, received: received.text() }))
