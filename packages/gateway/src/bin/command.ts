/** `hipay-pos gateway`: the POS API over the real terminals of a shop, until it is stopped. */
import { type CommandFailed, refuse, UnknownVariables, untilStopped } from "@hipay-pos/cli-kit"
import * as ErrorText from "@hipay-pos/core/ErrorText"
import type { Reloaded } from "@hipay-pos/core/wire/Reloaded"
import type { Listener, ServerEvent } from "@hipay-pos/server"
import { describePages, describeStore, linkTo, logAndExport, startServing } from "@hipay-pos/server/bin"
import { findPages } from "@hipay-pos/server/node"
import * as Console from "effect/Console"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import manifest from "../../package.json" with { type: "json" }
import { type Reloadable, type StartedGateway, startGateway } from "../node/startGateway.ts"
import { gatewayFlags, optionsOf, readSettings } from "./gatewayFlags.ts"
import { makeMigrateCommand } from "./migrate.ts"
import { makeReloadCommand } from "./reload.ts"
import { shortPasswords } from "./shortPasswords.ts"

/** The command under a name: `gateway` in a family of verbs, `hipay-pos-gateway` on its own; people type `typed`. */
export const makeGatewayCommand = <const Name extends string>(name: Name, typed: string = name) =>
  Command.make(
    name,
    gatewayFlags,
    Effect.fnUntraced(function* (flags) {
      const { json } = flags
      const reloadAtHangUp = yield* takeHangUps
      const options = yield* optionsOf(name, flags)
      const { terminals, relay } = options
      const { version } = manifest
      const mode = relay === undefined ? "gateway" : "relay"
      const {
        listener: log,
        linkWith,
        telemetry,
        metrics
      } = yield* logAndExport(name, flags, options, { version, mode })
      const listener: Listener = (event) => {
        log(event)
        if (isResultLost(event)) process.exitCode = RESULT_LOST
      }
      const unknown = yield* UnknownVariables
      if (unknown.length > 0)
        listener({
          _tag: "SettingsWarning",
          detail: `no flag is set by ${unknown.join(", ")}; check the spelling against --help`
        })
      const warnOfPasswords = ({ logins }: Pick<Reloadable, "logins">) => {
        const detail = shortPasswords(logins)
        if (detail !== undefined) listener({ _tag: "SettingsWarning", detail })
      }
      // A reload does not open the record again.
      const again = Effect.flatMap(readSettings(name, { ...flags, record: "" }), (settings) =>
        Effect.tap(take(name, server, settings), () => Effect.sync(() => warnOfPasswords(settings)))
      )
      const reload = yield* makeReload(Effect.scoped(again), listener)
      const start = () => startGateway({ ...options, version, listener, telemetry, onReload: reload })
      const server: StartedGateway = yield* startServing(name, start)
      warnOfPasswords(options)
      const { url, store } = server
      const pages = findPages(import.meta.url)
      linkWith(linkTo(url, pages))
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
              ...describePages(url, pages),
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

/** The exit code of a gateway that stops while its store lacks the end of a payment; the alarm says where that is. */
const RESULT_LOST = 4

const isResultLost = (event: ServerEvent): boolean =>
  event._tag === "Alarm" && event.code === "attempt.end.lost" && event.details.next === undefined

const describeUpstream = (upstream: string): string =>
  upstream === "stage" || upstream === "production" ? `HiPay's service (${upstream})` : upstream

/** Makes the gateway use the settings that were read again. */
const take = (name: string, server: StartedGateway, settings: Reloadable): Effect.Effect<Reloaded, CommandFailed> =>
  Effect.as(
    Effect.tryPromise({
      try: () => server.reload(settings),
      catch: (error) => refuse(`${name}: ${ErrorText.of(error)}`)
    }),
    { terminals: settings.terminals.length, logins: settings.logins?.length ?? 0 }
  )

/** Returns a function that reads the settings again, one call after the other, and logs the result. */
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
        detail: `not read again, the previous ones stay in use: ${problem}`,
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
 * Handles SIGHUP, which would otherwise end the process, until the scope is closed. The returned function makes it reload the
 * settings until its own scope is closed: not while the gateway starts, nor while it waits for payments under way. A SIGHUP
 * in the first moments of the process, before this, still ends it: a service manager is told to start it again.
 */
const takeHangUps = Effect.gen(function* () {
  const nothing = () => {}
  let act = nothing
  const onSignal = () => act()
  process.on("SIGHUP", onSignal)
  yield* Effect.addFinalizer(() => Effect.sync(() => process.off("SIGHUP", onSignal)))
  return (reload: () => Promise<Reloaded>): Effect.Effect<void, never, Scope.Scope> => {
    act = () => {
      // `makeReload` has logged it.
      reload().catch(() => {})
    }
    return Effect.addFinalizer(() =>
      Effect.sync(() => {
        act = nothing
      })
    )
  }
})
