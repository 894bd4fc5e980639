/**
 * The gateway on a port: the same API, over the real terminals of a shop. It needs logins of its own and a store for its
 * attempts: a file that no other process has open, or a database. Nothing is simulated.
 */
import { TcpConnection } from "@hipay-pos/concert-codec/node"
import { defined } from "@hipay-pos/core/Defined"
import type { OrderRequest } from "@hipay-pos/core/Order"
import { type Listener, type ServerEvent, safeListener } from "@hipay-pos/server"
import {
  businessDayOf,
  checkHosts,
  findPages,
  inLifetime,
  type Lifetime,
  listenersOf,
  ownLoginsOf,
  readTimeouts,
  type StartedServer,
  StartFailed,
  type StoreUpstream,
  serveApp
} from "@hipay-pos/server/node"
import * as Space from "@hipay-pos/server/Space"
import * as Spaces from "@hipay-pos/server/Spaces"
import type { Terminals } from "@hipay-pos/server/Terminals"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import manifest from "../../package.json" with { type: "json" }
import * as Address from "../postgres/Address.ts"
import type { Upstream } from "../relay/Upstream.ts"
import * as DialledTerminals from "../terminals/DialledTerminals.ts"
import { listTerminals } from "../terminals/listTerminals.ts"
import { answerableElsewhere } from "./answerableElsewhere.ts"
import { longestWait } from "./longestWait.ts"
import { accountsOf, checkOptions, checkReload, makeRelay, type RelayLogins, type RelayOptions } from "./makeRelay.ts"
import { type GatewayStore, openGatewayStore } from "./openGatewayStore.ts"
import type { StartGatewayOptions } from "./StartGatewayOptions.ts"
import type { TerminalsAndLogins } from "./sharedSettings.ts"
import { checkAlarms, type StartedAlarms, startAlarms } from "./startAlarms.ts"
import { checkWatch, watchTerminals } from "./watchTerminals.ts"

export type { StartGatewayOptions }

/** A running gateway. */
export interface StartedGateway extends StartedServer {
  /**
   * Replaces terminals and logins, the relay's logins at its service and the passphrases of its notifications, from the next
   * order on; payments under way end as they began. Throws {@link StartFailed} if they are refused: the previous ones stay in
   * use.
   */
  readonly reload: (settings: Reloadable) => Promise<void>
}

/** What can be replaced while a gateway runs. */
export type Reloadable = TerminalsAndLogins & {
  /** A missing key leaves the setting as it was; `undefined` removes it. */
  readonly relay?: RelayLogins | undefined
}

/** Starts a gateway. Rejects with {@link StartFailed}, one sentence a person can act on. */
export const startGateway = (options: StartGatewayOptions): Promise<StartedGateway> =>
  inLifetime(async (lifetime) => start(readOptions(options), lifetime))

const readOptions = (options: StartGatewayOptions) => readTimeouts(options, "lease", "watchTerminals")

