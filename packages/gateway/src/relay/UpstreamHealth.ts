/** The health of the service behind a relay, by its answers and its own health check. */
import { type Fetch, type Received, send } from "@hipay-pos/client/response"
import type { UpstreamHealth } from "@hipay-pos/server"
import type { Upstream } from "./Upstream.ts"
import { isSimulated } from "./upstreamAnswer.ts"

/** The timeout of the health check, and how long its result is reused, in milliseconds. */
const HEALTH_TIMEOUT = 3_000
const MAX_AGE = 5_000

/** Watches a service. */
export interface Watch {
  /** Asks its health check, at most once in five seconds. */
  readonly health: () => Promise<UpstreamHealth>
  /** Called with its answer to an order. */
  readonly answered: (came: Received) => void
  /** Whether its last answer said that no money moves. */
  readonly isSimulated: () => boolean
}

/** `now` in milliseconds of monotonic time. */
export const watch = (upstream: Upstream, fetch: Fetch, now = () => performance.now()): Watch => {
  let good: number | undefined
  let simulated = false
  let last: { readonly at: number; readonly state: Promise<Pick<UpstreamHealth, "isUp" | "problem">> } | undefined

  const answered = ({ status, headers, fault }: Received) => {
    simulated = isSimulated(headers)
    if (status < 500 && (fault === undefined || status === 200)) good = now()
  }

  const ask = async (): Promise<Pick<UpstreamHealth, "isUp" | "problem">> => {
    const call = { url: `${upstream.url}/v1/connector/healthcheck`, method: "GET", headers: {} } as const
    const came = await send(fetch, call, AbortSignal.timeout(HEALTH_TIMEOUT))
    if (came._tag !== "Received") return { isUp: false, problem: came.detail }
    if (came.status !== 200) return { isUp: false, problem: `HTTP ${came.status}` }
    answered(came)
    return { isUp: true }
  }

  return {
    answered,
    isSimulated: () => simulated,
    health: async () => {
      if (last === undefined || now() - last.at > MAX_AGE) last = { at: now(), state: ask() }
      const state = await last.state
      return { ...state, ...(good === undefined ? {} : { lastGoodAnswer: Math.round((now() - good) / 1_000) }) }
    }
  }
}
