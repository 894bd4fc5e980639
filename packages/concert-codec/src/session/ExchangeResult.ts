/**
 * The result of an exchange: a clear answer, or why the outcome is unknown. Depends only on the bytes received, not on a clock.
 */
import * as Card from "@hipay-pos/core/Card"
import { OutcomeUnknown } from "@hipay-pos/core/Terminal"
import type { Contradiction } from "@hipay-pos/core/TerminalEvidence"
import * as Duration from "effect/Duration"
import * as Result from "effect/Result"
import * as ActionStatus from "../ActionStatus.ts"
import { amountText } from "../internal/amountText.ts"
import { isContradicted, statusHidden } from "../internal/hiddenStatus.ts"
import { pluralize } from "../internal/pluralize.ts"
import { brief } from "../internal/printable.ts"
import type { Message } from "../MessageParser.ts"
import * as Response from "../Response.ts"
import * as Tlv from "../Tlv.ts"
import type { Answer, RequestContext } from "./Answer.ts"
import { evidenceOf } from "./evidenceOf.ts"
import type { ReceivedMessages } from "./ReceivedMessages.ts"

export type ExchangeResult = Result.Result<Answer, OutcomeUnknown>

/** How long an exchange has waited, in milliseconds. */
export interface Waited {
  /** Since the write. */
  readonly elapsed: number
  /** Since a message began after an answer. */
  readonly behind: number
}

/** The clear answer, or why the outcome is unknown. */
export const evaluate = (context: RequestContext, received: ReceivedMessages, waited: Waited): ExchangeResult => {
  const [first, ...others] = received.answers()
  if (first === undefined) return withoutAnswer(context, received, waited)
  const decode = (message: Message) => decodeFor(context, message)
  const decoded = decode(first)
  const { status = "" } = decoded.response
  const repeated = others.map(decode)
  const second = repeated.find(({ response }) => differ(decoded.response, response))
  if (second !== undefined) return contradictory(context, [twoAnswers(decoded.response, second.response)], received)
  const contradictions = [
    decoded.contradictions,
    // A further answer need not repeat the amount.
    ...repeated.map((each) => each.contradictions.filter(({ kind }) => kind !== "amount-missing"))
  ].find(({ length }) => length > 0)
  if (contradictions !== undefined) return contradictory(context, contradictions, received)
  const all = received.all()
  if (all.length > 1 && all.some((message) => isContradicted(decoded.response.status, decode(message).warnings))) {
    return contradictory(context, [statusHidden], received)
  }
  if (!received.isSettled()) return withoutAnswer(context, received, waited)
  if (status === "not-done" && received.hasAnswerWithoutStatus()) {
    const detail = `${summaryOf(decoded.response)}, and another answer without a final action status`
    return unknown(context, "Garbled", detail, received)
  }
  if (status !== "done" && status !== "not-done") {
    return unknown(context, "Garbled", `the action status "${brief(status)}" is not known`, received)
  }
  return Result.succeed({ ...decoded, frame: Tlv.shown(first.fields), elapsed: waited.elapsed })
}

const decodeFor = (context: RequestContext, { fields, warnings }: Message): Response.Decoded =>
  Response.fromFields(fields, warnings, { ...context.reading, request: context.request })

/** The answer contradicts itself or the request. */
export const contradictory = (
  context: RequestContext,
  contradictions: ReadonlyArray<Contradiction>,
  received: ReceivedMessages
): ExchangeResult => {
  const detail = contradictions.map(({ message }) => message).join("; ")
  return unknown(context, "Contradictory", detail, received, contradictions)
}

const twoAnswers = (one: Response.Response, other: Response.Response): Contradiction => ({
  kind: "second-answer",
  message: `two answers that say different things: ${summaryOf(one)}, then ${summaryOf(other)}`
})

const summaryOf = (response: Response.Response): string => {
  const { status = "", amount, currency, complement } = response
  const authorization = status === "done" ? authorizationOf(response) : undefined
  const details = [
    ...(amount === undefined ? [] : [amountText(amount, currency)]),
    ...(authorization === undefined ? [] : [`authorization ${authorization}`]),
    ...(complement === undefined || status === "done" ? [] : [ActionStatus.label(complement)])
  ]
  return [
    status === "not-done" ? "not done" : brief(status),
    ...(details.length === 0 ? [] : [`(${details.join(", ")})`])
  ].join(" ")
}

/**
 * Whether two answers to one request differ in status, or are both done but differ in amount, currency, action or authorization
 * number. Absent fields are not compared.
 */
const differ = (one: Response.Response, other: Response.Response): boolean =>
  one.status !== other.status ||
  (one.status === "done" &&
    [amountOf, currencyOf, actionOf, authorizationOf].some((read) => {
      const [first, second] = [read(one), read(other)]
      return first !== undefined && second !== undefined && first !== second
    }))

const amountOf = ({ amount }: Response.Response) => amount
const currencyOf = ({ currency }: Response.Response) => currency
const actionOf = ({ action }: Response.Response) => action
const authorizationOf = ({ authorizationNumber }: Response.Response) => Card.authorizationNumberOf(authorizationNumber)

/** No answer, or one that cannot stand because of what has begun after it. */
const withoutAnswer = (context: RequestContext, received: ReceivedMessages, waited: Waited): ExchangeResult => {
  const { malformed } = received
  const because = (kind: OutcomeUnknown["kind"], detail: string) =>
    unknown(context, kind, before(context, received) + detail, received)
  if (malformed !== undefined) return because("Garbled", received.stopped()?.problem ?? malformed.message)
  if (received.isFull)
    return because("Garbled", `more than ${pluralize(context.settings.maximumBytes, "byte")}${stopText(received)}`)
  if (received.ended === undefined) return silence(context, received, waited)
  const how = received.ended === "closed" ? "the terminal ended the connection" : "the connection broke"
  if (received.isEmpty()) return because("CutLine", `${how} without an answer`)
  if (received.isCut()) return because("CutLine", `${how}${stopText(received)}`)
  return received.isAcknowledged()
    ? because("AcknowledgedOnly", `${how} after it had taken the request into account`)
    : because("Garbled", "an answer without an action status")
}

/** Time ran out without a whole answer, or in the middle of what began after one. */
export const silence = (context: RequestContext, received: ReceivedMessages, { behind }: Waited): ExchangeResult => {
  const said = before(context, received)
  const within = Duration.format(Duration.millis(said === "" ? context.settings.answerTimeout : behind))
  return received.isAcknowledged()
    ? unknown(context, "AcknowledgedOnly", `${said}taken into account, then no answer within ${within}`, received)
    : unknown(context, "SilentAfterSend", `${said}no whole answer within ${within}${stopText(received)}`, received)
}

/** The beginning of a sentence, with the answer that another message has begun after; empty if there is none. */
const before = (context: RequestContext, received: ReceivedMessages): string => {
  const [first] = received.answers()
  return first === undefined ? "" : `${summaryOf(decodeFor(context, first).response)}, and another message behind it: `
}

/** The end of a sentence: where the bytes stop. */
const stopText = (received: ReceivedMessages): string => {
  const stopped = received.stopped()
  return stopped === undefined ? "" : `: ${stopped.problem}`
}

/** Why the outcome is unknown, with everything received so far. */
export const unknown = (
  context: RequestContext,
  kind: OutcomeUnknown["kind"],
  detail: string,
  received: ReceivedMessages,
  contradictions: ReadonlyArray<Contradiction> = []
): ExchangeResult => {
  const evidence = evidenceOf(context, received, contradictions)
  return Result.fail(new OutcomeUnknown({ kind, detail, ...(evidence && { evidence }) }))
}
