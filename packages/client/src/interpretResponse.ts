/**
 * Turns an HTTP answer into a payment's outcome.
 *
 * Not started is an allow-list of statuses. A failed payment is declined only if its code is a refusal, and a
 * successful one is paid only if its code names no failure. Everything else is unknown.
 */

import { defined } from "@hipay-pos/core/Defined"
import { object } from "@hipay-pos/core/JsonObject"
import type { OrderRequest } from "@hipay-pos/core/Order"
import { Answer, Card, Receipt } from "@hipay-pos/core/plain"
import type { TerminalEvidence } from "@hipay-pos/core/TerminalEvidence"
import * as AnswerSigns from "@hipay-pos/core/wire/AnswerSigns"
import type { ProblemCode, ReceivedDetails } from "@hipay-pos/core/wire/Problem"
import * as Result from "effect/Result"
import * as Contradiction from "./Contradiction.ts"
import { codeAdvice } from "./codeAdvice.ts"
import * as ErrorCode from "./ErrorCode.ts"
import { interpretConflict } from "./interpretConflict.ts"
import type { PaymentResult } from "./PaymentResult.ts"
import { EARLIER_UNREADABLE, NotStarted, OutcomeUnknown, PosClientError } from "./PosClientError.ts"
import { besideAmount, paidOf } from "./paidOf.ts"
import { maskAnswer, maskPrinted, readable } from "./Redaction.ts"
import type { Broken, Received } from "./Transport.ts"

/** The answer to an order, with what else is known of the payment. */
export interface OrderAnswer extends Omit<Received, "_tag"> {
  readonly authorizationNumber?: string
}

/** Statuses that a server answers before it asks a terminal. */
const rejections = new Set([400, 401, 403, 404, 405, 407, 413, 415, 422])

/** Codes by which a server of this toolkit says that it has not started an order; the status alone would prove nothing. */
const refusals = new Map<ProblemCode | undefined, number>([
  ["request.too.slow", 408],
  ["terminal.unresolved", 409],
  ["cancel.not.the.last", 409],
  ["attempt.not.recorded", 500],
  ["server.closing", 503]
])

/**
 * Whether a server of this toolkit says in the dialect `cloud-api` that the terminal cannot be reached. HiPay's service
 * uses the same status and code, but names no attempt.
 */
const isUnreachable = (status: number, problem: Answer.AnswerProblem | undefined): boolean => {
  if (status !== 502 || codeOf(problem) !== "unavailable.terminal.bad.request") return false
  const { attempt, kind } = detailsOf(problem)
  return typeof attempt === "string" && typeof kind === "string"
}

/** A server may send any code; it is only compared with known ones. */
const codeOf = (problem: Answer.AnswerProblem | undefined) => problem?.code as ProblemCode | undefined

const detailsOf = (problem: Answer.AnswerProblem | undefined): ReceivedDetails => object(problem?.details)

/** Reads the terminal's evidence in a server's answer. */
export type ReadEvidence = (json: unknown) => TerminalEvidence | undefined

/** What is needed to interpret an answer. */
interface Reading {
  readonly request: OrderRequest
  readonly answer: Answer.Answer
  readonly received: OrderAnswer
  readonly overrides: ErrorCode.Overrides | undefined
  readonly readEvidence: ReadEvidence | undefined
}

