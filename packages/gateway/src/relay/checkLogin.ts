/**
 * Whether the service behind a relay knows a login, for callers whose logins are that service's own.
 *
 * The service looks at the login before it looks at the order, so an order without anything in it is refused either way
 * and tells which: 401, or 400. A login that was known is remembered as a hash, until the service refuses it.
 */
import { type Fetch, send } from "@hipay-pos/client/response"
import type { LoginCheck } from "@hipay-pos/server"
import type { Upstream } from "./Upstream.ts"

/** How many logins are remembered, and how long the service may take to answer, in milliseconds. */
const REMEMBERED = 10_000
const ASKING = 10_000

export interface LoginChecker {
  readonly check: (authorization: string) => Promise<LoginCheck>
  /** The service has refused it. */
  readonly forget: (authorization: string) => void
}

export const makeLoginChecker = (upstream: Upstream, fetch: Fetch): LoginChecker => {
  const salt = globalThis.crypto.randomUUID()
  const known = new Set<string>()

  const ask = async (authorization: string): Promise<LoginCheck> => {
    const headers = { accept: "application/json", "content-type": "application/json", authorization }
    const call = {
      url: `${upstream.url}/v1/connector/order`,
      method: "POST",
      headers,
      body: { text: "{}", json: {} }
    } as const
    const came = await send(fetch, call, AbortSignal.timeout(ASKING))
    if (came._tag !== "Received") return { problem: came.detail }
    if (came.status === 401 || came.status === 403) return "unknown"
    return came.status === 400 ? "known" : { problem: `${upstream.name} answered HTTP ${came.status}` }
  }

  return {
    check: async (authorization) => {
      const key = await hash(salt + authorization)
      if (known.has(key)) return "known"
      const said = await ask(authorization)
      if (said === "known") {
        if (known.size >= REMEMBERED) known.clear()
        known.add(key)
      }
      return said
    },
    forget: (authorization) => {
      void hash(salt + authorization).then((key) => known.delete(key))
    }
  }
}

const hash = async (text: string): Promise<string> => {
  const digest = await globalThis.crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))
  return btoa(String.fromCharCode(...new Uint8Array(digest)))
}
