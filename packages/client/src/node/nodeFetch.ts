/**
 * `fetch` over Node's own HTTP, for payments: it knows whether a connection was made, and limits how long it waits for
 * one.
 *
 * Every request has a connection of its own. The other side may have closed one that was kept open, and a payment that
 * finds out only after writing is unknown. No redirects, no retries, no compression, and no proxies unless the given
 * agent uses one.
 */

import type { Agent, IncomingMessage } from "node:http"
import { Readable } from "node:stream"
import type { ReadableStream } from "node:stream/web"
import type * as DurationText from "@hipay-pos/core/DurationText"
import type { Fetch } from "../Transport.ts"
import { connectMillis, headersOf, isBodiless, openRequest } from "./openRequest.ts"

/** How to connect. */
export interface NodeFetchOptions {
  /** Time to connect, TLS included; 5 s by default. */
  readonly connectTimeout?: DurationText.Input | undefined
  /** Connects by TLS, such as through a proxy or with your own certificate authority. Connections are never reused. */
  readonly agent?: Agent | undefined
  /**
   * Called once connected, in the same turn of the event loop as the first write. If it returns false, nothing is
   * written and the request fails like one that was not connected. Yes by default.
   */
  readonly mayWrite?: (() => boolean) | undefined
}

/**
 * A `fetch` that rejects as the platform's does, with `connected` in the error's cause. Throws `ClientSetupFailed` if
 * its timeout cannot be read.
 */
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