const start = async (
  options: ReturnType<typeof readOptions>,
  { onClose, close }: Lifetime
): Promise<StartedGateway> => {
  let current = check(options)
  /** Called after a reload. */
  const loginWatchers = new Set<() => void>()
  checkHosts(options.allowedHosts)
  checkTimeouts(options)
  let relayLogins: Reloadable["relay"] = options.relay
  const isShared = Address.isShared(options.store)
  if (options.alarms !== undefined) checkAlarms(options.alarms, isShared)
  if (options.watchTerminals !== undefined) checkWatch(options.watchTerminals)
  let alarms: StartedAlarms | undefined
  /** What happened before alarms could be delivered, such as what became of the ends in the spool. */
  const early: Array<ServerEvent> = []
  const logged = listenersOf(options)
  const listener: Listener = (event) => {
    if (alarms !== undefined) safeListener(alarms.listener)(event)
    else if (options.alarms !== undefined) early.push(event)
    logged?.(event)
  }
  const days = businessDayOf(options)
  const relay = options.relay && { options: options.relay, upstream: checkOptions(options.relay) }
  const opened = await openGatewayStore(
    { ...options, listener, onGivenUp: () => alarms?.onGivenUp() },
    relay && askedOf(relay.upstream, relay.options, current.credentials)
  )
  onClose(opened.close)
  const { store, summary, notifications, isElsewhere, announce, takeUpstream } = opened
  alarms = openAlarms(options, opened, logged)
  if (alarms !== undefined) onClose(alarms.close)
  for (const event of early.splice(0)) safeListener(alarms?.listener)(event)
  const closing = new AbortController()
  const { answerTimeout, connectTimeout, queueTimeout } = options
  const common = defined({ answerTimeout, connectTimeout, queueTimeout })
  const dialled = DialledTerminals.make({
    terminals: () => current.terminals,
    connector: TcpConnection.connector,
    store,
    settings: common,
    allowCredit: options.allowCredit,
    allowCancel: options.allowCancel
  })
  const watch =
    options.watchTerminals === undefined
      ? undefined
      : watchTerminals(options, {
          terminals: () => current.terminals,
          accepts: dialled.accepts,
          store,
          every: options.watchTerminals,
          onLook: (terminal, isReachable) => alarms?.onReach(terminal, isReachable)
        })
  const isDialled = DialledTerminals.makeServes(() => current.terminals)
  const relayed =
    relay &&
    (await makeRelay(relay.upstream, relay.options, {
      ...options,
      store,
      notifications,
      logins: () => current.credentials.map(({ username }) => username),
      onRefused: (detail, address) => safeListener(listener)({ _tag: "NotificationRefused", detail, address }),
      onWarning: (detail) => safeListener(listener)({ _tag: "NotificationWarning", detail }),
      closing: closing.signal,
      isDialled,
      dialsTerminals: () => current.terminals.length > 0
    }))
  const wait = longestWait(current.terminals, common, relayed !== undefined)
  const elsewhere = isElsewhere === undefined ? {} : { answerableUntil: answerableElsewhere(isElsewhere) }
  const terminals: Terminals = { ...joinTerminals(dialled, relayed?.terminals, isDialled), ...elsewhere }
  const runtime = ManagedRuntime.make(
    Layer.effect(
      Spaces.Spaces,
      Effect.gen(function* () {
        const space = yield* Space.make({
          name: "",
          ended: new AbortController().signal,
          store,
          changes: opened.changes,
          terminals,
          tracer: options.telemetry?.tracer,
          attemptListeners: [
            relayed?.notifications,
            options.telemetry?.metrics?.attemptListener,
            alarms?.attemptListener,
            watch
          ],
          notificationsOf: relayed?.notifications?.of,
          closing: closing.signal,
          dialect: options.dialect,
          listener
        })
        if (relayed?.notifications !== undefined) yield* relayed.notifications.start(space.attempts)
        if (watch !== undefined) yield* Effect.forkScoped(watch.run)
        return Spaces.one(space)
      })
    )
  )
  onClose(() => runtime.dispose())
  // Notifications that an earlier process left do not wait for the first order, and neither does the watch.
  if (relayed?.notifications !== undefined || watch !== undefined) await runtime.runPromise(Spaces.Spaces)
  const started = await serveApp(
    {
      runtime,
      credentials: () => current.credentials,
      watchLogins: (changed) => {
        loginWatchers.add(changed)
        return () => loginWatchers.delete(changed)
      },
      mode: "gateway",
      days,
      relay: relayed?.relay,
      terminals: listTerminals({
        terminals: () => current.terminals,
        store,
        seen: (address) => watch?.seen(address)
      }),
      instances: opened.instances,
      closing,
      release: close,
      reload: options.onReload,
      store: summary,
      instance: summary.instance,
      notReady: opened.notReady,
      signSession: opened.signSession,
      longestAnswer: wait.answer,
      pages: findPages(import.meta.url)
    },
    {
      ...options,
      version: options.version ?? manifest.version,
      listener,
      drainDelay: options.drainDelay ?? opened.drainDelay,
      allowedHosts: [...(options.allowedHosts ?? []), ...publicHosts(options.relay)]
    }
  )
  return {
    ...started,
    reload: async (settings) => {
      const next = check({ ...settings, relay: options.relay })
      if (relay !== undefined) {
        const logins = { ...relayLogins, ...settings.relay }
        checkReload(relay.options, logins)
        await takeUpstream(askedOf(relay.upstream, logins, next.credentials))
        relayed?.takeLogins(logins)
        relayLogins = logins
      }
      current = next
      for (const changed of loginWatchers) changed()
      wait.take(next.terminals)
      await announce?.(settings).catch((error: Error) =>
        safeListener(listener)({
          _tag: "StoreWarning",
          detail: `the settings are in force, but the other gateways could not be told yet: ${error.message}`
        })
      )
    }
  }
}

