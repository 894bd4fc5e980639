/**
 * An HTTP request in two steps over `node:http`: first connect, then write, if at all.
 *
 * Every request has a connection of its own. No redirects, no retries, no compression.
 */
// The modules themselves: tools that intercept requests replace what is in them.

import http, { type Agent, type ClientRequest, type IncomingMessage } from "node:http"
import https from "node:https"
import type { Socket } from "node:net"
import type * as DurationText from "@hipay-pos/core/DurationText"
import { type Exchange, failureOf, MAX_BODY, readJsonIn } from "../Transport.ts"
import { timerMillis } from "../timerMillis.ts"

/** How to connect. */
export interface ConnectOptions {
  /** Time to connect, TLS included; 5 s by default. */
  readonly connectTimeout?: DurationText.Input | undefined
  /** An agent for the URL's protocol; by default each request opens its own connection. Connections are never reused. */
  readonly agent?: Agent | undefined
}

/** Options of `send`. */
export interface SendOptions {
  /** Added to those that the request was opened with. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /**
   * Called once connected, in the same turn of the event loop as the first write; if it returns false, nothing is
   * written. Yes by default.
   */
  readonly mayWrite?: (() => boolean) | undefined
  /** Ends the connection. */
  readonly signal?: AbortSignal | null | undefined
}

/** A request that is connecting or connected, and not written yet. */
export interface OpenRequest {
  /**
   * Writes the request once connected, and resolves to the head of its answer. Rejects as `fetch` does; `connected` in
   * the error's cause is true once the request was written. Call it once.
   */
  readonly send: (body: RequestInit["body"], options?: SendOptions) => Promise<IncomingMessage>
  /** Ends the connection. */
  readonly close: () => void
}

/** Opens a request's connection. Throws `ClientSetupFailed` if its timeout cannot be read. */
export const openRequest = (
  url: string,
  method: string,
  headers: Readonly<Record<string, string>>,
  { agent, ...options }: ConnectOptions = {}
): OpenRequest => {
  const timeout = connectMillis(options)
  const secure = url.startsWith("https:")
  const request = (secure ? https : http).request(url, {
    method,
    agent: agent ?? false,
    // Closed after its answer, so that no agent keeps it for another request.
    headers: { "accept-encoding": "identity", connection: "close", ...headers }
  })
  const state = { isConnected: false, isWritten: false }
  let onceConnected = () => {}
  onConnected(request, secure, timeout, () => {
    state.isConnected = true
    onceConnected()
  })
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    request.once("error", (error: Failure) => {
      const { syscall, statusCode } = error
      const code = error.code === "ERR_PROXY_TUNNEL" && statusCode === 407 ? "PROXY_LOGIN" : error.code
      reject(new TypeError("fetch failed", { cause: { code, syscall, connected: state.isWritten } }))
    })
    // Node emits no error for an upgraded request, so reject here.
    request.once("upgrade", (_, socket) => {
      socket.destroy()
      reject(new TypeError("fetch failed", { cause: new Error("the server speaks another protocol") }))
    })
    request.once("response", (message) => {
      // A response that comes before the request was written is not its answer.
      if (state.isWritten) resolve(message)
      else request.destroy(new Error("the server spoke first"))
    })
  })
  // It may reject before `send` returns it: that is no unhandled rejection.
  answered.catch(() => {})
  return {
    send: (body, { headers = {}, mayWrite = always, signal } = {}) => {
      for (const [name, value] of Object.entries(headers)) request.setHeader(name, value)
      const abort = () => request.destroy(new Error("aborted"))
      if (signal?.aborted) abort()
      signal?.addEventListener("abort", abort, { once: true })
      request.once("close", () => signal?.removeEventListener("abort", abort))
      onceConnected = () => {
        if (request.destroyed) return
        if (!mayWrite()) return void request.destroy(Object.assign(new Error("not allowed"), { code: "NOT_ALLOWED" }))
        state.isWritten = true
        request.end(body ?? undefined)
      }
      if (state.isConnected) onceConnected()
      return answered
    },
    close: () => void request.destroy()
  }
}

/** Sends an open request and reads its answer. Never rejects. */
export const exchangeOver = async (request: OpenRequest, body: string, options: SendOptions): Promise<Exchange> => {
  try {
    const message = await request.send(body, options)
    const { statusCode: status = 0 } = message
    if (status < 200 || status > 599) throw new Error("no status of an answer")
    const headers = headersOf(message)
    const { bytes, isCut } = isBodiless(status) ? none(message) : await readAll(message)
    const came = { status, headers, ...readJsonIn(bytes) }
    if (!isCut) return { _tag: "Received", ...came }
    request.close()
    return { _tag: "Broken", detail: "the answer broke off", begun: came }
  } catch (error) {
    request.close()
    return failureOf(error)
  }
}

export const headersOf = ({ rawHeaders }: IncomingMessage): Headers => {
  const headers = new Headers()
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) headers.append(rawHeaders[i] ?? "", rawHeaders[i + 1] ?? "")
  return headers
}

/** Answers with these statuses have no body, whatever follows. */
export const isBodiless = (status: number): boolean => status === 204 || status === 205 || status === 304

/** A body that was read: absent if it is too large, and only its beginning if it was cut. */
type Read =
  | { readonly isCut: false; readonly bytes?: Uint8Array<ArrayBuffer> }
  | { readonly isCut: true; readonly bytes: Uint8Array<ArrayBuffer> }

const none = (message: IncomingMessage): Read => {
  message.resume()
  return { isCut: false, bytes: new Uint8Array() }
}

/** Reads a body to its end, until it is too large, or until the connection breaks. */
const readAll = (message: IncomingMessage): Promise<Read> =>
  new Promise((resolve) => {
    const parts: Array<Buffer<ArrayBuffer>> = []
    let length = 0
    message.on("data", (part: Buffer<ArrayBuffer>) => {
      parts.push(part)
      length += part.length
      if (length <= MAX_BODY) return
      resolve({ isCut: false })
      message.destroy()
    })
    const end = (isCut: boolean) => resolve({ isCut, bytes: Buffer.concat(parts) })
    message.once("end", () => end(false))
    message.once("error", () => end(true))
    message.once("close", () => end(true))
  })

const always = () => true

/** Throws `ClientSetupFailed` if it cannot be read. */
export const connectMillis = ({ connectTimeout = 5_000 }: Pick<ConnectOptions, "connectTimeout">): number =>
  timerMillis("connectTimeout", connectTimeout)

/** Calls back once a request is connected; destroys one that is not connected in time. */
const onConnected = (request: ClientRequest, secure: boolean, timeout: number, then: () => void): void => {
  const timer = setTimeout(() => {
    request.destroy(Object.assign(new Error("no connection in time"), { code: "CONNECT_TIMEOUT" }))
  }, timeout)
  const connected = () => {
    clearTimeout(timer)
    then()
  }
  request.once("socket", (socket) => {
    if (isConnected(socket)) connected()
    else socket.once(secure ? "secureConnect" : "connect", connected)
  })
  request.once("close", () => clearTimeout(timer))
}

/** Node's error, with the status of a proxy that refused. */
interface Failure extends NodeJS.ErrnoException {
  readonly statusCode?: number
}

/** A proxy agent hands over its socket already connected, TLS included. */
const isConnected = (socket: Socket & { readonly secureConnecting?: boolean }): boolean =>
  !socket.connecting && socket.secureConnecting !== true
