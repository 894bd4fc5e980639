/** What mocks and gateways share on Node: their common options, and serving the app on its port until it is closed. */
import * as Duration from "effect/Duration"
import type * as ManagedRuntime from "effect/ManagedRuntime"
import type * as Tracer from "effect/Tracer"
import type { CommonOptions, GatewayOptions, SimulatedOptions } from "../AppOptions.ts"
import { makeApp } from "../app.ts"
import { makeRequestIds } from "../http/requestIds.ts"
import { NOT_KEPT, serverHeaders } from "../http/responder.ts"
import type { Dialect } from "../render/Dialect.ts"
import { type Listener, safeListener } from "../ServerEvent.ts"
import { Spaces } from "../Spaces.ts"
import type * as Metrics from "../telemetry/Metrics.ts"
import { sampleSpaces } from "../telemetry/sampleSpaces.ts"
import type { Validation } from "../validation/validate.ts"
import { makeBatchPerTick } from "./batchPerTick.ts"
import type { DayOptions } from "./businessDayOf.ts"
import { digestSync } from "./digestSync.ts"
import { isPublic, type LoginsOptions } from "./logins.ts"
import { makeLoginThrottle } from "./loginThrottle.ts"
import { readPages } from "./readPages.ts"
import { readTimeouts, type ServerTimeouts } from "./ServerTimeouts.ts"
import type { StoreSummary } from "./SqliteStore.ts"
import { sampleProcess } from "./sampleProcess.ts"
import { type StartedServer, serve } from "./serve.ts"

/** The options of both servers; everything has a default. */
export interface ServerOptions extends DayOptions, ServerTimeouts, LoginsOptions {
  /** 127.0.0.1 by default. Beyond loopback, credentials of your own are needed. */
  readonly host?: string | undefined
  /** 8080 by default; 0 takes any free port. */
  readonly port?: number | undefined
  /** `strict` by default: all of our rules; `faithful`: what the real service evidently refuses. */
  readonly validation?: Validation | undefined
  /** The shape of answers; `pos-api` by default. */
  readonly dialect?: Dialect | undefined
  /** Names by which the server may be called, besides addresses and `localhost`. */
  readonly allowedHosts?: ReadonlyArray<string> | undefined
  /** Largest body, in bytes; 256 kB by default. */
  readonly bodyLimit?: number | undefined
  /** Whether a proxy in front speaks TLS, so that the console's cookie is sent over TLS only. False by default. */
  readonly behindTls?: boolean | undefined
  /** The language of spreadsheets that CSV is for, such as `fr-FR`; CSV for programs by default. */
  readonly locale?: string | undefined
  /** The most simultaneous connections; by default half of the descriptors that the process may open, 10 000 at most. */
  readonly maxConnections?: number | undefined
  readonly listener?: Listener | undefined
  /** Counts, times and traces; none by default. */
  readonly telemetry?: Telemetry | undefined
  /** The folder of the console's pages; by default the ones that came with this package. */
  readonly pages?: string | undefined
  /** Shown on the pages. */
  readonly version?: string | undefined
}

/** Metrics and traces of a server, for exporters. */
export interface Telemetry {
  readonly metrics?: Metrics.Metrics | undefined
  /** The metrics as text for Prometheus, at `/metrics` for logins with the role `read` that see all terminals. */
  readonly metricsText?: (() => Promise<string>) | undefined
  readonly tracer?: Tracer.Tracer | undefined
}

/** The particulars of either server. */
export type Served = ServedOptions & (SimulatedOptions | GatewayOptions)

/** Those of both modes. */
export interface ServedOptions
  extends Pick<CommonOptions, "credentials" | "watchLogins" | "days" | "signSession" | "notReady"> {
  readonly runtime: ManagedRuntime.ManagedRuntime<Spaces, never>
  /** Aborted when closing begins. */
  readonly closing: AbortController
  /** Closes the store, once the payments have ended. */
  readonly release: () => Promise<void>
  /** The longest time that an answer can take, in milliseconds: closing waits that long. */
  readonly longestAnswer: number | (() => number)
  /** The folder of the console's pages that came with the program. */
  readonly pages: string | undefined
  readonly store?: StoreSummary | undefined
}

/** The server's listeners: its metrics first, then its own. */
export const listenersOf = ({
  listener,
  telemetry
}: Pick<ServerOptions, "listener" | "telemetry">): Listener | undefined => {
  const metrics = telemetry?.metrics
  if (listener === undefined) return metrics?.listener
  const safe = safeListener(listener)
  if (metrics === undefined) return safe
  return (event) => {
    metrics.listener(event)
    safe(event)
  }
}

/** Serves the app. If it cannot listen, what was made for it is disposed of. */
export const serveApp = async (
  { runtime, closing, release, longestAnswer, pages, store, notReady, ...special }: Served,
  options: ServerOptions
): Promise<StartedServer> => {
  const { host = "127.0.0.1", port = 8080, listener, telemetry = {} } = options
  const { requestTimeout, drainDelay } = readTimeouts(options)
  /** The last valid login shown on each connection. */
  const logins = new WeakMap<object, string>()
  const nextRequestId = makeRequestIds(special.instance)
  let isLeaving = false
  const app = makeApp(runtime, {
    ...special,
    nextRequestId,
    locale: options.locale,
    pages: readPages(options.pages ?? pages),
    closing: closing.signal,
    notReady: () => (isLeaving ? "closing" : notReady?.()),
    batchPerTick: makeBatchPerTick(),
    digest: digestSync,
    onLogin: (connection, username) => logins.set(connection, username),
    loginThrottle: isPublic(special.credentials) ? undefined : makeLoginThrottle({ closing: closing.signal }),
    behindTls: options.behindTls,
    allowedHosts: options.allowedHosts,
    version: options.version,
    validation: options.validation,
    bodyLimit: options.bodyLimit,
    metrics: telemetry.metricsText,
    tracer: telemetry.tracer,
    listener
  })
  const { metrics } = telemetry
  const stopSampling = metrics === undefined ? () => {} : sampleProcess(metrics)
  if (metrics !== undefined) sampleSpaces(metrics, async () => (await runtime.runPromise(Spaces)).list(), store?.id)
  const started = await serve({
    fetch: app.fetch,
    host,
    port,
    longestAnswer,
    requestTimeout: requestTimeout === undefined ? undefined : Duration.toMillis(requestTimeout),
    maxConnections: options.maxConnections,
    loginOf: (connection) => logins.get(connection),
    underWay: async () => {
      const spaces = await runtime.runPromise(Spaces)
      return spaces.list().reduce((sum, { attempts }) => sum + attempts.underWay(), 0)
    },
    nextRequestId,
    headers: () => ({ ...NOT_KEPT, ...serverHeaders(special) }),
    unreadable: (request) => safeListener(listener)({ _tag: "Unreadable", ...request }),
    drainDelay: drainDelay === undefined ? 0 : Duration.toMillis(drainDelay),
    leaving: () => {
      isLeaving = true
    },
    closing: () => closing.abort(),
    waiting: (underWay) => safeListener(listener)({ _tag: "Stopping", underWay }),
    dispose: async () => {
      stopSampling()
      await runtime.dispose()
      await release()
    }
  })
  return store === undefined ? started : { ...started, store }
}
