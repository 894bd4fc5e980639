/**
 * The one place where an error becomes a status and a body, in the contract's shape, and an outcome becomes an answer.
 *
 * Codes that the real service is known to send are used where they fit; the others are ours and listed in the README.
 */
import * as CardNumber from "@hipay-pos/core/CardNumber"
import * as Finding from "@hipay-pos/core/Finding"
import type { PaymentOutcome } from "@hipay-pos/core/Payment"
import * as Receipt from "@hipay-pos/core/Receipt"
import type { NotStarted, OutcomeUnknown } from "@hipay-pos/core/Terminal"
import type { TerminalTarget } from "@hipay-pos/core/TerminalTarget"
import type { Answer, Attempt, Resolution } from "../attempts/Attempt.ts"
import type { StoreFailed } from "../attempts/AttemptStore.ts"
import type { EarlierUnreadable } from "../attempts/Attempts.ts"
import type { Ended, LineOpen, NotUnknown } from "../attempts/Endings.ts"
import type { Refused } from "../attempts/Repeat.ts"
import type { Role } from "../http/Credentials.ts"
import type { Refusal } from "../http/hostPolicy.ts"
import type { NoSpace } from "../NoSpace.ts"
import type { Rejected, UnsupportedContentType } from "../orders/validate.ts"
import type { NotServed, NotServedCode } from "../terminals/Terminals.ts"

/** Why a request gets no outcome. */
export type Problem =
  | { readonly _tag: "Unauthorized" }
  | { readonly _tag: "TurnedAway"; readonly refusal: Refusal }
  | { readonly _tag: "NotFound"; readonly path: string }
  | { readonly _tag: "MethodNotAllowed"; readonly method: string; readonly allowed: ReadonlyArray<string> }
  | { readonly _tag: "UnsupportedMediaType"; readonly expected: string; readonly actual: string }
  | UnsupportedContentType
  | { readonly _tag: "BodyTooLarge"; readonly limit: number }
  | { readonly _tag: "MalformedJson"; readonly detail: string }
  /** A body of ours that is JSON and nothing that was asked for. */
  | { readonly _tag: "MalformedRequest"; readonly detail: string }
  | { readonly _tag: "Forbidden"; readonly role: Role }
  | NoSpace
  | Rejected
  | { readonly _tag: "SandboxCode"; readonly expected: string }
  | { readonly _tag: "Closing" }
  | { readonly _tag: "Unexpected" }
  | Refused
  | NotServed
  | NotUnknown
  | LineOpen
  /** An order was not opened, so nothing was sent. */
  | StoreFailed
  | EarlierUnreadable
  /** Attempts could not be shown, or a person's word could not be written. */
  | { readonly _tag: "StoreUnreadable" | "NotResolved"; readonly detail: string }

/** The code of the answer to a login that is not known, or whose password is wrong. */
export const LOGIN_REFUSED = "connector.api.login.unauthorized"

/** A path as people read it, without card numbers. */
const shownPath = (path: string): string => {
  try {
    return CardNumber.maskWritten(decodeURIComponent(path))
  } catch {
    return CardNumber.maskWritten(path)
  }
}

