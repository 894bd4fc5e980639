/** `hipay-pos gateway`: the POS API over the real terminals of a shop, until it is stopped. */
import { type CommandFailed, Flags, refuse, untilStopped } from "@hipay-pos/cli-kit"
import type { Reloaded } from "@hipay-pos/core/wire/Reloaded"
import type { Listener } from "@hipay-pos/server"
import {
  describeStore,
  exportTelemetry,
  logOptions,
  makeLog,
  problemOf,
  readLogins,
  serverFlags,
  useLightResponses
} from "@hipay-pos/server/bin"
import { findPages } from "@hipay-pos/server/node"
import * as Console from "effect/Console"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import manifest from "../../package.json" with { type: "json" }
import { type Reloadable, type StartedGateway, type StartGatewayOptions, startGateway } from "../node/startGateway.ts"
import { makeMigrateCommand } from "./migrate.ts"
import { alarmFlags, readAlarms } from "./readAlarms.ts"
import { readRelay, relayFlags } from "./readRelay.ts"
import { readTerminals } from "./readTerminals.ts"
import { makeReloadCommand } from "./reload.ts"

const flags = {
  ...serverFlags,
  dial: Flags.repeated("dial", "HOST or HOST:PORT of a terminal, port 8888 by default"),
  terminals: Flags.text("terminals", "JSON file with terminals and what is special about each"),
  store: Flags.text(
    "store",
    "file for the attempts, required: created if missing, used by one process at a time; or postgres://USER@HOST/DATABASE for several"
  ),
  instance: Flags.string("instance").pipe(
    Flag.withDescription("name of this gateway among those that share a store; machine and process by default"),
    Flag.optional
  ),
  lease: Flags.duration("lease", "15s", "how long after its last sign of life the others count this gateway as gone"),
  drainDelay: Flags.optionalDuration(
    "drain-delay",
    "how long it still serves after SIGTERM while /readyz says 503; 5s with a shared store, 0s else"
  ),
  spool: Flags.string("spool").pipe(
    Flag.withDescription("file for payment results that cannot be written at the end; the next start writes them"),
    Flag.optional
  ),
  requireStore: Flags.yes("require-store", "refuse to start where there is no store, instead of making one"),
  watchTerminals: Flags.optionalDuration(
    "watch-terminals",
    "how often to check that terminals accept a connection, such as 30s; not while a payment there is undecided; off by default"
  ),
  ...relayFlags,
  ...alarmFlags,
  allowCredit: Flags.yes("allow-credit", "accept orders that give money back to a card"),
  allowCancel: Flags.yes("allow-cancel", "accept orders that reverse a terminal's last sale")
}

/** The command under a name: `gateway` in a family of verbs, `hipay-pos-gateway` on its own; people type `typed`. */
export const makeGatewayCommand = <const Name extends string>(name: Name, typed: string = name) =>
  Command.make(
    name,
    flags,
    Effect.fnUntraced(function* ({
      json,
      dial,
      terminals: file,
      credentials,
      logins: loginsFile,
      allowHost,
      maxConnections,
      timeZone,
      dayStarts,
      locale,
      relay: service,
      onlyRelay,
      relayCredentials,
      passThrough,
      blockUnknown,
      passphraseFile,
      notifyUrl,
      forwardNotifications,
      notify,
      record,
      ca,
      instance,
      drainDelay,
      spool,
      watchTerminals,
      metricsPort,
      logFormat,
      logLevel,
      alarmUrl,
      alarmSecretFile,
      alarmCommand,
      alarmOutbox,
      alarmUnknownAfter,
      alarmUnreachableAfter,
      ...options
    }) {
      const reloadAtHangUp = yield* takeHangUps
      if (options.store === "") return yield* refuse(`${name}: --store PATH is needed: attempts must survive a crash`)
      if (onlyRelay && (dial.length > 0 || file !== ""))
        return yield* refuse(`${name}: --only-relay dials no terminal: leave out --dial and --terminals`)
      const flags = {
        relay: service,
        onlyRelay,
        relayCredentials,
        passThrough,
        blockUnknown,
        passphraseFile,
        notifyUrl,
        forwardNotifications,
        notify,
        record,
        ca
      }
      /** What is read again while it runs. */
      const read = Effect.fnUntraced(function* (relayFlags = flags) {
        const terminals = yield* readTerminals(name, { dial, terminals: file, mayBeNone: service !== "" })
        const logins = yield* readLogins(name, credentials, loginsFile)
        return { terminals, logins, relay: yield* readRelay(name, relayFlags, logins) }
      })
      const { terminals, logins, relay } = yield* read()
      const alarms = yield* readAlarms(name, {
        alarmUrl,
        alarmSecretFile,
        alarmCommand,
        alarmOutbox,
        alarmUnknownAfter,
        alarmUnreachableAfter
      })
      const { version } = manifest
      const days = { timeZone: Option.getOrUndefined(timeZone), dayStarts: Option.getOrUndefined(dayStarts) }
      const log = makeLog(logOptions({ json, logFormat, logLevel }, days))
      yield* Effect.addFinalizer(() => Effect.sync(log.end))
      const mode = relay === undefined ? "gateway" : "relay"
      const { listener } = log
      const { telemetry, metrics } = yield* exportTelemetry(name, {
        host: options.host,
        metricsPort,
        version,
        mode,
        listener
      })
      // The record goes on as it is.
      const again = Effect.flatMap(read({ ...flags, record: "" }), (settings) => take(name, server, settings))
      const reload = yield* makeReload(Effect.scoped(again), listener)
      const server: StartedGateway = yield* start(name, {
        ...options,
        ...days,
        maxConnections: Option.getOrUndefined(maxConnections),
        locale: Option.getOrUndefined(locale),
        instance: Option.getOrUndefined(instance),
        drainDelay: Option.getOrUndefined(drainDelay),
        spool: Option.getOrUndefined(spool),
        watchTerminals: Option.getOrUndefined(watchTerminals),
        allowedHosts: allowHost,
        terminals,
        relay,
        logins,
        version,
        listener,
        telemetry,
        alarms,
        onReload: reload
      })
      const { url, store } = server
      const ready = Console.log(
        json
          ? JSON.stringify({
              ready: true,
              url,
              mode,
              upstream: relay?.upstream,
              store,
              metrics
            })
          : [
              relay === undefined
                ? `POS API on ${url}, over real terminals: orders take real money.`
                : `POS API on ${url}, in front of ${describeUpstream(relay.upstream)}: orders take real money there, unless it is a mock.`,
              ...terminals.map(({ name, host, port = 8888 }) =>
                `Terminal ${name ?? ""} ${host}:${port}`.replace("  ", " ")
              ),
              ...describeStore(store),
              ...(findPages(import.meta.url) === undefined ? [] : [`Console on ${url}/`]),
              ...(metrics === undefined ? [] : [`Metrics for Prometheus on ${metrics}`]),
              "Ctrl-C ends it once the payments under way have ended."
            ].join("\n")
      )
      return yield* untilStopped(Effect.andThen(Effect.andThen(ready, reloadAtHangUp(reload)), Effect.never))
    }, Effect.scoped)
  ).pipe(
    Command.withDescription(
      "The HiPay POS API over your own Concert terminals, or in front of HiPay's own service. Takes real money. Unofficial."
    ),
    Command.withExamples([
      {
        command: `${typed} --dial 192.168.1.20 --store attempts.db --credentials login.txt`,
        description: "One terminal on the shop's network, port 8888"
      },
      {
        command: `${typed} --terminals terminals.json --store attempts.db --logins logins.json --allow-cancel`,
        description: "Several terminals, each with settings of its own; several logins"
      },
      {
        command: `${typed} --relay production --store attempts.db --credentials login.txt --relay-credentials hipay.txt`,
        description: "In front of HiPay's own service: a till changes its URL and login, and never pays twice"
      }
    ]),
    Command.withSubcommands([makeMigrateCommand(`${typed} migrate`), makeReloadCommand(`${typed} reload`)])
  )

