/**
 * HTTP to the server: one request, one answer, no redirects, no retries.
 *
 * Failures are classified by what they prove. Only one that proves that no connection was made means that nothing was
 * sent; if the platform does not say (a browser), everything may have been.
 */
import * as BoundedBody from "@hipay-pos/core/BoundedBody"
import { isDeeper } from "@hipay-pos/core/JsonObject"

/** `fetch`, or something that behaves like it. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** A request. */
export interface Call {
  readonly url: string
  readonly method: "GET" | "POST"
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Body | undefined
}

/** JSON as it is sent, and the value it was written from, so that a listener need not parse it. */
export interface Body {
  readonly text: string
  readonly json: unknown
}

/** What is wrong with a body that has no `json`. */
export type BodyFault = "Empty" | "NotJson" | "Truncated" | "Charset" | "TooLarge"

/** An answer. `json` is absent if the body is not JSON; `fault` then says why. */
export interface Received {
  readonly _tag: "Received"
  readonly status: number
  readonly headers: Headers
  readonly json?: unknown
  readonly fault?: BodyFault
  /** The body as received; absent if it was not read to its end. */
  readonly bytes?: Uint8Array<ArrayBuffer>
}

/** No connection was made: nothing was sent. */
export interface NotSent {
  readonly _tag: "NotSent"
  readonly kind: "HostUnknown" | "Unreachable" | "ConnectTimedOut" | "Untrusted" | "ProxyLogin"
  readonly detail: string
}

/** The exchange broke somewhere: the request may have arrived. */
export interface Broken {
  readonly _tag: "Broken"
  readonly detail: string
  /** What had come of the answer, if its whole head had. The body proves nothing; the headers name the mode and the attempt. */
  readonly begun?: Omit<Received, "_tag">
}

/** The result of a request. */
export type Exchange = Received | NotSent | Broken

/** What came of an answer, perhaps only its beginning; undefined if nothing did. */
export const answerOf = (came: Exchange): Omit<Received, "_tag"> | undefined =>
  came._tag === "Broken" ? came.begun : came._tag === "Received" ? came : undefined

/** Answers larger than this, in bytes and decompressed, are not read. */
export const MAX_BODY = 1024 * 1024

/** JSON that is nested deeper than this is too large, too: an order has at most 64 levels. */
const MAX_DEPTH = 100

/** Sends a request and reads its answer. Never rejects; the signal cancels the request. */
export const send = async (fetch: Fetch, call: Call, signal: AbortSignal): Promise<Exchange> => {
  const { url, method, headers, body } = call
  try {
    const init: RequestInit = { method, headers, redirect: "manual", signal }
    return await readResponse(await fetch(url, body === undefined ? init : { ...init, body: body.text }))
  } catch (error) {
    return failureOf(error)
  }
}

/** What an error that `fetch` rejected with proves. */
export const failureOf = (error: unknown): NotSent | Broken => {
  const code = provenCode(error)
  return code === undefined
    ? { _tag: "Broken", detail: "the connection broke, or never came about" }
    : { _tag: "NotSent", kind: kindOf(code), detail: `no connection to the server (${code})` }
}

/** Reads the answer of a request. Never rejects; if it breaks off, what had come is kept. */
export const readResponse = async ({ status, headers, body }: Response): Promise<Received | Broken> => {
  if (body === null) return { _tag: "Received", status, headers, fault: "Empty" }
  const parts: Array<Uint8Array<ArrayBuffer>> = []
  try {
    const bytes = await BoundedBody.read(body, MAX_BODY, "cancelled", parts)
    return { _tag: "Received", status, headers, ...readJsonIn(bytes) }
  } catch {
    return {
      _tag: "Broken",
      detail: "the answer broke off",
      begun: { status, headers, ...readJsonIn(BoundedBody.join(parts)) }
    }
  }
}

/** Parses the bytes of a body; `undefined` means that there were too many. */
export const readJsonIn = (bytes: Uint8Array<ArrayBuffer> | undefined): Pick<Received, "json" | "fault" | "bytes"> => {
  if (bytes === undefined) return { fault: "TooLarge" }
  const text = decode(bytes)
  if (text === undefined) return { fault: isText(bytes) ? "NotJson" : "Charset", bytes }
  try {
    const json: unknown = JSON.parse(text)
    return isDeeper(json, MAX_DEPTH) ? { fault: "TooLarge", bytes } : { json, bytes }
  } catch {
    const start = text.trimStart()
    return { fault: start === "" ? "Empty" : /^[{[]/.test(start) ? "Truncated" : "NotJson", bytes }
  }
}

/** Whether bytes that are not UTF-8 begin like a text other than JSON, such as a proxy's page in Latin-1. */
const isText = (bytes: Uint8Array): boolean => {
  const first = bytes.find((byte) => byte > SPACE) ?? SPACE
  return first > SPACE && first < DELETE && !JSON_STARTS.includes(first)
}

const SPACE = 0x20
const DELETE = 0x7f
/** `{` and `[`. */
const JSON_STARTS = [0x7b, 0x5b]

const utf8 = new TextDecoder("utf-8", { fatal: true })

/** The text of the bytes, or `undefined` if they are not UTF-8. */
const decode = (bytes: Uint8Array): string | undefined => {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}

/** These codes prove it only if connecting failed: a connection that breaks while it is read can report the same ones. */
const connectCodes = new Set(["ECONNREFUSED", "ENETUNREACH", "EHOSTUNREACH"])

/** Codes that can only occur before the first byte of the request. */
const proofs = new Map<string, NotSent["kind"]>([
  ["ENOTFOUND", "HostUnknown"],
  ["EAI_AGAIN", "HostUnknown"],
  ["UND_ERR_CONNECT_TIMEOUT", "ConnectTimedOut"],
  ["CONNECT_TIMEOUT", "ConnectTimedOut"],
  ["PROXY_LOGIN", "ProxyLogin"],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "Untrusted"],
  ["CERT_HAS_EXPIRED", "Untrusted"],
  ["CERT_NOT_YET_VALID", "Untrusted"],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", "Untrusted"],
  ["SELF_SIGNED_CERT_IN_CHAIN", "Untrusted"],
  ["UNABLE_TO_GET_ISSUER_CERT", "Untrusted"],
  ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "Untrusted"],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "Untrusted"]
])

const kindOf = (code: string): NotSent["kind"] =>
  proofs.get(code) ?? (/^(?:ERR_SSL|ERR_TLS|EPROTO)/.test(code) ? "Untrusted" : "Unreachable")

/** What Node says about a failure; any field may be absent. */
interface Failure {
  readonly code?: unknown
  readonly syscall?: unknown
  /** Set by a `fetch` that knows it, such as ours for Node. */
  readonly connected?: unknown
  /** One for each address that was tried. */
  readonly errors?: unknown
}

/** The code that proves that nothing was sent; with several addresses, each attempt has to prove it. */
const provenCode = (error: unknown): string | undefined => {
  const cause: Failure = (error instanceof Error ? error.cause : undefined) ?? {}
  if (cause.connected === false) return typeof cause.code === "string" ? cause.code : "no connection"
  const tried: ReadonlyArray<Failure> = Array.isArray(cause.errors) && cause.errors.length > 0 ? cause.errors : [cause]
  const codes = tried.map(({ code, syscall }) =>
    typeof code === "string" && (proofs.has(code) || (connectCodes.has(code) && syscall === "connect"))
      ? code
      : undefined
  )
  return codes.includes(undefined) ? undefined : codes[0]
}