/** A payment's outcome. Without `readEvidence`, an unknown outcome does not say what the terminal sent. */
export const interpretResponse = (
  request: OrderRequest,
  received: OrderAnswer,
  overrides?: ErrorCode.Overrides,
  readEvidence?: ReadEvidence
): Result.Result<PaymentResult, PosClientError> => {
  const answer = Answer.read(received.json)
  const { status } = received
  const repeated = Contradiction.repeatedName(received)
  if (repeated !== undefined) return unknown("Inconclusive", `the answer says ${repeated} twice`, status)
  if (Contradiction.hasOtherStatus(answer))
    return unknown("Inconclusive", "the answer says both success and failure", status)
  const about = answer.status === undefined ? undefined : Contradiction.otherSubject(request, answer)
  if (about !== undefined) return unknown("Inconclusive", `the answer is about ${about}`, status)
  const reading: Reading = { request, answer, received, overrides, readEvidence }
  if (status !== 200 && status !== 201) return fail(reasonOf(reading))
  switch (answer.status) {
    case "success":
      return approved(reading)
    case "failure":
      return failed(reading)
    default: {
      const { fault } = received
      return fault === undefined
        ? unknown("Inconclusive", "the answer does not say how it ended", status)
        : fail(new OutcomeUnknown({ kind: fault, status, ...withSigns(faults[fault], received.bytes) }))
    }
  }
}

/** Why a payment has no outcome whose answer broke off, or never came. */
export const interpretBroken = ({ detail, begun }: Broken): OutcomeUnknown =>
  new OutcomeUnknown({ kind: "CutLine", ...withSigns(detail, begun?.bytes) })

/**
 * Why an answer proves nothing. If it has signs of a payment, the reason says that it counts against a person who said that
 * nothing was paid.
 */
const withSigns = (detail: string, bytes: Received["bytes"]): Pick<OutcomeUnknown, "detail" | "reason"> =>
  bytes === undefined || AnswerSigns.read(utf8.decode(bytes)) === undefined
    ? { detail }
    : { detail: `${detail}, yet it has signs of a payment`, reason: "Inconclusive" }

const utf8 = new TextDecoder()

/** Why an answer that is not a success has no outcome. */
const reasonOf = ({ request, answer, received, overrides, readEvidence }: Reading): PosClientError["reason"] => {
  const { status } = received
  const { problem } = answer
  const code = codeOf(problem)
  const details = detailsOf(problem)
  const said = words(problem) ?? `the server answered ${status}`
  const serverAttempt = typeof details.attempt === "string" ? details.attempt : undefined
  const payment = Contradiction.paymentIn(answer, received, overrides)
  const reported = code === "outcome.unknown" || code === "attempt.unresolved"
  const rejected = rejections.has(status) || refusals.get(code) === status || isUnreachable(status, problem)
  const detail = rejected && payment !== undefined ? `${said}, but ${payment}` : said
  if (rejected && !reported && payment === undefined) {
    const kind = rejectionOf(status, problem)
    const unresolvedAttempt = code === "terminal.unresolved" ? serverAttempt : undefined
    const reason = reasonIn(details)
    // A refused login comes first, whatever the code says.
    const next = status === 401 ? undefined : codeAdvice(code, reason)
    return new NotStarted({ kind, detail, status, ...defined({ code, reason, unresolvedAttempt, next }) })
  }
  if (status === 409 && payment === undefined) {
    const reason = interpretConflict(request, details, defined({ detail, status, serverAttempt, code }))
    if (reason !== undefined) return reason
  }
  const isKeptBack = status === 500 && code === EARLIER_UNREADABLE && payment === undefined
  const told = code === "outcome.unknown" ? toldOf(details, readEvidence) : isKeptBack ? { reason: code } : {}
  const kind = reported ? "Reported" : kindOf(status)
  const signed = reported ? { detail } : withSigns(detail, received.bytes)
  return new OutcomeUnknown({ ...defined({ kind, status, serverAttempt, code }), ...signed, ...told })
}

/**
 * Who refused an order before a terminal was asked: a firewall or proxy in front of the server gives no problem
 * details.
 */
const rejectionOf = (status: number, problem: Answer.AnswerProblem | undefined): NotStarted["kind"] => {
  if (status === 407) return "ProxyLogin"
  return status === 403 && problem === undefined ? "Blocked" : "Rejected"
}

const reasonIn = ({ kind }: ReceivedDetails): string | undefined =>
  typeof kind === "string" ? readable(kind) : undefined

