/**
 * `fetch` over Node's own HTTP, for payments: it knows whether a connection was made, and waits for one no longer than
 * it should.
 *
 * Every request has a connection of its own. One that was kept open may have been closed meanwhile by the other side;
 * a payment that finds out only after writing is unknown. No redirects, no retries, no compression, and no proxies unless
 * the agent that is given knows one.
 */

import type { Agent, IncomingMessage } from "node:http"
import { Readable } from "node:stream"
import type { ReadableStream } from "node:stream/web"
import type * as DurationText from "@hipay-pos/core/DurationText"
import type { Fetch } from "../Transport.ts"
import { connectMillis, headersOf, isBodiless, openRequest } from "./openRequest.ts"

/** How connections are made. */
export interface NodeFetchOptions {
  /** To a connection, TLS included; 5 s by default. */
  readonly connectTimeout?: DurationText.Input | undefined
  /** Makes connections by TLS, such as through a proxy or with a certificate authority of its own. None is kept for another request. */
  readonly agent?: Agent | undefined
  /**
   * Asked once the connection is made, in the same turn of the loop as the first byte is written; where it says no, nothing
   * is written and the request fails as one that was not connected. Yes by default.
   */
  readonly mayWrite?: (() => boolean) | undefined
}

/** A `fetch` that rejects as the platform's does, its cause telling whether it was connected. Throws `ClientSetupFailed` where its timeout cannot be read. */
export const makeFetch = ({ agent, mayWrite, ...options }: NodeFetchOptions = {}): Fetch => {
  const connectTimeout = connectMillis(options)
  return async (url, { method = "GET", headers, body, signal }) => {
    const request = openRequest(url, method, Object.fromEntries(new Headers(headers ?? {})), {
      connectTimeout,
      agent: url.startsWith("https:") ? agent : undefined
    })
    const message = await request.send(body, { mayWrite, signal })
    try {
      return toResponse(message)
    } catch (error) {
      request.close()
      throw new TypeError("fetch failed", { cause: error })
    }
  }
}

const toResponse = (message: IncomingMessage): Response => {
  const { statusCode = 0 } = message
  const bodiless = isBodiless(statusCode)
  if (bodiless) message.resume()
  return new Response(bodiless ? null : (Readable.toWeb(message) as ReadableStream & globalThis.ReadableStream), {
    status: statusCode,
    headers: headersOf(message)
  })
}
