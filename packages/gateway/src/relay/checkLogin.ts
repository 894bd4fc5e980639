/**
 * Checks whether the service behind a relay knows a login: its callers', if they use that service's logins, or the relay's
 * own.
 *
 * The service checks the login before the order, so an empty order is always refused, and the status shows why: 401 for the
 * login, 400 for the order. A known login is remembered as a hash until the service refuses it: an order has it checked by
 * the service anyway, and for anything else the service is asked again after a while. A refusal is remembered for some
 * seconds, and the number of concurrent questions is limited.
 */
import { type Fetch, send } from "@hipay-pos/client/response"
import type { UpstreamLogin } from "@hipay-pos/core/wire/UpstreamLogin"
import { BoundedMap, type LoginCheck, type Relay } from "@hipay-pos/server"
import * as Base64 from "effect/encoding/Base64"
import type { RelayedTerminalsOptions } from "./RelayedTerminals.ts"
import type { Upstream } from "./Upstream.ts"

/** How many logins are remembered, and likewise how many refusals. */
const REMEMBERED = 10_000

/** How many unknown logins the service is asked about at the same time. */
const AT_ONCE = 16

/**
 * In milliseconds: the timeout of a question; and for how long the answer is reused for a caller's login, for a refusal, and
 * for the relay's own.
 */
const LOGIN_TIMEOUT = 10_000
const MAX_AGE = 300_000
const REFUSAL_MAX_AGE = 5_000
const OWN_MAX_AGE = 5_000

export interface LoginChecker {
  readonly check: NonNullable<Relay["checkLogin"]>
  /** Called when the service has refused a login. */
  readonly forget: (authorization: string) => void
}

/** `now` in milliseconds of monotonic time. `hash` is {@link webHash} by default, which on Node waits for a free thread. */
export const makeLoginChecker = (
  upstream: Upstream,
  fetch: Fetch,
  now = () => performance.now(),
  hash: (text: string) => string | Promise<string> = webHash
): LoginChecker => {
  const salt = globalThis.crypto.randomUUID()
  /** When the service was last asked about each. */
  const known = new BoundedMap<number>({ entries: REMEMBERED })
  const refused = new BoundedMap<number>({ entries: REMEMBERED })
  const underWay = new Map<string, Promise<LoginCheck>>()
  /**
   * Resolves once every login that the service refused is forgotten: hashes do not resolve in the order of their requests.
   */
  let forgetting: Promise<unknown> = Promise.resolve()

  const askFor = async (key: string, authorization: string): Promise<LoginCheck> => {
    const said = await ask(upstream, fetch, authorization)
    const wasKnown = known.delete(key)
    if (said === "unknown") refused.set(key, now())
    // A service that cannot be reached has not refused the login.
    if (said === "unknown" || (said !== "known" && !wasKnown)) return said
    known.set(key, now())
    return "known"
  }

  return {
    check: async (authorization, purpose) => {
      const [key] = await Promise.all([hash(salt + authorization), forgetting])
      const asked = known.get(key)
      if (asked !== undefined && (purpose === "order" || now() - asked < MAX_AGE)) return "known"
      if (now() - (refused.get(key) ?? -REFUSAL_MAX_AGE) < REFUSAL_MAX_AGE) return "unknown"
      let question = underWay.get(key)
      if (question === undefined) {
        if (asked === undefined && underWay.size >= AT_ONCE)
          return { problem: "it is being asked for too many others at the same time" }
        question = askFor(key, authorization).finally(() => underWay.delete(key))
        underWay.set(key, question)
      }
      return question
    },
    forget: (authorization) => {
      const key = hash(salt + authorization)
      forgetting = forgetting.then(async () => known.delete(await key))
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
    if (asked === undefined || performance.now() - asked.at > OWN_MAX_AGE) {
      asked = { at: performance.now(), said: ask(upstream, fetch, authorization) }
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
  const came = await send(fetch, call, AbortSignal.timeout(LOGIN_TIMEOUT))
  if (came._tag !== "Received") return { problem: came.detail }
  if (came.status === 401 || came.status === 403) return "unknown"
  return came.status === 400 ? "known" : { problem: `${upstream.name} answered HTTP ${came.status}` }
}

const webHash = async (text: string): Promise<string> => {
  const digest = await globalThis.crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))
  return Base64.encode(new Uint8Array(digest))
}