/** Why a server of this toolkit does not know the outcome, and what the terminal had sent. */
const toldOf = (
  details: ReceivedDetails,
  readEvidence: ReadEvidence | undefined
): Pick<OutcomeUnknown, "reason" | "received"> & { readonly detail?: string } =>
  defined({
    reason: reasonIn(details),
    detail: typeof details.detail === "string" ? readable(details.detail) : undefined,
    received: readEvidence?.(details.evidence)
  })

/** Whether an answer says what the terminal sent of a payment whose outcome is unknown. */
export const hasEvidence = ({ json }: OrderAnswer): boolean =>
  detailsOf(Answer.read(json).problem).evidence !== undefined

const words = (problem: Answer.AnswerProblem | undefined): string | undefined => {
  const text = problem?.description ?? problem?.message
  return text === undefined ? undefined : readable(text)
}

const kindOf = (status: number): OutcomeUnknown["kind"] => {
  if (status === 204 || status === 205) return "Empty"
  // Browsers report a redirect that is not followed as status 0.
  if (status === 0 || (status >= 300 && status < 400)) return "Redirected"
  return status >= 500 ? "ServerFailed" : "Inconclusive"
}

const faults = {
  Empty: "the answer is empty",
  NotJson: "the answer is a page or another text instead of JSON",
  Truncated: "the answer's JSON stops in the middle",
  Charset: "the answer's bytes are not UTF-8",
  TooLarge: "the answer is larger than an answer can be"
} as const

const fail = (reason: PosClientError["reason"]): Result.Result<never, PosClientError> =>
  Result.fail(new PosClientError({ reason }))

const unknown = (kind: OutcomeUnknown["kind"], detail: string, status: number) =>
  fail(new OutcomeUnknown({ kind, detail, status }))

const approved = ({ request, answer, received, overrides }: Reading): Result.Result<PaymentResult, PosClientError> => {
  const failure = Contradiction.failureIn(answer, overrides)
  if (failure !== undefined) {
    const code = readable(failure)
    const why = words(answer.problem) ?? ErrorCode.get(code.padStart(2, "0"), overrides).en
    const detail = `approved, yet with the error code ${code} (${why})`
    return fail(new OutcomeUnknown({ kind: "Inconclusive", detail, status: received.status, code }))
  }
  const { amount, transactionType } = request.order
  const beside = besideAmount(received.headers)
  return Result.match(paidOf(amount, answer, beside), {
    onFailure: (detail) => unknown("Inconclusive", detail, received.status),
    onSuccess: (paid) => {
      // A terminal takes back a whole sale, or it took back another one. Our servers say what remains if a person saw
      // it.
      if (transactionType === "Cancel" && paid._tag === "ApprovedInPart" && beside.remaining === undefined) {
        return unknown("Inconclusive", "the answer says that only a part was taken back", received.status)
      }
      return Result.succeed(withRaw({ ...paid, ...common(answer, received) }))
    }
  })
}

const failed = ({ answer, received, overrides }: Reading): Result.Result<PaymentResult, PosClientError> => {
  const { errorCode, errorDescription } = answer
  const { meaning, reason = "not-performed", en, fr } = ErrorCode.get(errorCode, overrides)
  const other = errorCode === undefined ? undefined : Contradiction.otherErrorIn(answer, overrides)
  if (other !== undefined) {
    const detail = `failed with the error codes ${readable(`${errorCode}`)} and ${readable(other)}`
    return unknown("Inconclusive", detail, received.status)
  }
  const detail = errorDescription === undefined ? en : readable(errorDescription)
  const isAuthorized = numberOf(answer, received) !== undefined || Contradiction.isAuthorized(answer)
  const isBelieved = meaning === "unknown" || (meaning === "declined" && isReasoned(errorCode, received))
  if (isAuthorized && !isBelieved) {
    return unknown("Inconclusive", `failed (${detail}), yet with an authorization number`, received.status)
  }
  if (meaning === "not-started" && Contradiction.hasReceipt(answer)) {
    return unknown("Inconclusive", `failed (${detail}), yet with a receipt`, received.status)
  }
  if (meaning === "declined") {
    return Result.succeed(
      withRaw({
        _tag: "Declined",
        reason,
        label: detail,
        ...defined({
          complement: errorCode,
          errorCode: errorCode === undefined ? undefined : { code: errorCode, en, fr }
        }),
        ...common(answer, received),
        warnings: warningsIn(received, isAuthorized ? [authorizedNotDone] : [])
      })
    )
  }
  const label = { en, fr }
  const told = defined({ kind: "Reported" as const, detail, status: received.status, label, code: errorCode })
  if (meaning === "unknown") return fail(new OutcomeUnknown({ ...told, ...withSigns(detail, received.bytes) }))
  return fail(new NotStarted({ ...told, ...defined({ next: codeAdvice(errorCode) }) }))
}

