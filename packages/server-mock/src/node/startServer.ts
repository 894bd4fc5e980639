/**
 * The mock on a port, for a test runner, a till or the command line.
 *
 * Closing lets the payments under way finish; new requests are no longer accepted meanwhile.
 */

import { randomBytes } from "node:crypto"
import type { Address } from "@hipay-pos/concert-codec/Connection"
import { TcpConnection } from "@hipay-pos/concert-codec/node"
import type { Cardholder, Stage, TerminalConfig } from "@hipay-pos/terminal-simulator"
import { makeControlRoutes } from "@hipay-pos/terminal-simulator/node"
import * as Duration from "effect/Duration"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { makeApp } from "../app.ts"
import type { Dialect } from "../dialect/Dialect.ts"
import type { NotificationsOptions } from "../notifications/Notifications.ts"
import { type Listener, quietly } from "../ServerEvent.ts"
import * as ServerMock from "../ServerMock.ts"
import type { Validation } from "../validation/validate.ts"
import { type Deadlines, longest, toSettings } from "./deadlines.ts"
import { isLoopback, type LoginsOptions, loginsOf } from "./logins.ts"
import { openStore } from "./openStore.ts"
import { readPages } from "./readPages.ts"
import { type StartedServer, StartFailed, serve } from "./serve.ts"

/** How a mock is set up; everything has a default: the login is merchant, with the password secret. */
export interface StartServerOptions extends Deadlines, LoginsOptions {
  /** 127.0.0.1 by default. Elsewhere than on loopback, credentials of your own are needed. */
  readonly host?: string
  /** 8080 by default; 0 takes any that is free. */
  readonly port?: number
  /** Addresses on loopback, `HOST:PORT`, that orders reach over TCP; all other terminals are simulated. */
  readonly attach?: ReadonlyArray<string>
  readonly pace?: Stage.Pace
  /** `strict` by default: all of our rules; `faithful`: what the real service evidently refuses. */
  readonly validation?: Validation
  /** The shape of answers; `pos-api` by default. */
  readonly dialect?: Dialect
  /** Who plays the customer at simulated terminals; by default a card that is approved. */
  readonly cardholder?: Cardholder.Cardholder
  /** Simulated terminals with a set-up of their own, found by host and port. */
  readonly terminals?: ReadonlyArray<TerminalConfig.TerminalConfig>
  /** Makes simulated terminals repeatable. */
  readonly seed?: string
  /** Notifications of changed transactions: where they go, and where they may go. */
  readonly notifications?: NotificationsOptions
  /** How often the remote collection comes by itself; never by default. */
  readonly collectEvery?: Duration.Input
  /** The file that keeps the attempts of the space without a name; in memory by default. */
  readonly store?: string
  /** Opens the mock's own interface under `/_mock`; random by default. */
  readonly controlToken?: string
  /** Names by which the server may be called, beside addresses and `localhost`. */
  readonly allowedHosts?: ReadonlyArray<string>
  /** Largest body, in bytes; 256 kB by default. */
  readonly bodyLimit?: number
  readonly listener?: Listener
  /** Folder of the console's pages; by default those that came with this package. */
  readonly pages?: string
  /** Shown on the pages. */
  readonly version?: string
}

/** A mock that listens. */
export interface StartedMock extends StartedServer {
  /** The mock's own interface, and the bearer token that opens it. */
  readonly control: { readonly url: string; readonly token: string }
}

/** Starts a mock. Rejects with {@link StartFailed}, one sentence a person can act on. */
export const startServer = async (options: StartServerOptions = {}): Promise<StartedMock> => {
  const { host = "127.0.0.1", port = 8080 } = options
  const credentials = loginsOf(options, host)
  const token = options.controlToken ?? randomBytes(24).toString("base64url")
  const addresses = (options.attach ?? []).map(parseAttached)
  const kept = options.store === undefined ? undefined : await openStore(options.store)
  const closing = new AbortController()
  const runtime = ManagedRuntime.make(
    ServerMock.layer({
      closing: closing.signal,
      ...(kept === undefined ? {} : { store: kept.store }),
      ...(options.dialect === undefined ? {} : { dialect: options.dialect }),
      ...(options.cardholder === undefined ? {} : { cardholder: options.cardholder }),
      ...(options.terminals === undefined ? {} : { configured: options.terminals }),
      ...(options.seed === undefined ? {} : { seed: options.seed }),
      ...(options.notifications === undefined ? {} : { notifications: options.notifications }),
      ...(options.collectEvery === undefined
        ? {}
        : { collectEvery: Duration.toMillis(Duration.fromInputUnsafe(options.collectEvery)) }),
      attached: { addresses, connector: TcpConnection.connector },
      ...(options.pace === undefined ? {} : { pace: options.pace }),
      ...(options.listener === undefined ? {} : { listener: options.listener }),
      settings: toSettings(options)
    })
  )
  const app = makeApp(runtime, {
    credentials,
    mode: "simulated",
    pages: readPages(options.pages),
    control: { token, makeControlRoutes },
    ...(options.version === undefined ? {} : { version: options.version }),
    ...(options.validation === undefined ? {} : { validation: options.validation }),
    closing: closing.signal,
    ...(options.allowedHosts === undefined ? {} : { allowedHosts: options.allowedHosts }),
    ...(options.bodyLimit === undefined ? {} : { bodyLimit: options.bodyLimit }),
    ...(options.listener === undefined ? {} : { listener: options.listener })
  })
  const started = await serve({
    fetch: app.fetch,
    host,
    port,
    patience: longest(options),
    ...(options.requestTimeout === undefined
      ? {}
      : { requestTimeout: Duration.toMillis(Duration.fromInputUnsafe(options.requestTimeout)) }),
    unreadable: (code) => quietly(options.listener)({ _tag: "Unreadable", code }),
    closing: () => closing.abort(),
    dispose: async () => {
      await runtime.dispose()
      await kept?.close()
    }
  })
  return { ...started, control: { url: `${started.url}/_mock`, token } }
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
