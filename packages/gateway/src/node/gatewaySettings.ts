/** The terminals and logins of a running gateway, which a reload replaces. */
import type { Credentials } from "@hipay-pos/server"
import { ownLoginsOf, StartFailed } from "@hipay-pos/server/node"
import * as Result from "effect/Result"
import * as GatewayConfig from "../terminals/GatewayConfig.ts"
import type { StartGatewayOptions } from "./StartGatewayOptions.ts"
import type { TerminalsAndLogins } from "./sharedSettings.ts"

/** Terminals and logins that were checked. */
export interface CheckedSettings {
  readonly terminals: StartGatewayOptions["terminals"]
  readonly credentials: ReadonlyArray<Credentials.Credentials>
}

/** The settings in force. */
export interface GatewaySettings {
  readonly terminals: () => CheckedSettings["terminals"]
  readonly credentials: () => CheckedSettings["credentials"]
  /** Calls back after each reload, until the returned function is called. */
  readonly watch: (changed: () => void) => () => void
  /** Throws {@link StartFailed} if the settings cannot work. */
  readonly check: (settings: TerminalsAndLogins) => CheckedSettings
  /** Puts settings in force. */
  readonly take: (settings: CheckedSettings) => void
}

/** The settings of a start. Throws {@link StartFailed} if they cannot work. */
export const makeGatewaySettings = (
  options: TerminalsAndLogins & Pick<StartGatewayOptions, "relay">
): GatewaySettings => {
  const check: GatewaySettings["check"] = ({ terminals: given, ...logins }) => {
    const checked = GatewayConfig.checkList(given)
    if (Result.isFailure(checked)) throw new StartFailed({ problem: checked.failure.join("; ") })
    const terminals = checked.success
    if (terminals.length === 0 && options.relay === undefined) {
      throw new StartFailed({ problem: "a gateway needs at least one terminal, or a service to relay orders to" })
    }
    return { terminals, credentials: ownLoginsOf(logins) }
  }
  let current = check(options)
  const watchers = new Set<() => void>()
  return {
    terminals: () => current.terminals,
    credentials: () => current.credentials,
    watch: (changed) => {
      watchers.add(changed)
      return () => watchers.delete(changed)
    },
    check,
    take: (settings) => {
      current = settings
      for (const changed of watchers) changed()
    }
  }
}