/** The answer to a request that gets no outcome. */
export const toProblem = (problem: Problem): Answer => {
  switch (problem._tag) {
    case "Unauthorized":
      // Word for word what the live service was seen to send, `details` as a text included.
      return {
        ...error(401, LOGIN_REFUSED, "The login has been rejected.", UNAUTHORIZED),
        headers: { "WWW-Authenticate": 'Basic realm="POS API", charset="UTF-8"' }
      }
    case "TurnedAway":
      return error(problem.refusal === "host.repeated" ? 400 : 403, problem.refusal, guardWords[problem.refusal])
    case "NotFound":
      return error(404, "route.not.found", `There is nothing at ${shownPath(problem.path)}.`)
    case "MethodNotAllowed": {
      const expected = problem.allowed.join(" or ")
      return {
        ...error(405, "method.not.allowed", `Expected ${expected}, got ${problem.method}.`),
        headers: { Allow: allow(problem.allowed) }
      }
    }
    case "UnsupportedMediaType":
      return error(
        415,
        "unsupported.media.type",
        `Expected ${problem.expected}, got ${CardNumber.maskWritten(problem.actual)}.`
      )
    case "UnsupportedContentType": {
      const words = `Unsupported Content-Type ${CardNumber.maskWritten(problem.actual ?? "")}`
      return problemBody(415, "unsupported.media.type", words, words, {})
    }
    case "BodyTooLarge":
      return error(413, "body.too.large", `Expected at most ${problem.limit} bytes.`)
    case "MalformedJson":
      return error(400, "malformed.json", `Expected JSON: ${CardNumber.maskWritten(problem.detail)}.`)
    case "MalformedRequest":
      return error(400, "malformed.request", CardNumber.maskWritten(problem.detail))
    case "Forbidden":
      return error(403, "role.missing", `This login lacks the role "${problem.role}".`)
    case "NoSpace":
      return error(400, "no.such.space", `There is no such space: ${CardNumber.maskWritten(problem.problem)}.`)
    case "InvalidBody":
      return invalidOrder(problem.findings)
    case "ContractFault": {
      const { code, message, path } = problem.finding
      return problemBody(400, `${code}.openapi.requestValidation`, message, message, path === "" ? {} : { path })
    }
    case "Undeliverable":
      return undeliverable(problem.finding)
    case "RepeatRefused":
      return refused(problem)
    case "NotServed":
      return error(notServed[problem.code], problem.code, problem.description, problem.details)
    case "NotUnknown":
      return problem.state === undefined
        ? error(404, "attempt.not.found", "There is no such attempt.")
        : error(409, "attempt.not.unknown", `Only an unknown outcome can be resolved; this one is ${problem.state}.`, {
            state: problem.state,
            ...(problem.recorded === undefined ? {} : { recorded: problem.recorded })
          })
    case "LineOpen":
      return error(
        409,
        "attempt.line.open",
        `The terminal may still answer this attempt for ${problem.seconds} s, so ${problem.outcome} may be untrue. Look at the terminal and wait; or send "override": true if you are sure.`,
        { attempt: urlOf({ id: problem.attempt }), seconds: problem.seconds }
      )
    case "AttemptStoreFailed":
      if (problem.damaged !== undefined) return damaged(problem.damaged)
      return error(
        500,
        "attempt.not.recorded",
        `The attempt could not be recorded (${problem.detail}), so nothing was sent to a terminal. See to the disk of the store.`,
        { reason: problem.detail }
      )
    case "EarlierUnreadable":
      return error(
        500,
        "attempts.unreadable",
        `The attempts cannot be read: ${problem.detail}. This order was not sent to a terminal, but it may have been before. See to the store, and look at the terminal before anything else.`,
        { reason: problem.detail }
      )
    case "StoreUnreadable":
      return error(500, "attempts.unreadable", `The attempts cannot be read: ${problem.detail}. See to the store.`, {
        reason: problem.detail
      })
    case "NotResolved":
      return error(
        500,
        "resolution.not.recorded",
        `What you said could not be recorded: ${problem.detail}. The attempt is as it was: see to the disk of the store, then say it again.`,
        { reason: problem.detail }
      )
    case "SandboxCode":
      return error(400, "sandbox.code.unknown", `sandbox_code: expected ${problem.expected}.`, { path: "sandbox_code" })
    case "Closing":
      return error(503, "server.closing", "The server is shutting down. Nothing was sent to a terminal.")
    case "Unexpected":
      return unexpected({})
  }
}

/** Nothing says what the service answers here; an unreachable terminal is the nearest thing that it is known to say. */
const damaged = (id: string): Answer =>
  error(
    500,
    "attempt.damaged",
    `Attempt ${id} cannot be read from the store, so its outcome is not known, and nothing was sent to a terminal now. Look at the terminal's own journal; a new payment needs an order id of its own.`,
    { attempt: `/attempts/${id}` }
  )

const undeliverable = (finding: Finding.Finding | undefined): Answer =>
  finding === undefined
    ? error(400, "unavailable.terminal.bad.request", "The order names no terminal that could be asked.")
    : error(400, "unavailable.terminal.bad.request", `No terminal was asked. ${Finding.toText(finding)}.`, {
        path: finding.path
      })

/** The answer that shows something. */
export const ok = (body: object): Answer => ({ status: 200, body })

