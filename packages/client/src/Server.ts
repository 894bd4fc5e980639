/**
 * The server as the client sees it: its address, the headers of every request, its health, its attempts.
 *
 * Credentials go to the server's own origin only. Listeners see requests and answers without secrets and card numbers,
 * and cannot disturb them: what a listener throws is ignored.
 */
import { quietly } from "@hipay-pos/core/Quietly"
import * as Redacted from "effect/Redacted"
import type { Mode } from "./JournalEntry.ts"
import { firstOf } from "./signals.ts"
import * as Transport from "./Transport.ts"

/** HiPay's own servers, as its contract names them. */
export const environments = {
  stage: "https://cloudrun-api-yugcnet4yq-ew.a.run.app",
  production: "https://cloudrun-api-n3l7nqotca-ew.a.run.app"
} as const

/** The version of this package, for the user agent. */
export const VERSION = "0.1.0"

/** A request as a listener sees it. */
export interface SeenRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** An answer as a listener sees it, or its absence. One that broke off has its status and headers. */
export interface SeenResponse {
  readonly url: string
  /** Absent if there was no answer. */
  readonly status?: number
  readonly headers: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly milliseconds: number
}

/** Options of a server. */
export interface ServerOptions {
  /** `stage`, `production`, or the base URL of another server, such as http://127.0.0.1:8080. */
  readonly server: keyof typeof environments | (string & {})
  readonly username: string
  readonly password: Redacted.Redacted
  /** Behaves like the platform's `fetch`, which is the default. */
  readonly fetch?: Transport.Fetch | undefined
  /** Your program, for the user agent. A browser page does not send it. */
  readonly app?: { readonly name: string; readonly version?: string; readonly url?: string } | undefined
  readonly onRequest?: ((request: SeenRequest) => void) | undefined
  readonly onResponse?: ((response: SeenResponse) => void) | undefined
}

/** The result of a health check. */
export interface Health {
  readonly healthy: boolean
  /** `simulated` if no money moves; absent on the real service. */
  readonly mode?: string
  /** Why it is not healthy. */
  readonly problem?: { readonly kind: Transport.NotSent["kind"]; readonly detail: string }
}

/** A server. */
export interface Server {
  /** Base URL, without a slash at its end. */
  readonly url: string
  /** The login of its requests. */
  readonly username: string
  /** Sends an order; idempotency key, trace and `Prefer` go into the headers. */
  readonly order: (
    body: Transport.Body,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal
  ) => Promise<Transport.Exchange>
  /** Whether it is a path of the server, or a URL of the same origin: credentials go nowhere else. */
  readonly owns: (path: string) => boolean
  /** Gets what the server {@link owns}; anything else is not requested. */
  readonly get: (path: string, signal: AbortSignal) => Promise<Transport.Exchange>
  /** Posts JSON to what the server {@link owns}. Never an order. */
  readonly post: (path: string, body: Transport.Body, signal: AbortSignal) => Promise<Transport.Exchange>
  /** Gets a path below the base URL and leaves the body unread; rejects as `fetch` does. */
  readonly open: (path: string, headers: Readonly<Record<string, string>>, signal: AbortSignal) => Promise<Response>
  /** Tried up to three times, which is safe. */
  readonly health: (signal?: AbortSignal) => Promise<Health>
}

/** A JSON body. Throws if the value cannot be written. */
export const write = (json: unknown): Transport.Body => ({ json, text: JSON.stringify(json) })

/** The base URL of a server. */
const baseOf = (server: string): string =>
  (environments as Readonly<Record<string, string>>)[server] ?? server.replace(/\/+$/, "")