const describeUpstream = (upstream: string): string =>
  upstream === "stage" || upstream === "production" ? `HiPay's service (${upstream})` : upstream

/** Has the gateway take what was read again. */
const take = (name: string, server: StartedGateway, settings: Reloadable): Effect.Effect<Reloaded, CommandFailed> =>
  Effect.as(
    Effect.tryPromise({
      try: () => server.reload(settings),
      catch: (error) => refuse(`${name}: ${problemOf(error)}`)
    }),
    { terminals: settings.terminals.length, logins: settings.logins?.length ?? 0 }
  )

/** Reads the settings again when it is called, one time after the other, and says in the log what came of it. */
const makeReload = (again: Effect.Effect<Reloaded, CommandFailed>, listener: Listener) =>
  Effect.map(Effect.context<never>(), (context) => {
    let last: Promise<unknown> = Promise.resolve()
    const read = async (): Promise<Reloaded> => {
      const result = await Effect.runPromiseWith(context)(Effect.result(again))
      if (Result.isSuccess(result)) {
        const { terminals, logins } = result.success
        const detail = `read again: terminals: ${terminals}, logins: ${logins}`
        listener({ _tag: "SettingsRead", detail, isTaken: true })
        return result.success
      }
      const problem = result.failure.line?.replaceAll("\n", "; ") ?? "no reason given"
      listener({
        _tag: "SettingsRead",
        detail: `not read again, those of before stay: ${problem}`,
        isTaken: false
      })
      throw new Error(problem)
    }
    return (): Promise<Reloaded> => {
      const next = last.then(read)
      last = next.catch(() => {})
      return next
    }
  })

/**
 * Takes SIGHUP, which would end the process, until the scope is closed. What this returns has the settings read again at it,
 * until its own scope is closed: not while the gateway starts, nor while it waits for the payments under way.
 */
const takeHangUps = Effect.gen(function* () {
  const nothing = () => {}
  let act = nothing
  const onSignal = () => act()
  process.on("SIGHUP", onSignal)
  yield* Effect.addFinalizer(() => Effect.sync(() => process.off("SIGHUP", onSignal)))
  return (reload: () => Promise<Reloaded>): Effect.Effect<void, never, Scope.Scope> => {
    act = () => {
      // It is in the log.
      reload().catch(() => {})
    }
    return Effect.addFinalizer(() =>
      Effect.sync(() => {
        act = nothing
      })
    )
  }
})

const start = (name: string, options: StartGatewayOptions): Effect.Effect<StartedGateway, CommandFailed, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.tryPromise({
      try: () => {
        useLightResponses()
        return startGateway(options)
      },
      catch: (error) => refuse(`${name}: ${problemOf(error)}`)
    }),
    (server) => Effect.promise(() => server.close())
  )
