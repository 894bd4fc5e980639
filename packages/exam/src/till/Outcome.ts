/**
 * The outcomes of a sale, as a till reports them and as an answer shows them.
 *
 * An answer that proves nothing, or that did not arrive completely, leaves the outcome unknown: it is never guessed. Answers
 * with 200 and 201 are interpreted as the client does.
 */
import { interpretResponse } from "@hipay-pos/client/response"
import * as CardNumber from "@hipay-pos/core/CardNumber"
import { defined } from "@hipay-pos/core/Defined"
import { isObject, type JsonObject, object } from "@hipay-pos/core/JsonObject"
import * as JsonText from "@hipay-pos/core/JsonText"
import type { OrderRequest } from "@hipay-pos/core/Order"
import * as Payment from "@hipay-pos/core/Payment"
import * as AttemptState from "@hipay-pos/core/wire/AttemptState"
import * as Result from "effect/Result"

/** The outcome of a sale, by the command line's names. */
export const outcomes = ["approved", "approved-in-part", "declined", "not-started", "unknown"] as const
export type Outcome = (typeof outcomes)[number]

/** The command line's exit codes. */
export const exitCodes: Readonly<Record<number, Outcome>> = {
  0: "approved",
  3: "not-started",
  4: "unknown",
  10: "declined",
  11: "approved-in-part"
}

export const isOutcome = (text: unknown): text is Outcome => (outcomes as ReadonlyArray<unknown>).includes(text)

/** Identifies an order in answers: a sale and its refund may have the same id. */
export interface OrderName {
  readonly orderId: string
  readonly transactionType: string
}

/** What an answer says about an order. */
export interface Told extends OrderName {
  readonly outcome: Outcome
  /** The paid amount in minor units, if the answer has it. */
  readonly paid?: number | undefined
  /** The attempt, if the answer names it. */
  readonly attempt?: string | undefined
}

/** An answer, as far as it was received. */
export interface AnswerSeen {
  readonly status: number
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

/** What a complete answer says about its order, or about the attempts of a query. */
export const toldBy = (order: Ordered | undefined, answer: AnswerSeen): ReadonlyArray<Told> =>
  order === undefined ? toldByLookUp(answer) : [toldByOrder(order, answer)]

interface Ordered extends OrderName {
  readonly amount: number
  readonly currency: string
}

const toldByOrder = (ordered: Ordered, answer: AnswerSeen): Told => {
  const { orderId, transactionType } = ordered
  const { status } = answer
  const json = bodyOf(answer)
  const details = object(object(json.error).details)
  const attempt = idIn(details.attempt ?? json.attempt ?? headerOf(answer, "x-hipay-pos-attempt"))
  const told = (outcome: Outcome, paid?: number): Told => defined({ orderId, transactionType, outcome, paid, attempt })
  const state = stateOf(json.state ?? details.state)
  if (state !== undefined && (status === 202 || status === 409)) {
    return told(state, typeof details.paid === "number" ? details.paid : undefined)
  }
  if (status === 200 || status === 201) {
    return Result.match(interpret(ordered, answer), {
      onFailure: ({ reason }) => told(reason._tag === "NotStarted" ? "not-started" : "unknown"),
      onSuccess: (result) => told(AttemptState.stateOf(result), Payment.chargedOf(result)?.minorUnits)
    })
  }
  const isOurs = isObject(json.error)
  const isRefused = status >= 400 && status < 500 && ![408, 409, 425, 429].includes(status)
  return told(isRefused && (isOurs || status === 401) ? "not-started" : "unknown")
}

const interpret = ({ orderId, transactionType, amount, currency }: Ordered, { status, headers, body }: AnswerSeen) => {
  // A till under examination may send any order, and the stored answer is masked.
  const order = { orderId: CardNumber.maskWritten(orderId), transactionType, amount: { minorUnits: amount, currency } }
  return interpretResponse({ order } as unknown as OrderRequest, {
    status,
    headers: new Headers(headers),
    json: Result.getOrUndefined(JsonText.parse(body)),
    bytes: new TextEncoder().encode(body)
  })
}

/**
 * Why the server refused an order without making an attempt; undefined if it did not. Refused logins do not count, because
 * the scenario causes them, nor do conflicts, which are about an earlier attempt.
 */
export const refusalIn = (answer: AnswerSeen): string | undefined => {
  const { status } = answer
  const problem = bodyOf(answer).error
  if (!isObject(problem) || status < 400 || status >= 500 || status === 401 || status === 409) return undefined
  const { attempt, path, expected, actual } = object(problem.details)
  if (attempt !== undefined) return undefined
  return typeof path === "string" && typeof expected === "string"
    ? `${path}: expected ${expected}, got ${actual}.`
    : `HTTP ${status}, ${problem.description}`
}

const toldByLookUp = (answer: AnswerSeen): ReadonlyArray<Told> => {
  if (answer.status !== 200) return []
  const json = bodyOf(answer)
  const listed = Array.isArray(json.attempts) ? (json.attempts as ReadonlyArray<unknown>) : [json]
  return listed.flatMap((each) => {
    const { id, orderId, transactionType, state, paid } = object(each)
    const outcome = stateOf(state)
    if (outcome === undefined || typeof orderId !== "string" || typeof transactionType !== "string") return []
    return {
      orderId,
      transactionType,
      outcome,
      ...(typeof paid === "number" ? { paid } : {}),
      ...(typeof id === "string" ? { attempt: id } : {})
    }
  })
}

/** The id in the path of an attempt. */
const idIn = (path: unknown): string | undefined => (typeof path === "string" ? path.split("/").at(-1) : undefined)

const headerOf = ({ headers }: AnswerSeen, sought: string): string | undefined =>
  Object.entries(headers).find(([name]) => name.toLowerCase() === sought)?.[1]

const stateOf = (state: unknown): Outcome | undefined =>
  state === "open" ? "unknown" : isOutcome(state) ? state : undefined

/** The JSON object in a body; an empty one if there is none. */
const bodyOf = ({ body }: AnswerSeen): JsonObject => object(Result.getOrUndefined(JsonText.parse(body)))
