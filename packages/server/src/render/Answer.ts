/** An HTTP answer before it is sent, and the shapes that this server's routes share. */
import type { TransactionType } from "@hipay-pos/core/TransactionType"
import type { Accepted } from "@hipay-pos/core/wire/Attempt"
import type { ProblemCode, ProblemDetails } from "@hipay-pos/core/wire/Problem"
import { urlOf } from "../attempts/Attempt.ts"

/** An answer. */
export interface Answer {
  readonly status: number
  /** Added to the headers of every answer. */
  readonly headers?: Readonly<Record<string, string>>
  readonly body: unknown
  /** Sent instead of `body` if present: another service's answer as received. */
  readonly bytes?: Uint8Array<ArrayBuffer>
}

/** An answer with content. */
export const ok = (body: object): Answer => ({ status: 200, body })

/** An answer in plain text. */
export const text = (body: string): Answer => ({
  status: 200,
  headers: { "Content-Type": "text/plain; charset=utf-8" },
  body
})

/** An answer with a table to be saved. */
export const csv = (text: string, name: string): Answer => ({
  status: 200,
  headers: { "Content-Type": "text/csv; charset=utf-8", "Content-Disposition": `attachment; filename="${name}"` },
  body: text
})

/** The header of a recorded answer, with its time: nothing was paid now, and there is no attempt. */
export const RECORDED = "X-Hipay-Pos-Recorded"

/** The header of an answer to an order that is under way: the preference that was applied. */
export const APPLIED = "Preference-Applied"

/** The answer to an order whose result the caller asks for later. */
export const accepted = (id: string, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status: 202,
  headers: {
    ...headers,
    Location: urlOf({ id }),
    [APPLIED]: "respond-async",
    "X-Hipay-Pos-Attempt": urlOf({ id })
  },
  body: { attempt: urlOf({ id }), id, state: "open" } satisfies Accepted
})

/** An answer without content: it was done. */
export const done = (headers: Readonly<Record<string, string>> = {}): Answer => ({
  status: 204,
  headers,
  body: undefined
})

/** The answer to `OPTIONS` at an address. */
export const options = (allowed: ReadonlyArray<string>): Answer => ({
  status: 204,
  headers: { Allow: allow(allowed) },
  body: undefined
})

export const allow = (allowed: ReadonlyArray<string>): string => [...allowed, "OPTIONS"].join(", ")

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
  417: "Expectation Failed",
  431: "Request Header Fields Too Large",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout"
}

/** The status of an answer after a bug of the server. */
export const DEFECT = 500

/** The answer after a bug of the server. */
export const unexpected = (details: Details): Answer =>
  error(DEFECT, "undefined.internal.server.error", "The server failed, through no fault of the request.", details)

/** Details before they become JSON, which omits undefined values. */
export type Details = { readonly [K in keyof ProblemDetails]: ProblemDetails[K] | undefined }

/** An error with its status's usual name. */
export const error = (status: number, code: ProblemCode, description: string, details: Details | string = {}): Answer =>
  problemBody(status, code, titles[status] ?? "", description, details)

/** The status of an answer whose order may have moved money. */
export const UNKNOWN = 504

/**
 * The answer to an order that may have moved money: where it was sent, and why its outcome is unknown. If it only said "do not
 * send it again", people would take a new order id.
 */
export const outcomeUnknown = (
  transactionType: TransactionType,
  sentTo: string,
  why: string,
  details: Details
): Answer => {
  const { done, otherwise } = ofType[transactionType]
  return error(
    UNKNOWN,
    "outcome.unknown",
    `The order was sent to ${sentTo}, and it is not known whether it was ${done}${why}. Check the terminal. If you send the order again, keep its order id: under another one ${otherwise}.`,
    details
  )
}

/** What an order does, and what may happen if it is sent under another order id. */
const ofType: Readonly<Record<TransactionType, { readonly done: string; readonly otherwise: string }>> = {
  Debit: { done: "paid", otherwise: "the customer may be charged twice" },
  Credit: { done: "refunded", otherwise: "the customer may be refunded twice" },
  Cancel: { done: "cancelled", otherwise: "another sale may be cancelled" }
}

/** An error with all its parts. */
export const problemBody = (
  status: number,
  code: ProblemCode,
  message: string,
  description: string,
  details: Details | string
): Answer => ({
  status,
  body: { error: { status, code, message, description, details } }
})
