/**
 * The connections to the service behind a relay: one for each request, over Node's own HTTP.
 *
 * No connection is kept open: the other side may have closed it meanwhile, and an order that finds out only after it was
 * written is unknown. A proxy of the environment is used, except for a service on this machine.
 */
import http from "node:http"
import https from "node:https"
import { getCACertificates } from "node:tls"
import { exchangeOver, makeFetch, openRequest } from "@hipay-pos/client/node"
import type { Fetch } from "@hipay-pos/client/response"
import { defined } from "@hipay-pos/core/Defined"
import { StartFailed } from "@hipay-pos/server/node"
import type * as Duration from "effect/Duration"
import { isLocal, type Upstream } from "../relay/Upstream.ts"
import type { Open } from "../relay/UpstreamTerminal.ts"

export interface UpstreamConnectionsOptions {
  /** Certificate authorities beside those that Node trusts, as PEM. */
  readonly ca?: string | undefined
  /** How long a connection may take; 5 s by default. */
  readonly connectTimeout?: Duration.Input | undefined
  /** The environment with `HTTPS_PROXY` and `NO_PROXY`; the process's by default. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
}

/** Requests to a service, each on a connection of its own. */
export interface UpstreamConnections {
  readonly fetch: Fetch
  readonly open: Open
}

/** Throws {@link StartFailed} if a proxy is configured that cannot be used. */
export const upstreamConnections = (
  upstream: Upstream,
  options: UpstreamConnectionsOptions = {}
): UpstreamConnections => {
  const { ca, connectTimeout, env = process.env } = options
  const proxy = isLocal(upstream) ? undefined : proxyIn(env)
  if (proxy !== undefined && !process.allowedNodeEnvironmentFlags.has("--use-env-proxy")) {
    throw new StartFailed({ problem: "HTTPS_PROXY needs Node 24.5 or newer: update Node, or unset HTTPS_PROXY" })
  }
  const agent = upstream.url.startsWith("https:")
    ? new https.Agent(
        defined({
          keepAlive: false,
          // Whatever NODE_TLS_REJECT_UNAUTHORIZED says: orders and a login go there.
          rejectUnauthorized: true,
          ca: ca === undefined ? undefined : [...getCACertificates("default"), ca],
          proxyEnv: proxy
        })
      )
    : new http.Agent({ keepAlive: false })
  const connecting = { agent, connectTimeout }
  return {
    fetch: makeFetch(connecting),
    open: (url, headers) => {
      const request = openRequest(url, "POST", headers, connecting)
      return {
        send: ({ text, headers }, mayWrite, signal) => exchangeOver(request, text, { headers, mayWrite, signal }),
        close: request.close
      }
    }
  }
}

const proxyIn = (env: Readonly<Record<string, string | undefined>>) => {
  const server = env.https_proxy ?? env.HTTPS_PROXY
  const except = env.no_proxy ?? env.NO_PROXY
  return server === undefined || server === ""
    ? undefined
    : defined({ HTTPS_PROXY: proxyUrl(server), NO_PROXY: except })
}

/**
 * The proxy's URL; without a scheme it is an HTTP proxy, as in other programs. Node bypasses a proxy that it cannot parse.
 */
const proxyUrl = (text: string): string => {
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`)
  if (url === null || !/^https?:$/.test(url.protocol)) {
    // The value may hold a password, so it is not repeated.
    throw new StartFailed({
      problem:
        "HTTPS_PROXY: expected an HTTP proxy, such as http://proxy.example:3128; correct it, or unset HTTPS_PROXY"
    })
  }
  return url.href
}