/** The terminals and logins of some settings. Throws {@link StartFailed} if they cannot work. */
const check = (options: Pick<StartGatewayOptions, "terminals" | "logins" | "credentials" | "relay">) => {
  const { terminals, relay } = options
  if (terminals.length === 0 && relay === undefined) {
    throw new StartFailed({ problem: "a gateway needs at least one terminal, or a service to relay orders to" })
  }
  return { terminals, credentials: ownLoginsOf(options) }
}

/** Throws {@link StartFailed} if no terminal could be reached or none could answer in time, as the file of terminals does. */
const checkTimeouts = ({ connectTimeout, answerTimeout }: ReturnType<typeof readOptions>): void => {
  for (const [flag, timeout] of Object.entries(
    defined({ "--connect-timeout": connectTimeout, "--answer-timeout": answerTimeout })
  )) {
    if (!Duration.isGreaterThan(timeout, Duration.zero))
      throw new StartFailed({ problem: `${flag}: expected a length of time above 0` })
  }
}

/** Starts the alarms of a gateway, if they are configured; each is also logged. */
const openAlarms = (
  { alarms, store: storePath }: StartGatewayOptions,
  { store, alarms: sharedAlarms, summary }: GatewayStore,
  logged: Listener | undefined
): StartedAlarms | undefined =>
  alarms &&
  startAlarms(alarms, {
    storePath,
    store,
    sharedAlarms,
    instance: summary.instance,
    onRaised: ({ code, message, attempt, order: orderId, terminal }) =>
      safeListener(logged)({ _tag: "GatewayAlarm", code, message, attempt, orderId, terminal }),
    onWarning: (detail) => safeListener(logged)({ _tag: "StoreWarning", detail })
  })

/** The terminals that a gateway dials and, for all other orders, those behind its relay, if it has one. */
const joinTerminals = (
  dialled: Terminals,
  relayed: Pick<Terminals, "choose"> | undefined,
  isDialled: (request: OrderRequest) => boolean
): Terminals =>
  relayed === undefined
    ? dialled
    : {
        ...dialled,
        choose: (request, login, received) =>
          isDialled(request) ? dialled.choose(request, login) : relayed.choose(request, login, received)
      }

/** The accounts to compare with a store's: those of the known logins, or of any login if callers use the service's. */
const askedOf = (
  { url }: Upstream,
  relay: NonNullable<Reloadable["relay"]>,
  credentials: ReturnType<typeof ownLoginsOf>
): StoreUpstream.AskedUpstream => ({
  url,
  accounts: accountsOf(relay),
  logins: relay.passThrough ? undefined : credentials.map(({ username }) => username)
})

/** The host name under which HiPay calls a relay. */
const publicHosts = (relay: RelayOptions | undefined): ReadonlyArray<string> => {
  const host = URL.parse(relay?.notifications?.url ?? "")?.hostname
  return host === undefined ? [] : [host]
}
