/** A relay, from its flags, its files and the environment. */
import { type CommandFailed, Flags, readText, refuse } from "@hipay-pos/cli-kit"
import { readCredentials } from "@hipay-pos/server/bin"
import type { LoginOptions } from "@hipay-pos/server/node"
import * as Effect from "effect/Effect"
import type { RelayOptions } from "../node/makeRelay.ts"

export const relayFlags = {
  relay: Flags.text(
    "relay",
    "sends orders to HiPay's own service: stage, production, or the URL of another server (http:// on this machine only)"
  ),
  onlyRelay: Flags.yes("only-relay", "dials no terminal: --dial and --terminals are refused"),
  relayCredentials: Flags.text(
    "relay-credentials",
    "file whose first line is username:password at that service; HIPAY_POS_RELAY_USERNAME and HIPAY_POS_RELAY_PASSWORD else"
  ),
  passThrough: Flags.yes("pass-through", "hands on the till's own login at that service instead"),
  blockUnknown: Flags.yes("block-unknown", "a relayed payment whose outcome is unknown blocks its terminal, too"),
  ca: Flags.text("ca", "file with certificate authorities (PEM) to trust beside the usual ones, such as a proxy's")
}

/** What the flags say. */
export interface RelayFlags {
  readonly relay: string
  readonly onlyRelay: boolean
  readonly relayCredentials: string
  readonly passThrough: boolean
  readonly blockUnknown: boolean
  readonly ca: string
}

const PLACE = {
  flag: "--relay-credentials",
  variables: ["HIPAY_POS_RELAY_USERNAME", "HIPAY_POS_RELAY_PASSWORD"]
} as const

/** The relay's set-up; undefined where orders are not relayed. */
export const readRelay = Effect.fnUntraced(function* (
  verb: string,
  flags: RelayFlags,
  logins: ReadonlyArray<LoginOptions>
): Effect.fn.Return<RelayOptions | undefined, CommandFailed> {
  if (flags.relay === "") {
    const given = flagsWithoutRelay.find(([name]) => flags[name] !== false && flags[name] !== "")
    return given === undefined ? undefined : yield* refuse(`${verb}: ${given[1]} goes with --relay`)
  }
  if (flags.passThrough && flags.relayCredentials !== "")
    return yield* refuse(`${verb}: --pass-through hands on the till's login: leave out --relay-credentials`)
  const credentials = flags.passThrough ? undefined : yield* readCredentials(verb, flags.relayCredentials, PLACE)
  const own = logins.flatMap(({ username, relay }) => (relay === undefined ? [] : [[username, relay] as const]))
  return {
    upstream: flags.relay,
    credentials,
    loginCredentials: Object.fromEntries(own),
    passThrough: flags.passThrough,
    blockUnknown: flags.blockUnknown,
    ca: flags.ca === "" ? undefined : yield* readText(`${verb}: --ca`, flags.ca)
  }
})

const flagsWithoutRelay = [
  ["onlyRelay", "--only-relay"],
  ["relayCredentials", "--relay-credentials"],
  ["passThrough", "--pass-through"],
  ["blockUnknown", "--block-unknown"],
  ["ca", "--ca"]
] as const
