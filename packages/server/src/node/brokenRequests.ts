/** Refuses requests that reach no handler: bytes that are no request, that come too slowly, or that expect what is not known. */
import { STATUS_CODES } from "node:http"
import { plainAddress } from "@hipay-pos/core/Host"
import type { RequestError } from "@hono/node-server"
import { toBrokenRequest } from "../render/brokenRequest.ts"
import type { BrokenRequest } from "../ServerEvent.ts"

/** A request that reaches no handler. */
export interface Unreadable {
  readonly requestId: string
  readonly code: BrokenRequest
  readonly address: string | undefined
}

/** The answer to one; closes the connection. */
export interface Refused {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What is known of one. */
interface Known {
  readonly from?: { readonly remoteAddress?: string | undefined }
  /** Why, if more is known than the code says. */
  readonly reason?: string
  /** False if a handler reports it; true by default. */
  readonly isReported?: boolean
}

/** Makes the function that refuses such a request, and reports it. */
export const makeRefuse =
  (
    nextRequestId: () => string,
    headers: (() => Readonly<Record<string, string>>) | undefined,
    report: (request: Unreadable) => void
  ) =>
  (code: BrokenRequest, { from = {}, reason, isReported = true }: Known): Refused => {
    const requestId = nextRequestId()
    if (isReported) report({ requestId, code, address: plainAddress(from.remoteAddress) })
    const { status, body } = toBrokenRequest(code, reason)
    const own = { "X-Request-Id": requestId, ...headers?.() }
    return {
      status,
      headers: { ...own, Connection: "close", "Content-Type": "application/json" },
      body: JSON.stringify(body)
    }
  }

/** What a parser's error says of a request. */
export const codeOf = ({ code = "" }: NodeJS.ErrnoException): BrokenRequest => codes[code] ?? "request.malformed"

const codes: Readonly<Record<string, BrokenRequest>> = {
  HPE_HEADER_OVERFLOW: "headers.too.large",
  ERR_HTTP_REQUEST_TIMEOUT: "request.too.slow"
}

/** Why a request has no address. */
export const reasonOf = ({ message }: RequestError): string =>
  message === "Missing host header"
    ? "Expected a Host header, which HTTP/1.1 requires."
    : "Expected a host name or an address in the Host header, and a path that begins with a slash."

/** An answer as bytes on the line. */
export const toText = ({ status, headers, body }: Refused): string => {
  const lines = Object.entries({ ...headers, "Content-Length": body.length }).map(
    ([name, value]) => `${name}: ${value}`
  )
  return `${[`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines].join("\r\n")}\r\n\r\n${body}`
}
