/**
 * The one place where an error becomes a status and a body, in the contract's shape, and an outcome becomes an answer.
 *
 * Codes that the real service is known to send are used where they fit; the others are ours and listed in the README.
 */
import * as Finding from "@hipay-pos/core/Finding"
import type { PaymentOutcome } from "@hipay-pos/core/Payment"
import * as Receipt from "@hipay-pos/core/Receipt"
import type { NotStarted, OutcomeUnknown } from "@hipay-pos/core/Terminal"
import type { Answer, Attempt } from "./transactions/Attempt.ts"
import type { StoreFailed } from "./transactions/AttemptStore.ts"
import type { Ended, Refused } from "./transactions/Attempts.ts"

/** Why a request gets no outcome. */
export type Problem =
  | { readonly _tag: "Unauthorized"; readonly details: string }
  | { readonly _tag: "NotFound"; readonly path: string }
  | { readonly _tag: "MethodNotAllowed"; readonly method: string; readonly allowed: ReadonlyArray<string> }
  | { readonly _tag: "UnsupportedMediaType"; readonly contentType: string | undefined }
  | { readonly _tag: "BodyTooLarge"; readonly limit: number }
  | { readonly _tag: "MalformedJson"; readonly detail: string }
  | { readonly _tag: "InvalidOrder"; readonly findings: ReadonlyArray<Finding.Finding> }
  | { readonly _tag: "Unexpected" }
  | Refused
  | StoreFailed

/** The answer to a request that gets no outcome. */
export const toProblem = (problem: Problem): Answer => {
  switch (problem._tag) {
    case "Unauthorized":
      return error(401, "connector.api.login.unauthorized", "The login has been rejected.", problem.details)
    case "NotFound":
      return error(404, "route.not.found", `There is nothing at ${problem.path}.`)
    case "MethodNotAllowed":
      return error(405, "method.not.allowed", `Expected ${problem.allowed.join(" or ")}, got ${problem.method}.`)
    case "UnsupportedMediaType":
      return error(
        415,
        "unsupported.media.type",
        `Expected an application/* content type, got ${problem.contentType ?? "none"}.`
      )
    case "BodyTooLarge":
      return error(413, "body.too.large", `Expected at most ${problem.limit} bytes.`)
    case "MalformedJson":
      return error(400, "malformed.json", `Expected JSON: ${problem.detail}.`)
    case "InvalidOrder":
      return invalidOrder(problem.findings)
    case "Refused":
      return refused(problem)
    case "StoreFailed":
      return error(500, "attempt.not.recorded", "The attempt could not be recorded, so nothing was sent to a terminal.")
    case "Unexpected":
      return error(500, "undefined.internal.server.error", "The server failed. If an order was sent, see its attempt.")
  }
}

/** The first refusing finding speaks; all of them are in the details. */
const invalidOrder = (findings: ReadonlyArray<Finding.Finding>): Answer => {
  const first = findings.find(({ severity }) => severity === "refused")
  if (first === undefined) return error(400, "order.validation", "The order is not valid.", { findings })
  const details = { path: first.path, expected: first.expected, actual: first.actual, findings }
  return first.rule === "contract"
    ? body(400, `${first.code}.openapi.requestValidation`, first.message, first.message, details)
    : body(400, `${first.code}.order.validation`, "Bad Request", `${Finding.toText(first)}.`, details)
}

const refused = ({ reason, attempt, recorded }: Refused): Answer => {
  const details = {
    ...(attempt === undefined ? {} : { attempt: `/attempts/${attempt}` }),
    ...(recorded === undefined ? {} : { recorded })
  }
  switch (reason) {
    case "different":
      return error(409, "attempt.different", "This order id is taken by an order with another body.", details)
    case "unresolved":
      return error(
        409,
        "attempt.unresolved",
        "This order was sent before and its outcome is not known yet: look at the terminal before anything else.",
        details
      )
    case "already-approved":
      return error(409, "attempt.already.approved", "This order was paid before.", details)
  }
}

/** The answer to an order that reached an end. */
export const toAnswer = ({ attempt, end }: Ended): Answer => {
  if (end._tag === "Outcome") return fromOutcome(attempt, end.outcome)
  const { reason } = end.error
  return reason._tag === "NotStarted" ? notStarted(attempt, reason) : outcomeUnknown(attempt, reason)
}

const fromOutcome = (attempt: Attempt, outcome: PaymentOutcome): Answer => {
  const echo = attempt.order as Readonly<Record<string, unknown>>
  const receipt = outcome.receipt?.customer ?? outcome.receipt?.merchant
  const head = {
    paymentStatus: outcome._tag === "Declined" ? "Failure" : "Success",
    ...(receipt === undefined ? {} : { receipt: Receipt.encodeBase64(receipt) })
  }
  switch (outcome._tag) {
    case "Approved":
      return { status: 200, body: { ...head, ...echo } }
    case "ApprovedInPart":
      return { status: 200, body: { ...head, ...withAmount(echo, outcome.paid.minorUnits) } }
    case "Declined": {
      const paymentError = { errorCode: "1006", errorDescription: `Canceled transaction (${outcome.label})` }
      return { status: 200, body: { ...head, error: paymentError, ...echo } }
    }
  }
}

/** The contract has no field for what was paid, so the echoed amount says it. */
const withAmount = (echo: Readonly<Record<string, unknown>>, amount: number): Readonly<Record<string, unknown>> => {
  const order = echo.order as { readonly price: object }
  return { ...echo, order: { ...order, price: { ...order.price, amount } } }
}

const notStarted = (attempt: Attempt, reason: NotStarted): Answer => {
  const details = { attempt: `/attempts/${attempt.id}`, kind: reason.kind, detail: reason.detail }
  switch (reason.kind) {
    case "QueueFull":
      return error(400, "busy.terminal.bad.request", `The terminal is busy. ${attempt.terminal}`, details)
    case "EncodeFailed":
      return error(400, "unspeakable.terminal.bad.request", `The order cannot be said to the terminal.`, details)
    case "ConnectionRefused":
    case "HostUnknown":
    case "Unreachable":
      return error(
        400,
        "unavailable.terminal.bad.request",
        `Unable to contact the terminal. ${attempt.terminal}`,
        details
      )
  }
}

const outcomeUnknown = (attempt: Attempt, reason: OutcomeUnknown): Answer =>
  error(
    504,
    "outcome.unknown",
    "The order was sent to the terminal and nobody knows whether it was paid. Look at the terminal; do not send it again.",
    { attempt: `/attempts/${attempt.id}`, kind: reason.kind, detail: reason.detail }
  )

const titles: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  413: "Payload Too Large",
  415: "Unsupported Media Type",
  500: "Internal Server Error",
  504: "Gateway Timeout"
}

const error = (status: number, code: string, description: string, details: unknown = {}): Answer =>
  body(status, code, titles[status] ?? "", description, details)

const body = (status: number, code: string, message: string, description: string, details: unknown): Answer => ({
  status,
  body: { error: { status, code, message, description, details } }
})
