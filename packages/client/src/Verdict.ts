/**
 * From an HTTP answer to what the payment came to.
 *
 * Not started is an allow-list of statuses; a failed payment is declined only where its code is a refusal. Everything
 * that proves neither is unknown.
 */

import * as Money from "@hipay-pos/core/Money"
import type { OrderRequest } from "@hipay-pos/core/Order"
import type { Approved, ApprovedInPart, Declined, DeclineReason, PaymentOutcome } from "@hipay-pos/core/Payment"
import * as Answer from "@hipay-pos/core/wire/Answer"
import * as Result from "effect/Result"
import * as ErrorCode from "./ErrorCode.ts"
import { AlreadyApproved, NotStarted, OutcomeUnknown, PosClientError } from "./PosClientError.ts"
import type { Received } from "./Transport.ts"

/** An outcome with the answer that it was read from. */
export type Paid = PaymentOutcome & {
  /** The answer's JSON as it came. */
  readonly raw: unknown
}

/** Statuses that are given before a terminal is asked. */
const rejections = new Set([400, 401, 403, 404, 405, 407, 413, 415, 422])

/** What the payment came to. */
export const fromAnswer = (request: OrderRequest, received: Received): Result.Result<Paid, PosClientError> => {
  const answer = Answer.read(received.json)
  const { status } = received
  const code = answer.problem?.code
  if (status === 200 || status === 201) return fromPayment(request, answer, status)
  const reported = code === "outcome.unknown" || code === "attempt.unresolved"
  // A rejection that also tells of a payment contradicts itself, and proves nothing.
  if (rejections.has(status) && answer.status === undefined && !reported) {
    const detail = answer.problem?.description ?? answer.problem?.message ?? `the server answered ${status}`
    return fail(new NotStarted({ kind: "Rejected", detail, status, ...(code === undefined ? {} : { code }) }))
  }
  const { attempt, recorded } = (answer.problem?.details ?? {}) as { attempt?: unknown; recorded?: unknown }
  const at = typeof attempt === "string" ? { attempt } : {}
  if (status === 409 && Answer.read(recorded).status === "success") {
    return fail(new AlreadyApproved({ recorded, ...at }))
  }
  return fail(
    new OutcomeUnknown({
      kind: reported ? "Reported" : "Inconclusive",
      detail: answer.problem?.description ?? `the server answered ${status}`,
      status,
      ...at,
      ...(code === undefined ? {} : { code })
    })
  )
}

const fail = (reason: PosClientError["reason"]): Result.Result<never, PosClientError> =>
  Result.fail(new PosClientError({ reason }))

const fromPayment = (
  request: OrderRequest,
  answer: Answer.Answer,
  status: number
): Result.Result<Paid, PosClientError> => {
  switch (answer.status) {
    case "success":
      return approved(request, answer, status)
    case "failure":
      return failed(answer, status)
    default:
      return inconclusive("the answer does not say whether it was paid", status)
  }
}

const inconclusive = (detail: string, status: number) =>
  fail(new OutcomeUnknown({ kind: "Inconclusive", detail, status }))

/** The echoed amount tells what was paid; it may be less than was asked for, and never more. */
const approved = (
  request: OrderRequest,
  answer: Answer.Answer,
  status: number
): Result.Result<Paid, PosClientError> => {
  const asked = request.order.amount
  if (answer.currency !== undefined && answer.currency !== asked.currency) {
    return inconclusive(`the answer is in ${answer.currency}, the order in ${asked.currency}`, status)
  }
  const amount = answer.amount ?? asked.minorUnits
  if (amount > asked.minorUnits || amount <= 0) {
    return inconclusive(`the answer says ${amount} minor units, the order ${asked.minorUnits}`, status)
  }
  const common = { card: {}, warnings: [], ...receiptOf(answer), raw: answer.raw }
  if (amount === asked.minorUnits) {
    return Result.succeed({ _tag: "Approved", amount: asked, ...common } satisfies Approved & { raw: unknown })
  }
  const paid = Money.make(amount, asked.currency)
  const remaining = Money.make(asked.minorUnits - amount, asked.currency)
  return Result.isSuccess(paid) && Result.isSuccess(remaining)
    ? Result.succeed({
        _tag: "ApprovedInPart",
        paid: paid.success,
        remaining: remaining.success,
        ...common
      } satisfies ApprovedInPart & { raw: unknown })
    : inconclusive("the answer's amount is none", status)
}

const failed = (answer: Answer.Answer, status: number): Result.Result<Paid, PosClientError> => {
  const { errorCode, errorDescription } = answer
  const meaning = ErrorCode.get(errorCode)
  const detail = errorDescription ?? meaning.en
  const code = errorCode === undefined ? {} : { code: errorCode }
  switch (meaning.meaning) {
    case "declined":
      return Result.succeed({
        _tag: "Declined",
        reason: reasonOf(errorCode),
        label: detail,
        ...(errorCode === undefined ? {} : { complement: errorCode }),
        card: {},
        warnings: [],
        ...receiptOf(answer),
        raw: answer.raw
      } satisfies Declined & { raw: unknown })
    case "not-started":
      return fail(new NotStarted({ kind: "Reported", detail, status, ...code }))
    case "unknown":
      return fail(new OutcomeUnknown({ kind: "Reported", detail, status, ...code }))
  }
}

const reasonOf = (code: string | undefined): DeclineReason => {
  switch (code) {
    case "02":
    case "04":
    case "05":
      return "refused"
    case "06":
    case "11":
      return "cancelled"
    case "08":
      return "timed-out"
    default:
      return "not-performed"
  }
}

/** A receipt of the API is the customer's copy. */
const receiptOf = ({ receipt }: Answer.Answer) =>
  receipt === undefined
    ? {}
    : { receipt: { format: /^\s*</.test(receipt) ? ("html" as const) : ("text" as const), customer: receipt } }
