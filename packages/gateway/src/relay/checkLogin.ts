/**
 * Whether the service behind a relay knows a login: its callers', where those are that service's own, or the relay's.
 *
 * The service looks at the login before it looks at the order, so an order without anything in it is refused either way
 * and tells which: 401, or 400. A login that was known is remembered as a hash, until the service refuses it.
 */
import { type Fetch, send } from "@hipay-pos/client/response"
import type { UpstreamLogin } from "@hipay-pos/core/wire/UpstreamLogin"
import type { LoginCheck } from "@hipay-pos/server"
import type { RelayedTerminalsOptions } from "./RelayedTerminals.ts"
import type { Upstream } from "./Upstream.ts"

/** How many logins are remembered; and, in milliseconds, how long the service may take, and how long its word is believed. */
const REMEMBERED = 10_000
const ASKING = 10_000
const BELIEVED = 5_000

export interface LoginChecker {
  readonly check: (authorization: string) => Promise<LoginCheck>
  /** The service has refused it. */
  readonly forget: (authorization: string) => void
}

export const makeLoginChecker = (upstream: Upstream, fetch: Fetch): LoginChecker => {
  const salt = globalThis.crypto.randomUUID()
  const known = new Set<string>()

  return {
    check: async (authorization) => {
      const key = await hash(salt + authorization)
      if (known.has(key)) return "known"
      const said = await ask(upstream, fetch, authorization)
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

/** Asks about a relay's own login, at most once in five seconds. */
export const makeOwnLogin = (
  upstream: Upstream,
  fetch: Fetch,
  { isPassedThrough, authorizationOf }: Pick<RelayedTerminalsOptions, "isPassedThrough" | "authorizationOf">
) => {
  const last = new Map<string, { readonly at: number; readonly said: Promise<LoginCheck> }>()
  return async (login: string): Promise<Omit<UpstreamLogin, "upstream">> => {
    if (isPassedThrough) return { login: "callers" }
    const authorization = authorizationOf(login)
    if (authorization === undefined) return { login: "missing" }
    let asked = last.get(authorization)
    if (asked === undefined || Date.now() - asked.at > BELIEVED) {
      asked = { at: Date.now(), said: ask(upstream, fetch, authorization) }
      last.set(authorization, asked)
    }
    const said = await asked.said
    if (typeof said !== "string") return { login: "unanswered", problem: said.problem }
    return { login: said === "known" ? "known" : "refused" }
  }
}

const ask = async (upstream: Upstream, fetch: Fetch, authorization: string): Promise<LoginCheck> => {
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

const hash = async (text: string): Promise<string> => {
  const digest = await globalThis.crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))
  return btoa(String.fromCharCode(...new Uint8Array(digest)))
}