/** Whether a failure has a known cause: a code of the terminal, or a server that names its attempt. */
const isReasoned = (code: string | undefined, { headers }: OrderAnswer): boolean =>
  (code?.length === 2 && code !== "00") || headers.has("x-hipay-pos-attempt")

const authorizedNotDone = {
  code: "authorized-not-done",
  message: "an authorization number beside an answer that says failed"
}

const numberOf = (answer: Answer.Answer, { authorizationNumber }: OrderAnswer): string | undefined =>
  Card.authorizationNumberOf(authorizationNumber ?? numberIn(answer.raw))

const common = (answer: Answer.Answer, received: OrderAnswer) => {
  const { headers } = received
  const number = defined({ authorizationNumber: numberOf(answer, received) })
  return {
    card: number,
    ...number,
    amountSource: sourceOf(headers),
    warnings: warningsIn(received),
    ...receiptOf(answer),
    raw: () => maskAnswer(answer.raw)
  }
}

/** The warnings of the answer itself, and those that the server names by their codes: the attempt there has their texts. */
const warningsIn = (
  { headers }: OrderAnswer,
  own: PaymentResult["warnings"] = replayedIn(headers)
): PaymentResult["warnings"] => {
  const named = headers.get("x-hipay-pos-warnings")
  if (named === null) return own
  const codes = readable(named)
    .split(/[\s,]+/)
    .filter((code) => code !== "")
  const attempt = readable(headers.get("x-hipay-pos-attempt") ?? "")
  return [
    ...own.filter(({ code }) => !codes.includes(code)),
    ...codes.map((code) => ({ code, message: `${code}: see the server's attempt ${attempt}` }))
  ]
}

/** A warning if this answers an earlier request with the same `Idempotency-Key`. */
const replayedIn = (headers: OrderAnswer["headers"]) => {
  const at = headers.get("x-hipay-pos-replayed")
  return at === null ? [] : [{ code: "replayed", message: `paid by an earlier request, at ${readable(at)}` }]
}

/**
 * Servers that name their attempt echo the terminal's amount. The contract's own echo is the amount of the order, also
 * behind a relay.
 */
const sourceOf = (headers: OrderAnswer["headers"]): PaymentResult["amountSource"] =>
  headers.has("x-hipay-pos-attempt") && headers.get("x-hipay-pos-mode") !== "relay" ? "terminal" : "echo"

/** Reads the field under each name that HiPay's other APIs give it. */
const numberIn = (raw: unknown): string | undefined => {
  const root = object(raw)
  const found = root.authorization_number ?? root.authorizationNumber ?? root.authorization_code
  return typeof found === "string" && /^[0-9A-Za-z]{1,12}$/.test(found) ? found : undefined
}

/** A receipt of the API is the customer's copy. */
const receiptOf = ({ receipt }: Answer.Answer) =>
  receipt === undefined
    ? {}
    : {
        receipt: {
          format: Receipt.formatOf(receipt),
          customer: maskPrinted(receipt)
        }
      }

/** `raw` is not enumerable: an outcome can be cloned, stored and compared as plain data. */
const withRaw = <A extends { readonly raw: () => unknown }>(paid: A): A =>
  Object.defineProperty(paid, "raw", { enumerable: false })
