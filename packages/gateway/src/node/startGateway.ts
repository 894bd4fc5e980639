/**
 * The gateway on a port: the same API, over the real terminals of a shop.
 *
 * It needs logins of its own and a file for its attempts, which no other process may have open. Nothing is simulated and
 * nothing invented.
 */
import { TcpConnection } from "@hipay-pos/concert-codec/node"
import * as Timeouts from "@hipay-pos/concert-codec/Timeouts"
import { safeListener } from "@hipay-pos/server"
import {
  businessDayOf,
  findPages,
  ownLoginsOf,
  type ServerOptions,
  type StartedServer,
  StartFailed,
  serveApp
} from "@hipay-pos/server/node"
import * as Space from "@hipay-pos/server/Space"
import * as Spaces from "@hipay-pos/server/Spaces"
import type { Terminals } from "@hipay-pos/server/Terminals"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as DialledTerminals from "../terminals/DialledTerminals.ts"
import * as GatewayConfig from "../terminals/GatewayConfig.ts"
import { accountsOf, checkOptions, makeRelay, type RelayOptions } from "./makeRelay.ts"
import { openGatewayStore } from "./openGatewayStore.ts"

/** How a gateway is set up. */
export interface StartGatewayOptions extends ServerOptions {
  /** The terminals that it dials, and no others. */
  readonly terminals: ReadonlyArray<GatewayConfig.GatewayTerminal>
  /** Sends all other orders to HiPay's own service; they are refused by default. */
  readonly relay?: RelayOptions | undefined
  /**
   * The file that keeps the attempts, for one gateway; made if it is not there, unless `requireStore` says otherwise. Or the
   * database that several share, `postgres://USER@HOST/DATABASE`, migrated before.
   */
  readonly store: string
  /** The name of this one among those that share a store; its machine's and its process's by default. */
  readonly instance?: string | undefined
  /** How long after its last sign of life the others give this one up; 15 s by default, and at least 1 s. */
  readonly lease?: Duration.Input | undefined
  /** The file that keeps payment results which could not be written when the gateway ended; none by default. */
  readonly spool?: string | undefined
  /** Refuses to start where there is no store; false by default. */
  readonly requireStore?: boolean | undefined
  /** Money back to cards; off by default. */
  readonly allowCredit?: boolean | undefined
  /** Taking back the last sale; off by default. */
  readonly allowCancel?: boolean | undefined
}

/** Starts a gateway. Rejects with {@link StartFailed}, one sentence a person can act on. */
export const startGateway = async (options: StartGatewayOptions): Promise<StartedServer> => {
  const credentials = ownLoginsOf(options)
  const days = businessDayOf(options)
  if (options.terminals.length === 0 && options.relay === undefined) {
    throw new StartFailed({ problem: "a gateway needs at least one terminal, or a service to relay orders to" })
  }
  const upstream = options.relay === undefined ? undefined : checkOptions(options.relay)
  const { store, summary, notifications, notReady, drainDelay, close } = await openGatewayStore(
    options,
    upstream && options.relay && { url: upstream.url, accounts: accountsOf(options.relay) }
  )
  const closing = new AbortController()
  const dialled = DialledTerminals.make({
    terminals: options.terminals,
    connector: TcpConnection.connector,
    store,
    settings: Timeouts.toSettings(options),
    allowCredit: options.allowCredit,
    allowCancel: options.allowCancel
  })
  const isDialled = DialledTerminals.makeServes(options.terminals)
  const relayed =
    options.relay === undefined || upstream === undefined
      ? undefined
      : await makeRelay(upstream, options.relay, {
          ...options,
          store,
          notifications,
          logins: credentials.map(({ username }) => username),
          onWarning: (detail) => safeListener(options.listener)({ _tag: "NotificationWarning", detail }),
          closing: closing.signal,
          isDialled,
          dialsTerminals: options.terminals.length > 0
        })
  const terminals: Terminals =
    relayed === undefined
      ? dialled
      : {
          ...dialled,
          choose: (request, received) =>
            isDialled(request) ? dialled.choose(request) : relayed.terminals.choose(request, received)
        }
  const runtime = ManagedRuntime.make(
    Layer.effect(
      Spaces.Spaces,
      Effect.gen(function* () {
        const space = yield* Space.make({
          name: "",
          ended: new AbortController().signal,
          store,
          terminals,
          attemptListener: relayed?.notifications,
          closing: closing.signal,
          dialect: options.dialect,
          listener: options.listener
        })
        if (relayed?.notifications !== undefined) yield* relayed.notifications.start(space.attempts)
        return Spaces.one(space)
      })
    )
  )
  // What a process before left unconsidered does not wait for the first order.
  if (relayed?.notifications !== undefined) await runtime.runPromise(Spaces.Spaces)
  const common = Timeouts.toSettings(options)
  const settings = options.terminals.map((terminal) => GatewayConfig.toSettings(terminal, common))
  return serveApp(
    {
      runtime,
      credentials,
      mode: "gateway",
      days,
      relay: relayed?.relay,
      closing,
      release: close,
      store: summary,
      notReady,
      answerTimeout: Timeouts.longest(relayed === undefined ? settings : [common, ...settings]),
      pages: findPages(import.meta.url)
    },
    {
      ...options,
      drainDelay: options.drainDelay ?? drainDelay,
      allowedHosts: [...(options.allowedHosts ?? []), ...publicHosts(options.relay)]
    }
  )
}

/** The name by which HiPay calls a relay. */
const publicHosts = (relay: RelayOptions | undefined): ReadonlyArray<string> => {
  const host = URL.parse(relay?.notifications?.url ?? "")?.hostname
  return host === undefined ? [] : [host]
}
