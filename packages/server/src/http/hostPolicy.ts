/**
 * Rejects cross-site requests and unknown Host names (DNS rebinding) before routing. Otherwise, scripts of other sites could use
 * a browser inside the shop's network. An IP address cannot be rebound, so it is always allowed.
 */
import type { Refusal } from "../render/problems.ts"

/** What is known of a request. */
export interface RequestOrigin {
  readonly method: string
  readonly path: string
  readonly header: (name: string) => string | undefined
  /** How many headers have this name; one each by default. */
  readonly count?: ((name: string) => number) | undefined
}

/** Makes the check; `hosts` are names allowed besides `localhost` and addresses, without ports. */
export const makeHostPolicy = (hosts: ReadonlyArray<string> = []): ((origin: RequestOrigin) => Refusal | undefined) => {
  const allowed = new Set(["localhost", ...hosts.map((host) => host.toLowerCase())])
  return ({ method, path, header, count }) => {
    if ((count?.("host") ?? 1) > 1) return "host.repeated"
    const host = header("host")
    if (host !== undefined && !isAllowed(host, allowed)) return "host.not.allowed"
    const site = header("sec-fetch-site")
    const origin = header("origin")
    if (site === undefined && origin === undefined) return undefined
    // Links on other sites may lead to pages and documents, but to nothing about payments.
    if (isPage(method, path) && header("sec-fetch-mode") !== "cors") return undefined
    if (site !== undefined && site !== "same-origin" && site !== "none") return "cross.site"
    return origin === undefined || isOf(origin, host) ? undefined : "cross.site"
  }
}

const isAllowed = (host: string, allowed: ReadonlySet<string>): boolean => {
  const name = host.toLowerCase().replace(/:\d+$/, "")
  return allowed.has(name) || name.endsWith(".localhost") || /^(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-f:.]+\])$/.test(name)
}

const isPage = (method: string, path: string): boolean =>
  (method === "GET" || method === "HEAD") &&
  !/^\/(attempts|terminals|instances|drift|upstream|reload|notifications|metrics|session|v1|_\w+)(\/|$)/.test(path)

const isOf = (origin: string, host: string | undefined): boolean =>
  origin.replace(/^https?:\/\//, "").toLowerCase() === host?.toLowerCase()
