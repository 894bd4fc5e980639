/**
 * The gateway on a port: the same API, over the real terminals of a shop. It needs logins of its own and a store for its
 * attempts: a file that no other process has open, or a database. Nothing is simulated.
 */
import { TcpConnection } from "@hipay-pos/concert-codec/node"
import { defined } from "@hipay-pos/core/Defined"
import type { OrderRequest } from "@hipay-pos/core/Order"
import { safeListener } from "@hipay-pos/server"
import {
  businessDayOf,
  checkHosts,
  findPages,
  inLifetime,
  type Lifetime,
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
import type { TerminalWatch } from "../terminals/TerminalWatch.ts"
import { answerableElsewhere } from "./answerableElsewhere.ts"
import { checkStartOptions } from "./checkStartOptions.ts"
import { makeGatewayAlarms } from "./gatewayAlarms.ts"
import { type CheckedSettings, makeGatewaySettings } from "./gatewaySettings.ts"
import { longestWait } from "./longestWait.ts"
import {
  accountsOf,
  checkOptions,
  checkReload,
  type MadeRelay,
  makeRelay,
  type RelayLogins,
  type RelayOptions
} from "./makeRelay.ts"
import { openGatewayStore } from "./openGatewayStore.ts"
import type { StartGatewayOptions } from "./StartGatewayOptions.ts"
import type { TerminalsAndLogins } from "./sharedSettings.ts"
import { checkAlarms } from "./startAlarms.ts"
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

const readOptions = (options: StartGatewayOptions) => {
  checkStartOptions(options)
  return readTimeouts(options, "lease", "watchTerminals")
}

const start = async (
  options: ReturnType<typeof readOptions>,
  { onClose, close }: Lifetime
): Promise<StartedGateway> => {
  const settings = makeGatewaySettings(options)
  checkHosts(options.allowedHosts)
  checkTimeouts(options)
  if (options.alarms !== undefined) checkAlarms(options.alarms, Address.isShared(options.store))
  if (options.watchTerminals !== undefined) checkWatch(options.watchTerminals)
  const alarms = makeGatewayAlarms(options)
  const { listener } = alarms
  const days = businessDayOf(options)
  const relay = options.relay && { options: options.relay, upstream: checkOptions(options.relay) }
  const opened = await openGatewayStore(
    { ...options, listener, onGivenUp: () => alarms.started()?.onGivenUp() },
    relay && askedOf(relay.upstream, relay.options, settings.credentials())
  )
  onClose(opened.close)
  const { store, summary, notifications, isElsewhere, announce, takeUpstream } = opened
  const raised = alarms.open(opened)
  if (raised !== undefined) onClose(raised.close)
  const closing = new AbortController()
  const { answerTimeout, connectTimeout, queueTimeout } = options
  const common = defined({ answerTimeout, connectTimeout, queueTimeout })
  const dialled = DialledTerminals.make({
    terminals: settings.terminals,
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
          terminals: settings.terminals,
          accepts: dialled.accepts,
          store,
          every: options.watchTerminals,
          onLook: (terminal, isReachable) => raised?.onReach(terminal, isReachable)
        })
  const isDialled = DialledTerminals.makeServes(settings.terminals)
  const relayed =
    relay &&
    (await makeRelay(relay.upstream, relay.options, {
      ...options,
      store,
      notifications,
      logins: () => namesOf(settings.credentials()),
      onRefused: (detail, address) => safeListener(listener)({ _tag: "NotificationRefused", detail, address }),
      onWarning: (detail) => safeListener(listener)({ _tag: "NotificationWarning", detail }),
      closing: closing.signal,
      isDialled,
      dialsTerminals: () => settings.terminals().length > 0
    }))
  const wait = longestWait(settings.terminals(), common, relayed !== undefined)
  const elsewhere = isElsewhere === undefined ? {} : { answerableUntil: answerableElsewhere(isElsewhere) }
  const runtime = makeRuntime(
    {
      store,
      changes: opened.changes,
      terminals: { ...joinTerminals(dialled, relayed?.terminals, isDialled), ...elsewhere },
      tracer: options.telemetry?.tracer,
      attemptListeners: [
        relayed?.notifications,
        options.telemetry?.metrics?.attemptListener,
        raised?.attemptListener,
        watch
      ],
      notificationsOf: relayed?.notifications?.of,
      closing: closing.signal,
      dialect: options.dialect,
      listener
    },
    relayed?.notifications,
    watch
  )
  onClose(() => runtime.dispose())
  // Notifications that an earlier process left do not wait for the first order, and neither does the watch.
  if (relayed?.notifications !== undefined || watch !== undefined) await runtime.runPromise(Spaces.Spaces)
  const started = await serveApp(
    {
      runtime,
      credentials: settings.credentials,
      watchLogins: settings.watch,
      mode: "gateway",
      days,
      relay: relayed?.relay,
      terminals: listTerminals({ terminals: settings.terminals, store, seen: (address) => watch?.seen(address) }),
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
  let relayLogins: Reloadable["relay"] = options.relay
  return {
    ...started,
    reload: async (reloaded) => {
      const next = settings.check(reloaded)
      if (relay !== undefined) {
        const logins = { ...relayLogins, ...reloaded.relay }
        checkReload(relay.options, logins)
        await takeUpstream(askedOf(relay.upstream, logins, next.credentials))
        relayed?.takeLogins(logins)
        relayLogins = logins
      }
      settings.take(next)
      wait.take(next.terminals)
      await announce?.(reloaded).catch((error: Error) =>
        safeListener(listener)({
          _tag: "StoreWarning",
          detail: `the settings are in force, but the other gateways could not be told yet: ${error.message}`
        })
      )
    }
  }
}

/** The runtime of a gateway's only space, with its notifications considered and its terminals watched until it is disposed. */
const makeRuntime = (
  parts: Omit<Space.SpaceParts, "name" | "ended">,
  notifications: MadeRelay["notifications"],
  watch: TerminalWatch | undefined
) =>
  ManagedRuntime.make(
    Layer.effect(
      Spaces.Spaces,
      Effect.gen(function* () {
        const space = yield* Space.make({ ...parts, name: "", ended: new AbortController().signal })
        if (notifications !== undefined) yield* notifications.start(space.attempts)
        if (watch !== undefined) yield* Effect.forkScoped(watch.run)
        return Spaces.one(space)
      })
    )
  )

/** Throws {@link StartFailed} if no terminal could be reached or none could answer in time, as the file of terminals does. */
const checkTimeouts = ({ connectTimeout, answerTimeout }: ReturnType<typeof readOptions>): void => {
  for (const [flag, timeout] of Object.entries(
    defined({ "--connect-timeout": connectTimeout, "--answer-timeout": answerTimeout })
  )) {
    if (!Duration.isGreaterThan(timeout, Duration.zero))
      throw new StartFailed({ problem: `${flag}: expected a length of time above 0` })
  }
}

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
  credentials: CheckedSettings["credentials"]
): StoreUpstream.AskedUpstream => ({
  url,
  accounts: accountsOf(relay),
  logins: relay.passThrough ? undefined : namesOf(credentials)
})

const namesOf = (credentials: CheckedSettings["credentials"]): ReadonlyArray<string> =>
  credentials.map(({ username }) => username)

/** The host name under which HiPay calls a relay. */
const publicHosts = (relay: RelayOptions | undefined): ReadonlyArray<string> => {
  const host = URL.parse(relay?.notifications?.url ?? "")?.hostname
  return host === undefined ? [] : [host]
}
