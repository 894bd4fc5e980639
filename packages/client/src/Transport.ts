/**
 * The way to the server: one POST, one answer, no redirects, no retries.
 *
 * What goes wrong is told apart by what it proves. Only a failure that proves that no connection was made means that
 * nothing was sent; where the platform does not say (a browser), everything may have been.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

/** `fetch`, or something that behaves like it. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** A request. */
export interface Call {
  readonly url: string
  readonly method: "GET" | "POST"
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

/** An answer. `json` is absent where the body is not JSON. */
export interface Received {
  readonly status: number
  readonly headers: Headers
  readonly json?: unknown
}

/** Answers beyond this size, in bytes, are not read. */
const MAX_BODY = 1024 * 1024

/** Sends a request and reads its answer. Interruption cancels the request. */
export const send = (fetch: Fetch, call: Call): Effect.Effect<Received, NotSent | Broken> =>
  Effect.tryPromise({
    try: async (signal) => {
      const { url, method, headers, body } = call
      const response = await fetch(url, {
        method,
        headers,
        redirect: "manual",
        signal,
        ...(body === undefined ? {} : { body })
      })
      return { status: response.status, headers: response.headers, ...(await readJson(response)) }
    },
    catch: (error) => {
      const code = provenCode(error)
      return code === undefined
        ? new Broken({ detail: "the connection broke, or never came about" })
        : new NotSent({ detail: `no connection to the server (${code})` })
    }
  })

const readJson = async (response: Response): Promise<{ readonly json?: unknown }> => {
  if (response.body === null) return {}
  const decoder = new TextDecoder("utf-8", { fatal: true })
  let text = ""
  let length = 0
  for await (const chunk of response.body) {
    length += chunk.length
    if (length > MAX_BODY) return {}
    try {
      text += decoder.decode(chunk, { stream: true })
    } catch {
      return {}
    }
  }
  try {
    return { json: JSON.parse(text) }
  } catch {
    return {}
  }
}

/** Codes of Node that are given before a byte of the request can leave. */
const proofs = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ENETUNREACH",
  "EHOSTUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "CERT_HAS_EXPIRED",
  "CERT_NOT_YET_VALID",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE"
])

/** The code that proves that nothing was sent; with several addresses, every one of them has to. */
const provenCode = (error: unknown): string | undefined => {
  const cause = error instanceof Error ? error.cause : undefined
  const { code, errors } = (cause ?? {}) as {
    readonly code?: unknown
    readonly errors?: ReadonlyArray<{ code?: unknown }>
  }
  const codes = Array.isArray(errors) && errors.length > 0 ? errors.map((each) => each.code) : [code]
  const [first] = codes
  return typeof first === "string" && codes.every((each) => typeof each === "string" && proofs.has(each))
    ? first
    : undefined
}

/** No connection was made: nothing was sent. */
export class NotSent extends Schema.TaggedError<NotSent>()("NotSent", { detail: Schema.String }) {}

/** The exchange broke somewhere: the request may have arrived. */
export class Broken extends Schema.TaggedError<Broken>()("Broken", { detail: Schema.String }) {}
