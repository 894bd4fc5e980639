/**
 * The mock on a port, for a test runner, a till or the command line.
 *
 * Closing lets payments in progress finish and accepts no new requests.
 */

import { randomBytes } from "node:crypto"
import type { Address } from "@hipay-pos/concert-codec/Connection"
import * as Frames from "@hipay-pos/concert-codec/Frames"
import { TcpConnection } from "@hipay-pos/concert-codec/node"
import * as Timeouts from "@hipay-pos/concert-codec/Timeouts"
import { isLoopback } from "@hipay-pos/core/Host"
import { measureStore, safeListener } from "@hipay-pos/server"
import {
  businessDayOf,
  checkHosts,
  findPages,
  listenersOf,
  loginsOf,
  openStore,
  readTimeouts,
  type ServerOptions,
  type StartedServer,
  StartFailed,
  serveApp
} from "@hipay-pos/server/node"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Result from "effect/Result"
import manifest from "../../package.json" with { type: "json" }
import { mockRoutes } from "../control/controlRoutes.ts"
import * as MockControl from "../control/MockControl.ts"
import * as MockSpaces from "../MockSpaces.ts"
import * as MockOptions from "../mock/MockOptions.ts"
import { sandbox } from "../mock/sandbox.ts"
import { sendNotification } from "./sendNotification.ts"

/** How a mock is set up; everything has a default: the login is merchant, with the password secret. */
export interface StartServerOptions extends ServerOptions, Omit<MockOptions.MockOptions, keyof ServerOptions> {
  /** Loopback addresses, `HOST:PORT`, that orders reach over TCP; all other terminals are simulated. */
  readonly attach?: ReadonlyArray<string> | undefined
  /** The file that keeps the attempts of the unnamed space; in memory by default. */
  readonly store?: string | undefined
  /** Whether an examination in front of this server answers at `/exam`, so that the pages link to it. False by default. */
  readonly examination?: boolean | undefined
  /** Refuses to start if that file does not exist; false by default. */
  readonly requireStore?: boolean | undefined
}

/** A mock that listens. */
export interface StartedMock extends StartedServer {
  /** The mock's own interface, and the bearer token that opens it. */
  readonly control: { readonly url: string; readonly token: string }
  /** The same interface, typed: what terminals do next, the clock, the ledger. */
  readonly mock: MockControl.MockControl
}

const names = {
  ...MockOptions.names,
  host: true,
  port: true,
  credentials: true,
  logins: true,
  store: true,
  requireStore: true,
  attach: true,
  behindTls: true,
  dayStarts: true,
  locale: true,
  requestTimeout: true,
  drainDelay: true,
  maxConnections: true,
  telemetry: true,
  pages: true,
  examination: true
} as const satisfies Record<keyof StartServerOptions, true>

/** Starts a mock. Rejects with {@link StartFailed}, one sentence a person can act on. */
export const startServer = async (given: StartServerOptions = {}): Promise<StartedMock> => {
  const options = readTimeouts(given, "collectEvery")
  const layerOptions = Result.getOrThrowWith(
    MockOptions.toLayerOptions(options, names),
    (problem) => new StartFailed({ problem })
  )
  const credentials = loginsOf(options, options.host ?? "127.0.0.1")
  checkHosts(options.allowedHosts)
  const days = businessDayOf(options)
  const listener = listenersOf(options)
  const metrics = options.telemetry?.metrics
  // An empty token, such as from an unset variable, would let everyone in.
  const token = options.controlToken || randomBytes(24).toString("base64url")
  const addresses = (options.attach ?? []).map(parseAttached)
  const kept =
    options.store === undefined
      ? undefined
      : await openStore({
          path: options.store,
          frames: Frames,
          mode: "mock",
          mustExist: options.requireStore ?? false,
          onWarning: (detail) => safeListener(listener)({ _tag: "StoreWarning", detail })
        })
  const closing = new AbortController()
  const runtime = ManagedRuntime.make(
    MockSpaces.layer({
      ...layerOptions,
      closing: closing.signal,
      forgetStored: kept?.store.forgetAll,
      store: kept && (metrics === undefined ? kept.store : measureStore(kept.store, metrics)),
      notifications: { send: sendNotification, ...options.notifications },
      attached: { addresses, connector: TcpConnection.connector },
      listener,
      tracer: options.telemetry?.tracer,
      attemptListeners: [metrics?.attemptListener]
    })
  )
  const release = async () => kept?.close()
  const started = await serveApp(
    {
      runtime,
      credentials,
      mode: "simulated",
      days,
      control: { path: "/_mock", token, make: mockRoutes },
      sandbox,
      examination: options.examination,
      closing,
      release,
      longestAnswer: Timeouts.longest([options]),
      pages: findPages(import.meta.url),
      store: kept?.store.summary
    },
    { ...options, listener, version: options.version ?? manifest.version }
  )
  const control = { url: `${started.url}/_mock`, token }
  return { ...started, control, mock: MockControl.make(control) }
}

/** Reads `HOST:PORT` on loopback; the port may be left out. */
const parseAttached = (text: string): Address => {
  const match = /^(\[[0-9a-f:]+\]|[^:[\]]+)(?::(\d{1,5}))?$/i.exec(text)
  const host = match?.[1]?.replace(/^\[|\]$/g, "")
  const port = Number(match?.[2] ?? 8888)
  if (host === undefined || port < 1 || port > 65_535) {
    throw new StartFailed({ problem: `cannot attach ${text}: expected HOST:PORT` })
  }
  if (!isLoopback(host)) {
    throw new StartFailed({
      problem: `cannot attach ${text}: a mock reaches terminals on loopback only, such as 127.0.0.1:${port}`
    })
  }
  return { host, port }
}
