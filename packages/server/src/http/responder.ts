/**
 * Makes responses of answers. Headers stay plain objects: building `Headers` costs an order more than sending them does.
 */
import type { ServerMode } from "@hipay-pos/core/wire/Session"
import type { Relay } from "../terminals/Relay.ts"
import type { Responder } from "./RouteTools.ts"
import type { SessionCookie } from "./sessionCookie.ts"

/** Which server answers. */
export interface Answering {
  readonly mode: ServerMode
  readonly relay?: Pick<Relay, "isSimulated" | "upstream"> | undefined
}

/** The headers about the server in every answer, even to bytes that are not a request. */
export const serverHeaders = ({ mode, relay }: Answering): Readonly<Record<string, string>> =>
  relay === undefined
    ? { "X-Hipay-Pos-Mode": mode }
    : { "X-Hipay-Pos-Mode": relay.isSimulated() ? "simulated" : "relay", "X-Hipay-Pos-Upstream": relay.upstream }

/** The options of a server's responses. */
export interface ResponderOptions extends Answering {
  /** Makes the header of a renewed session. */
  readonly cookie: SessionCookie
}

/** The responses of one server. */
export const makeResponder = ({ cookie, ...answering }: ResponderOptions): Responder => {
  const commonHeaders: Responder["commonHeaders"] = (c) => {
    const renewed = c.get("renewedSession")
    return {
      "X-Request-Id": c.get("requestId"),
      ...serverHeaders(answering),
      ...(renewed === undefined ? {} : cookie(renewed))
    }
  }
  const send: Responder["send"] = (c, { status, headers, body, bytes }) =>
    body === undefined
      ? new Response(null, { status, headers: { ...NOT_KEPT, ...commonHeaders(c), ...headers } })
      : new Response(bytes ?? (typeof body === "string" ? body : JSON.stringify(body)), {
          status,
          headers: { "Content-Type": "application/json", ...NOT_KEPT, ...commonHeaders(c), ...headers }
        })
  return { send, commonHeaders }
}

/** Answers are about payments and logins, so neither browsers nor proxies may store them. */
export const NOT_KEPT = { "Cache-Control": "no-store" }