/** The answer that is a table, to be saved. */
export const csv = (text: string, name: string): Answer => ({
  status: 200,
  headers: { "Content-Type": "text/csv; charset=utf-8", "Content-Disposition": `attachment; filename="${name}"` },
  body: text
})

/** The answer to an order whose end its caller asks for later. */
export const accepted = (id: string): Answer => ({
  status: 202,
  headers: { Location: urlOf({ id }), "Preference-Applied": "respond-async", "X-Hipay-Pos-Attempt": urlOf({ id }) },
  body: { attempt: urlOf({ id }), id, state: "open" }
})

/** The answer that says no more than that it was done. */
export const done = (headers: Readonly<Record<string, string>> = {}): Answer => ({
  status: 204,
  headers,
  body: undefined
})

/** The answer to a question for the methods of an address. */
export const options = (allowed: ReadonlyArray<string>): Answer => ({
  status: 204,
  headers: { Allow: allow(allowed) },
  body: undefined
})

const allow = (allowed: ReadonlyArray<string>): string => [...allowed, "OPTIONS"].join(", ")

/** All below 500: the order was not started. */
const notServed: Readonly<Record<NotServedCode, number>> = {
  "unsupported.terminal.bad.request": 400,
  "unknown.terminal.bad.request": 400,
  "cancel.not.supported": 400,
  "transaction.type.not.allowed": 403,
  "passphrase.not.set": 403,
  "terminal.unresolved": 409,
  "cancel.not.the.last": 409
}

const guardWords: Readonly<Record<Refusal, string>> = {
  "host.repeated": "Expected one Host header, got several.",
  "host.not.allowed": "This name is not known here. Use an address, localhost, or a name that the server was told of.",
  "cross.site": "Pages of other sites may not call this server."
}

const UNAUTHORIZED = "Invalid authorization header"

const unexpected = (details: object): Answer =>
  error(500, "undefined.internal.server.error", "The server failed, through no fault of the request.", details)

/** The first refusing finding speaks; all that were kept are in the details. */
const invalidOrder = (findings: ReadonlyArray<Finding.Finding>): Answer => {
  const first = findings.find(({ severity }) => severity === "refused")
  if (first === undefined) return error(400, "order.validation", "The order is not valid.", { findings })
  const details = { path: first.path, expected: first.expected, actual: first.actual, findings }
  return first.rule === "contract"
    ? problemBody(400, `${first.code}.openapi.requestValidation`, first.message, first.message, details)
    : problemBody(400, `${first.code}.order.validation`, "Bad Request", `${Finding.toText(first)}.`, details)
}

