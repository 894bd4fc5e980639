/**
 * Makes responses of answers. Their headers stay plain objects: to build `Headers` of them costs an order more than to send
 * them.
 */
import type { ServerMode } from "@hipay-pos/core/wire/Session"
import type { Relay } from "../terminals/Relay.ts"
import type { Responder } from "./RouteTools.ts"
import type { SessionCookie } from "./sessionCookie.ts"

/** What every answer says. */
export interface ResponderOptions {
  readonly mode: ServerMode
  readonly relay: Pick<Relay, "isSimulated" | "upstream"> | undefined
  /** The header of a session that is renewed. */
  readonly cookie: SessionCookie
}

/** The responses of one server. */
export const makeResponder = ({ mode, relay, cookie }: ResponderOptions): Responder => {
  const commonHeaders: Responder["commonHeaders"] = (c) => {
    const renewed = c.get("renewedSession")
    const common = {
      "X-Request-Id": c.get("requestId"),
      "X-Hipay-Pos-Mode": mode,
      ...(renewed === undefined ? {} : cookie(renewed))
    }
    return relay === undefined
      ? common
      : {
          ...common,
          "X-Hipay-Pos-Mode": relay.isSimulated() ? "simulated" : "relay",
          "X-Hipay-Pos-Upstream": relay.upstream
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

/** Answers are about payments and logins: neither browsers nor proxies may keep them. */
const NOT_KEPT = { "Cache-Control": "no-store" }
