/**
 * The settings that have to be the same on all gateways that share a store, as a text to compare: a line for each, name and
 * value. Lists are digests that ignore the order and the defaults that a file leaves out. Passwords are not included.
 */
import { createHash } from "node:crypto"
import * as JsonText from "@hipay-pos/core/JsonText"
import { Credentials } from "@hipay-pos/server"
import type { StoreUpstream } from "@hipay-pos/server/node"
import * as GatewayConfig from "../terminals/GatewayConfig.ts"
import type { RelayOptions } from "./makeRelay.ts"
import type { StartGatewayOptions } from "./StartGatewayOptions.ts"

/** What a gateway dials, and who may use it. */
export type TerminalsAndLogins = Pick<StartGatewayOptions, "terminals" | "logins" | "credentials">

/** The options that stay the same while a gateway runs. */
type Compared = Pick<StartGatewayOptions, "timeZone" | "dayStarts" | "allowCancel"> & {
  readonly relay?: Pick<RelayOptions, "blockUnknown"> | undefined
}

/** Builds the text. */
export const sharedSettings = (
  { timeZone = "UTC", dayStarts = "00:00", allowCancel = false, relay }: Compared,
  { terminals, credentials, logins = credentials === undefined ? [] : [credentials] }: TerminalsAndLogins,
  upstream: StoreUpstream.StoreUpstream | undefined
): string =>
  Object.entries({
    "time zone": timeZone,
    "start of day": dayStarts,
    terminals: digestOf(terminals.map((terminal) => ({ ...terminal, ...GatewayConfig.addressOf(terminal) }))),
    logins: digestOf(logins.map(rightsOf)),
    cancellations: allowCancel ? "accepted" : "refused",
    "terminals of unknown payments": relay?.blockUnknown === true ? "blocked" : "not blocked",
    "relay service": upstream?.url ?? "none",
    "relay accounts": digestOf(Object.entries(upstream?.accounts ?? {}))
  })
    .map(([name, value]) => `${name}: ${value}`)
    .join("\n")

/** A login's name and rights, with the defaults filled in. */
const rightsOf = ({ username, roles = Credentials.roles, terminals = ["*"] }: Login) => ({
  username,
  roles: roles.toSorted(),
  terminals: terminals.toSorted()
})
type Login = Pick<Credentials.Credentials, "username" | "roles" | "terminals">

const digestOf = (list: ReadonlyArray<unknown>): string =>
  createHash("sha256").update(list.map(JsonText.canonical).toSorted().join("\n")).digest("base64url")