/** Whether it is a text that names a server. */
export const isServer = (server: unknown): boolean => {
  if (typeof server !== "string" || /[?#]/.test(server) || !URL.canParse(baseOf(server))) return false
  const { protocol, username, password } = new URL(baseOf(server))
  return /^https?:$/.test(protocol) && username + password === ""
}

/** The mode that an answer states. Only servers of this toolkit state one. */
export const modeOf = (headers: { readonly get: (name: string) => string | null }): Mode => {
  const mode = headers.get("x-hipay-pos-mode")
  if (mode === null) return "unknown"
  return mode === "simulated" ? "simulated" : "live"
}

/** Milliseconds that a request other than a payment may take. */
export const QUESTION = 10_000

/** Takes card numbers and secrets out of what listeners see. */
export type Masks = Pick<typeof import("./Redaction.ts"), "maskAnswer" | "maskHeaders" | "maskRequest">

/** Makes a server. The masks are loaded if there is a listener; without them it gets nothing. */
export const make = (options: ServerOptions, loadMasks: () => Promise<Masks | undefined>): Server => {
  const { server, username, password, fetch = globalThis.fetch, app, onRequest, onResponse } = options
  const base = baseOf(server)
  const said = { accept: "application/json", ...(inPage() ? {} : { "user-agent": userAgent(app) }) }
  const headers = { ...said, authorization: `Basic ${toBase64(`${username}:${Redacted.value(password)}`)}` }

  const watched = async (call: Transport.Call, signal: AbortSignal): Promise<Transport.Exchange> => {
    const { url, method, body } = call
    const masks = await loadMasks()
    if (masks === undefined) return Transport.send(fetch, call, signal)
    const { maskAnswer, maskHeaders, maskRequest } = masks
    const asked = { method, url, headers: maskHeaders(Object.entries(call.headers)) }
    quietly(() => onRequest?.(body === undefined ? asked : { ...asked, body: maskRequest(body.json) }))
    const since = performance.now()
    const came = await Transport.send(fetch, call, signal)
    const milliseconds = Math.round(performance.now() - since)
    quietly(() => {
      const answer = Transport.answerOf(came)
      const seen = answer && {
        status: answer.status,
        headers: maskHeaders(answer.headers),
        body: maskAnswer(answer.json)
      }
      onResponse?.({ url, milliseconds, headers: {}, ...seen })
    })
    return came
  }

  const send: typeof watched =
    onRequest === undefined && onResponse === undefined
      ? (call, signal) => Transport.send(fetch, call, signal)
      : watched

  const check = async (signal: AbortSignal): Promise<Health> => {
    // The contract names no type for this answer.
    const call = {
      url: `${base}/v1/connector/healthcheck`,
      method: "GET",
      headers: { ...said, accept: "*/*" }
    } as const
    const came = await send(call, firstOf(signal, AbortSignal.timeout(QUESTION)))
    if (came._tag !== "Received") {
      const kind = came._tag === "NotSent" ? came.kind : "Unreachable"
      return { healthy: false, problem: { kind, detail: came.detail } }
    }
    const mode = came.headers.get("x-hipay-pos-mode")
    const told = mode === null ? {} : { mode }
    return came.status === 200
      ? { healthy: true, ...told }
      : { healthy: false, ...told, problem: { kind: "Unreachable", detail: `HTTP ${came.status}` } }
  }

  /** The server gives the path of an attempt, but not where it is mounted. */
  const urlOf = (path: string): URL => new URL(path.replace(/^\/(?=attempts\/)/, ""), `${base}/`)

  const owns = (path: string): boolean => URL.canParse(path, `${base}/`) && urlOf(path).origin === new URL(base).origin

  const call = async (
    path: string,
    signal: AbortSignal,
    rest: Omit<Transport.Call, "url">
  ): Promise<Transport.Exchange> =>
    owns(path)
      ? send({ ...rest, url: urlOf(path).href }, signal)
      : { _tag: "Broken", detail: "the address is not the server's own" }

  return {
    url: base,
    username,
    owns,
    order: (body, own, signal) =>
      send(
        {
          url: `${base}/v1/connector/order`,
          method: "POST",
          headers: { ...headers, "content-type": "application/json", ...own },
          body
        },
        signal
      ),
    get: (path, signal) => call(path, signal, { method: "GET", headers }),
    post: (path, body, signal) =>
      call(path, signal, { method: "POST", headers: { ...headers, "content-type": "application/json" }, body }),
    open: (path, own, signal) =>
      fetch(`${base}/${path}`, { method: "GET", headers: { ...headers, ...own }, redirect: "manual", signal }),
    health: async (signal = new AbortController().signal) => {
      let health = await check(signal)
      for (const wait of [100, 300]) {
        if (health.healthy || signal.aborted) break
        await pause(wait)
        health = await check(signal)
      }
      return health
    }
  }
}

/** Waits so many milliseconds, or until the signal aborts. */
export const pause = (milliseconds: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds)
    signal?.addEventListener("abort", () => {
      clearTimeout(timer)
      resolve()
    })
  })

/** Whether this runs in a browser page, where anyone who opens it can read what it holds. */
export const inPage = (): boolean => "window" in globalThis && "document" in globalThis

const userAgent = (app: ServerOptions["app"]): string => {
  const own = `hipay-pos-client/${VERSION}`
  if (app === undefined) return own
  const name = app.version === undefined ? app.name : `${app.name}/${app.version}`
  return `${own} ${app.url === undefined ? name : `${name} (${app.url})`}`.replace(/[^\x20-\x7e]/g, "?")
}

/** Base64 of the text's UTF-8 bytes. */
const toBase64 = (text: string): string => btoa(String.fromCharCode(...new TextEncoder().encode(text)))
