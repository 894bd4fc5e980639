/**
 * Calls to the server of these pages: same origin, session cookie, one space.
 *
 * Nothing throws: a reply is a value or a problem. Nothing is retried. A read that takes too long is given up, because a
 * connection may be dead without being closed; a write is not, because it may ask a terminal.
 */
import { object } from "@hipay-pos/core/JsonObject"
import type { ReceivedDetails } from "@hipay-pos/core/wire/Problem"

/** Why a call failed. `status` 0: there was no response. */
export interface RequestProblem {
  readonly status: number
  readonly code: string
  readonly message: string
  /** Values of the code, such as the seconds left; anything may be absent. */
  readonly details: ReceivedDetails
}

export type Reply<A> =
  | { readonly ok: true; readonly value: A; readonly headers: Headers }
  | { readonly ok: false; readonly problem: RequestProblem; readonly headers?: Headers }

/** A call that changes something. */
export interface WriteRequest {
  readonly method: "POST" | "PUT" | "DELETE"
  readonly path: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** Sends requests: the browser's `fetch`, or a server within the page. */
export type Fetch = (path: string, init: RequestInit) => Promise<Response>

/** The client of one space of the server. */
export interface Server {
  readonly space: string
  readonly get: <A>(path: string) => Promise<Reply<A>>
  readonly send: <A>(sending: WriteRequest) => Promise<Reply<A>>
  /** Headers of every call, for streams. */
  readonly headers: Readonly<Record<string, string>>
  readonly fetch: Fetch
  /** To be called when a stream was refused because the session has expired. */
  readonly signedOut: () => void
}

export interface ServerOptions {
  readonly space: string
  /** Called when the session has expired. */
  readonly onSignedOut: () => void
  /** The browser's by default. */
  readonly fetch?: Fetch
}

const browserFetch: Fetch = (path, init) => fetch(path, init)

/** How long a read may take, in milliseconds. */
const READ_TIMEOUT = 30_000

/** A client over `fetch`. */
export const makeServer = ({ space, onSignedOut, fetch = browserFetch }: ServerOptions): Server => {
  // Without it, the browser would show its own login prompt once the session cookie is gone.
  const headers = { "X-Requested-With": "console", ...(space === "" ? {} : { "X-Mock-Space": space }) }
  const call = async <A>(path: string, init: RequestInit): Promise<Reply<A>> => {
    try {
      const response = await fetch(path, { ...init, credentials: "same-origin" })
      const text = await response.text()
      const json = asJson(text)
      if (response.ok) return { ok: true, value: json as A, headers: response.headers }
      if (response.status === 401) onSignedOut()
      return { ok: false, problem: problemOf(response.status, json), headers: response.headers }
    } catch {
      return { ok: false, problem: { status: 0, code: "gone", message: "", details: {} } }
    }
  }
  return {
    space,
    headers,
    fetch,
    signedOut: onSignedOut,
    get: async <A>(path: string) => {
      const controller = new AbortController()
      const timer = setTimeout(() => controller.abort(), READ_TIMEOUT)
      const reply = await call<A>(path, {
        headers: { Accept: "application/json", ...headers },
        signal: controller.signal
      })
      clearTimeout(timer)
      return reply
    },
    send: ({ method, path, body, headers: more }) =>
      call(path, {
        method,
        headers: {
          Accept: "application/json",
          ...(body !== undefined && { "Content-Type": "application/json" }),
          ...headers,
          ...more
        },
        ...(body !== undefined && { body: JSON.stringify(body) })
      })
  }
}

const asJson = (text: string): unknown => {
  try {
    return text === "" ? undefined : JSON.parse(text)
  } catch {
    return text
  }
}

/** Reads an error body: a code, a message, and perhaps a description. */
const problemOf = (status: number, json: unknown): RequestProblem => {
  const error = object(object(json).error)
  const texts = [error.message, error.description].filter((each) => typeof each === "string" && each !== "")
  return {
    status,
    code: typeof error.code === "string" ? error.code : String(status),
    message: texts.join(": "),
    details: object(error.details)
  }
}
