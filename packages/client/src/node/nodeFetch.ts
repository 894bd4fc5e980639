/**
 * `fetch` over Node's own HTTP, for payments: it knows whether a connection was made, and waits for one no longer than
 * it should.
 *
 * Every request has a connection of its own. One that was kept open may have been closed meanwhile by the other side;
 * a payment that finds out only after writing is unknown. No redirects, no retries, no compression, and no proxies unless
 * the agent that is given knows one.
 */
// The modules themselves: tools that intercept requests replace what is in them.
import http, { type Agent, type ClientRequest, type IncomingMessage } from "node:http"
import https from "node:https"
import type { Socket } from "node:net"
import { Readable } from "node:stream"
import type { ReadableStream } from "node:stream/web"
import type { Fetch } from "../Transport.ts"

/** How connections are made. */
export interface NodeFetchOptions {
  /** Milliseconds to a connection, TLS included; 5 s by default. */
  readonly connectDeadline?: number | undefined
  /** Makes connections by TLS, such as through a proxy or with a certificate authority of its own. None is kept for another request. */
  readonly agent?: Agent | undefined
  /**
   * Asked once the connection is made, in the same turn of the loop as the first byte is written; where it says no, nothing
   * is written and the request fails as one that was not connected. Yes by default.
   */
  readonly mayWrite?: (() => boolean) | undefined
}

/** A `fetch` that rejects as the platform's does, its cause telling whether it was connected. */
export const makeFetch =
  ({ connectDeadline = 5_000, agent, mayWrite = always }: NodeFetchOptions = {}): Fetch =>
  (url, { method = "GET", headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const secure = url.startsWith("https:")
      const request = (secure ? https : http).request(url, {
        method,
        agent: (secure ? agent : undefined) ?? false,
        // Closed behind its answer, so that no agent keeps it for another request.
        headers: {
          "accept-encoding": "identity",
          connection: "close",
          ...Object.fromEntries(new Headers(headers ?? {}))
        }
      })
      const connection = { used: false }
      onConnected(request, secure, connectDeadline, () => {
        if (request.destroyed) return
        if (!mayWrite()) return void request.destroy(Object.assign(new Error("not allowed"), { code: "NOT_ALLOWED" }))
        connection.used = true
        request.end(body ?? undefined)
      })
      const abort = () => request.destroy(new Error("aborted"))
      if (signal?.aborted) abort()
      signal?.addEventListener("abort", abort, { once: true })
      request.once("close", () => signal?.removeEventListener("abort", abort))
      request.once("error", (error: Failure) => {
        const { syscall, statusCode } = error
        const code = error.code === "ERR_PROXY_TUNNEL" && statusCode === 407 ? "PROXY_LOGIN" : error.code
        reject(new TypeError("fetch failed", { cause: { code, syscall, connected: connection.used } }))
      })
      // Such a request is over and tells of no error any more.
      request.once("upgrade", (_, socket) => {
        socket.destroy()
        reject(new TypeError("fetch failed", { cause: new Error("the server speaks another protocol") }))
      })
      request.once("response", (message) => {
        try {
          resolve(toResponse(message))
        } catch (error) {
          request.destroy()
          reject(new TypeError("fetch failed", { cause: error }))
        }
      })
    })

const always = () => true

/** Calls back once a request has its connection; ends one that is not connected in time. */
const onConnected = (request: ClientRequest, secure: boolean, connectDeadline: number, then: () => void): void => {
  const timer = setTimeout(() => {
    request.destroy(Object.assign(new Error("no connection in time"), { code: "CONNECT_TIMEOUT" }))
  }, connectDeadline)
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

/** An error of Node's, with the status of a proxy that refused. */
interface Failure extends NodeJS.ErrnoException {
  readonly statusCode?: number
}

/** Behind a proxy, a socket is given once its connection is made, TLS included. */
const isConnected = (socket: Socket & { readonly secureConnecting?: boolean }): boolean =>
  !socket.connecting && socket.secureConnecting !== true

const toResponse = (message: IncomingMessage): Response => {
  const { statusCode = 0, rawHeaders } = message
  const headers = new Headers()
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) headers.append(rawHeaders[i] ?? "", rawHeaders[i + 1] ?? "")
  const bodiless = statusCode === 204 || statusCode === 205 || statusCode === 304
  if (bodiless) message.resume()
  return new Response(bodiless ? null : (Readable.toWeb(message) as ReadableStream & globalThis.ReadableStream), {
    status: statusCode,
    headers
  })
}