const refused = ({ reason, state, attempt, recorded }: Refused): Answer => {
  const details = {
    state,
    ...(attempt === undefined ? {} : { attempt: urlOf({ id: attempt }) }),
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

/** The answer to an order whose attempt has ended. */
export const toAnswer = ({ attempt, end }: Ended): Answer => {
  switch (end._tag) {
    case "Outcome":
      return fromOutcome(attempt, end.outcome)
    case "Error":
      return end.reason._tag === "TerminalNotStarted"
        ? notStarted(attempt, end.reason)
        : outcomeUnknown(attempt, end.reason)
    case "Resolved":
      return fromResolution(attempt, end.resolution)
    case "Defect":
      return unexpected({ attempt: urlOf(attempt) })
  }
}

const fromOutcome = (attempt: Attempt, outcome: PaymentOutcome): Answer => {
  const echo = echoOf(attempt.order as EchoedOrder)
  const receipt = outcome.receipt?.customer ?? outcome.receipt?.merchant
  const head = receipt === undefined ? {} : { receipt: Receipt.encodeBase64(receipt) }
  const headers = {
    "X-Hipay-Pos-Attempt": urlOf(attempt),
    ...warnings([...attempt.findings, ...outcome.warnings])
  }
  switch (outcome._tag) {
    case "Approved":
      return { status: 200, headers, body: { paymentStatus: "Success", ...head, ...echo } }
    case "ApprovedInPart": {
      const remaining = { "X-Hipay-Pos-Remaining": String(outcome.remaining.minorUnits) }
      const paid = withAmount(echo, outcome.paid.minorUnits)
      return {
        status: 200,
        headers: { ...headers, ...remaining },
        body: { paymentStatus: "Success", ...head, ...paid }
      }
    }
    case "Declined": {
      const paymentError = { errorCode: "1006", errorDescription: `Canceled transaction (${outcome.label})` }
      return { status: 200, headers, body: { paymentStatus: "Failure", ...head, error: paymentError, ...echo } }
    }
  }
}

/** What a person said later, for repeats of the order; there is no receipt to it. */
const fromResolution = (attempt: Attempt, { outcome }: Resolution): Answer => {
  const echo = echoOf(attempt.order as EchoedOrder)
  const headers = { "X-Hipay-Pos-Attempt": urlOf(attempt), ...warnings(attempt.findings) }
  if (outcome === "approved") return { status: 200, headers, body: { paymentStatus: "Success", ...echo } }
  const paymentError = { errorCode: "1006", errorDescription: "Canceled transaction (resolved by a person)" }
  return { status: 200, headers, body: { paymentStatus: "Failure", error: paymentError, ...echo } }
}

/** The codes of what is odd about an order that was served; the words stand with its attempt. */
const warnings = (all: ReadonlyArray<{ readonly code: string }>): Readonly<Record<string, string>> =>
  all.length === 0 ? {} : { "X-Hipay-Pos-Warnings": [...new Set(all.map(({ code }) => code))].join(", ") }

/** What an answer echoes; validation has made sure of an order with a price. */
interface EchoedOrder {
  readonly order: { readonly price: object }
  readonly customer?: unknown
  readonly shipping?: unknown
  readonly pos_technical_info?: unknown
}

/** The contract's parts of a body and nothing else, so that no order can write its own outcome. */
const echoOf = ({ order, customer, shipping, pos_technical_info }: EchoedOrder): EchoedOrder => ({
  order,
  ...(customer === undefined ? {} : { customer }),
  ...(shipping === undefined ? {} : { shipping }),
  pos_technical_info
})

/** The contract has no field for what was paid, so the echoed amount says it. */
const withAmount = (echo: EchoedOrder, amount: number): EchoedOrder => {
  const { order } = echo
  return { ...echo, order: { ...order, price: { ...order.price, amount } } }
}

const notStarted = (attempt: Attempt, { kind, detail }: NotStarted): Answer => {
  const details = { attempt: urlOf(attempt), kind, detail }
  const unavailable = (description: string) => error(400, "unavailable.terminal.bad.request", description, details)
  const where = whereIs(attempt.target)
  switch (kind) {
    case "QueueFull":
      return error(400, "busy.terminal.bad.request", `The terminal is busy with another payment. ${where}`, details)
    case "EncodeFailed":
      return unavailable(`The order cannot be said in the terminal's protocol. ${where}`)
    case "ConnectionRefused":
    case "HostUnknown":
    case "Unreachable":
      return unavailable(`Unable to contact the terminal. ${where}`)
  }
}

/** In the words of the real service for Concert terminals; for the others nobody knows its words. */
const whereIs = (target: TerminalTarget): string =>
  target._tag === "Concert"
    ? `Host : "${target.host}", Port: "${target.port}"`
    : `Serial number : "${target.serialNumber}", Manufacturer: "${target.manufacturer}"`

const outcomeUnknown = (attempt: Attempt, { kind, detail }: OutcomeUnknown): Answer =>
  error(
    504,
    "outcome.unknown",
    "The order was sent to the terminal and nobody knows whether it was paid. Look at the terminal; do not send it again.",
    { attempt: urlOf(attempt), kind, detail }
  )

const urlOf = ({ id }: { readonly id: string }): string => `/attempts/${id}`

const titles: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  408: "Request Timeout",
  409: "Conflict",
  413: "Payload Too Large",
  415: "Unsupported Media Type",
  500: "Internal Server Error",
  503: "Service Unavailable",
  504: "Gateway Timeout"
}

/** An error under its status's usual name. */
export const error = (status: number, code: string, description: string, details: unknown = {}): Answer =>
  problemBody(status, code, titles[status] ?? "", description, details)

/** An error with all its parts. */
export const problemBody = (
  status: number,
  code: string,
  message: string,
  description: string,
  details: unknown
): Answer => ({
  status,
  body: { error: { status, code, message, description, details } }
})
