/**
 * The gateway on a port: the same API, over the real terminals of a shop.
 *
 * It needs logins of its own and a file for its attempts, which no other process may have open. Nothing is simulated and
 * nothing invented.
 */
import { TcpConnection } from "@hipay-pos/concert-codec/node"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { makeApp } from "../app.ts"
import type { Dialect } from "../dialect/Dialect.ts"
import { type Listener, quietly } from "../ServerEvent.ts"
import * as ServerMock from "../ServerMock.ts"
import * as Spaces from "../Spaces.ts"
import type * as GatewayConfig from "../terminals/GatewayConfig.ts"
import * as GatewayTerminals from "../terminals/GatewayTerminals.ts"
import type { Validation } from "../validation/validate.ts"
import { type Deadlines, longest, toSettings } from "./deadlines.ts"
import { type LoginsOptions, ownLoginsOf } from "./logins.ts"
import { openStore } from "./openStore.ts"
import { readPages } from "./readPages.ts"
import { type StartedServer, StartFailed, serve } from "./serve.ts"

/** How a gateway is set up. */
export interface StartGatewayOptions extends Deadlines, LoginsOptions {
  /** The terminals that it serves, and no others. */
  readonly terminals: ReadonlyArray<GatewayConfig.GatewayTerminal>
  /** The file that keeps the attempts; made if it is not there. */
  readonly store: string
  /** 127.0.0.1 by default. */
  readonly host?: string
  /** 8080 by default; 0 takes any that is free. */
  readonly port?: number
  /** Money back to cards; off by default. */
  readonly allowCredit?: boolean
  /** Taking back the last sale; off by default. */
  readonly allowCancel?: boolean
  readonly validation?: Validation
  /** The shape of answers; `pos-api` by default. */
  readonly dialect?: Dialect
  /** Names by which the server may be called, beside addresses and `localhost`. */
  readonly allowedHosts?: ReadonlyArray<string>
  /** Largest body, in bytes; 256 kB by default. */
  readonly bodyLimit?: number
  readonly listener?: Listener
  /** Shown on the pages. */
  readonly version?: string
}

/** Starts a gateway. Rejects with {@link StartFailed}, one sentence a person can act on. */
export const startGateway = async (options: StartGatewayOptions): Promise<StartedServer> => {
  const { host = "127.0.0.1", port = 8080 } = options
  const credentials = ownLoginsOf(options)
  if (options.terminals.length === 0) throw new StartFailed({ problem: "a gateway needs at least one terminal" })
  const { store, close } = await openStore(options.store)
  const closing = new AbortController()
  const terminals = GatewayTerminals.make({
    terminals: options.terminals,
    connector: TcpConnection.connector,
    store,
    settings: toSettings(options),
    ...(options.allowCredit === undefined ? {} : { allowCredit: options.allowCredit }),
    ...(options.allowCancel === undefined ? {} : { allowCancel: options.allowCancel })
  })
  const runtime = ManagedRuntime.make(
    Layer.effect(
      Spaces.Spaces,
      Effect.map(
        ServerMock.makeSpace({
          name: "",
          ended: new AbortController().signal,
          store,
          terminals,
          closing: closing.signal,
          ...(options.dialect === undefined ? {} : { dialect: options.dialect }),
          ...(options.listener === undefined ? {} : { listener: options.listener })
        }),
        Spaces.one
      )
    )
  )
  const app = makeApp(runtime, {
    credentials,
    mode: "gateway",
    pages: readPages(),
    closing: closing.signal,
    ...(options.allowedHosts === undefined ? {} : { allowedHosts: options.allowedHosts }),
    ...(options.version === undefined ? {} : { version: options.version }),
    ...(options.validation === undefined ? {} : { validation: options.validation }),
    ...(options.bodyLimit === undefined ? {} : { bodyLimit: options.bodyLimit }),
    ...(options.listener === undefined ? {} : { listener: options.listener })
  })
  return serve({
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
      await close()
    }
  })
}
