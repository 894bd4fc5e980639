/**
 * What an exchange comes to: a clear answer, or why the outcome is unknown. Looks at what has arrived, never at a clock.
 */
import { OutcomeUnknown } from "@hipay-pos/core/Terminal"
import * as Duration from "effect/Duration"
import * as Result from "effect/Result"
import type * as Request from "../Request.ts"
import * as Response from "../Response.ts"
import * as Tlv from "../Tlv.ts"
import type { Inbox } from "./Inbox.ts"

/** A clear answer: done or not done, and it contradicts nothing. */
export interface Answer extends Response.Decoded {
  /** The answer as it came, card numbers masked. */
  readonly frame: string
  /** Milliseconds from the write to the answer's last byte or the end of the wait for more. */
  readonly elapsed: number
}

export type Conclusion = Result.Result<Answer, OutcomeUnknown>

/** What was asked, and how long the answer could take. */
export interface Question {
  readonly request: Request.Request
  readonly settings: { readonly answerDeadline: Duration.Input }
}

/** The answer, or why there is none. */
export const conclude = (question: Question, inbox: Inbox, elapsed: number): Conclusion => {
  const [first, ...others] = inbox.answers()
  if (first === undefined) return withoutAnswer(question, inbox)
  const decoded = Response.fromFields(first.fields, first.warnings, question)
  const { status } = decoded.response
  const repeated = others.map((other) => Response.fromFields(other.fields, other.warnings, question))
  if (repeated.some(({ response }) => differ(decoded.response, response))) {
    return unknown("Contradictory", "two answers that say different things", inbox)
  }
  // Two that say done need not repeat each other's fields; one that says not done contradicts itself wherever it stands.
  const denied = repeated.find(({ response, contradiction }) => response.status === "not-done" && contradiction)
  const contradiction = decoded.contradiction ?? denied?.contradiction
  if (contradiction !== undefined) return unknown("Contradictory", contradiction, inbox)
  if (status !== "done" && status !== "not-done") {
    return unknown("Garbled", `the action status ${status} is not known`, inbox)
  }
  const { response, fields, warnings } = decoded
  return Result.succeed({ response, fields, warnings, frame: Tlv.encode(first.fields), elapsed })
}

/** Two answers to one request: of another status, or both done and not for the same. What is absent differs from nothing. */
const differ = (one: Response.Response, other: Response.Response): boolean =>
  one.status !== other.status ||
  (one.status === "done" &&
    (["amount", "currency", "action"] as const).some(
      (key) => one[key] !== undefined && other[key] !== undefined && one[key] !== other[key]
    ))

const withoutAnswer = (question: Question, inbox: Inbox): Conclusion => {
  if (inbox.malformed !== undefined) return unknown("Garbled", inbox.malformed.message, inbox)
  if (inbox.ended === undefined) return silence(question, inbox)
  const how = inbox.ended === "closed" ? "the terminal ended the connection" : "the connection broke"
  if (inbox.isEmpty()) return unknown("CutLine", `${how} without an answer`, inbox)
  if (inbox.isCut()) return unknown("CutLine", `${how} inside a field`, inbox)
  return inbox.isAcknowledged()
    ? unknown("AcknowledgedOnly", `${how} after it had taken the request into account`, inbox)
    : unknown("Garbled", "an answer without an action status", inbox)
}

/** The deadline has passed without a whole answer. */
export const silence = ({ settings }: Question, inbox: Inbox): Conclusion => {
  const within = Duration.format(Duration.fromInputUnsafe(settings.answerDeadline))
  return inbox.isAcknowledged()
    ? unknown("AcknowledgedOnly", `taken into account, then no answer within ${within}`, inbox)
    : unknown("SilentAfterSend", `no whole answer within ${within}`, inbox)
}

/** Why the outcome is unknown, with what had come until then. */
export const unknown = (kind: OutcomeUnknown["kind"], detail: string, inbox: Inbox): Conclusion =>
  Result.fail(new OutcomeUnknown({ kind, detail, received: inbox.received() }))
