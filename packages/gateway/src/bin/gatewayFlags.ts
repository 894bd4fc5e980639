/** The flags of the gateway, and their conversion to options. */
import { resolve } from "node:path"
import { type CommandFailed, Flags, refuse } from "@hipay-pos/cli-kit"
import { readLogins, serverFlags, serverOptionsOf } from "@hipay-pos/server/bin"
import type * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import type { StartGatewayOptions } from "../node/startGateway.ts"
import * as Address from "../postgres/Address.ts"
import { alarmFlags, readAlarms } from "./readAlarms.ts"
import { readRelay, relayFlags } from "./readRelay.ts"
import { readTerminals } from "./readTerminals.ts"

/** As they are typed. */
export const gatewayFlags = {
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
  lease: Flags.optionalDuration(
    "lease",
    "how long after it last renewed its lease the others count this gateway as gone, 15s by default"
  ),
  drainDelay: Flags.optionalDuration(
    "drain-delay",
    "how long it still serves after SIGTERM while /readyz says 503; by default 5s with a shared store, otherwise 0s"
  ),
  spool: Flags.string("spool").pipe(
    Flag.withDescription("file for payment results that cannot be written to the store; the next start writes them"),
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

/** The flags' values. */
export type GatewayFlags = Command.Command.Config.Infer<typeof gatewayFlags>

/** Terminals, logins and the relay's settings: what is read again while a gateway runs. */
export const readSettings = Effect.fnUntraced(function* (
  verb: string,
  flags: GatewayFlags
): Effect.fn.Return<Pick<StartGatewayOptions, "terminals" | "logins" | "relay">, CommandFailed, Scope.Scope> {
  const terminals = yield* readTerminals(verb, { ...flags, mayBeNone: flags.relay !== "" })
  const logins = yield* readLogins(verb, flags.credentials, flags.logins)
  return { terminals, logins, relay: yield* readRelay(verb, flags, logins) }
})

/** What a gateway is started with. */
export const optionsOf = Effect.fnUntraced(function* (
  verb: string,
  flags: GatewayFlags
): Effect.fn.Return<StartGatewayOptions, CommandFailed, Scope.Scope> {
  const { store, requireStore, allowCredit, allowCancel } = flags
  if (store === "") return yield* refuse(`${verb}: --store PATH is needed: attempts must survive a crash`)
  const ofShared = Option.isSome(flags.instance) ? "--instance" : Option.isSome(flags.lease) ? "--lease" : undefined
  if (ofShared !== undefined && !Address.isShared(store))
    return yield* refuse(`${verb}: ${ofShared} goes with --store postgres://…`)
  const alike = flagsOfOneFile({
    "--store": Address.isShared(store) ? "" : store,
    "--spool": Option.getOrElse(flags.spool, () => ""),
    "--alarm-outbox": flags.alarmOutbox,
    "--record": flags.record
  })
  if (alike.length > 0)
    return yield* refuse(`${verb}: ${alike.join(" and ")} name the same file; each needs one of its own`)
  if (flags.onlyRelay && (flags.dial.length > 0 || flags.terminals !== ""))
    return yield* refuse(`${verb}: --only-relay dials no terminal: leave out --dial and --terminals`)
  return {
    ...serverOptionsOf(flags),
    ...(yield* readSettings(verb, flags)),
    alarms: yield* readAlarms(verb, flags),
    store,
    requireStore,
    instance: Option.getOrUndefined(flags.instance),
    lease: Option.getOrUndefined(flags.lease),
    drainDelay: Option.getOrUndefined(flags.drainDelay),
    spool: Option.getOrUndefined(flags.spool),
    watchTerminals: Option.getOrUndefined(flags.watchTerminals),
    allowCredit,
    allowCancel
  }
})

/** Flags that name the same file; none if each names one of its own. */
const flagsOfOneFile = (files: Readonly<Record<string, string>>): ReadonlyArray<string> => {
  const given = Object.entries(files).filter(([, file]) => file !== "")
  const paths = Map.groupBy(given, ([, file]) => resolve(file))
  return [...paths.values()].find((named) => named.length > 1)?.map(([flag]) => flag) ?? []
}
