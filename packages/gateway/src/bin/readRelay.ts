/** A relay, from its flags, its files and the environment. */
import { type CommandFailed, Flags, readText, refuse, refuseShared, secret } from "@hipay-pos/cli-kit"
import { NotifyPlaces, readCredentials } from "@hipay-pos/server/bin"
import type { LoginOptions } from "@hipay-pos/server/node"
import type * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import type { RelayOptions } from "../node/makeRelay.ts"
import type { NotificationOptions } from "../node/takeNotifications.ts"
import { openRecord } from "./openRecord.ts"

export const relayFlags = {
  relay: Flags.text(
    "relay",
    "sends orders to HiPay's own service: stage, production, or the URL of another server (http:// on this machine only)"
  ),
  onlyRelay: Flags.yes("only-relay", "dial no terminals; --dial and --terminals are refused"),
  relayCredentials: Flags.text(
    "relay-credentials",
    "file whose first line is username:password at that service; without it, HIPAY_POS_RELAY_USERNAME and HIPAY_POS_RELAY_PASSWORD"
  ),
  passThrough: Flags.yes("pass-through", "pass on the till's own login to that service instead"),
  blockUnknown: Flags.yes("block-unknown", "block a terminal while a relayed payment at it is unknown, too"),
  passphraseFile: Flags.text(
    "passphrase-file",
    "file with the account's passphrase for HiPay's notifications; without it, HIPAY_POS_PASSPHRASE"
  ),
  notifyUrl: Flags.text(
    "notify-url",
    "the relay's public address, such as https://pos.example: every order gets a notify_url of its own below it"
  ),
  forwardNotifications: Flags.yes(
    "forward-notifications",
    "forward notifications to the notify_url that an order came with"
  ),
  notify: Flags.repeated("notify", "HOST:PORT that notifications may be forwarded to"),
  record: Flags.text("record", "file that every order and its answer is appended to, masked; for mock --replay"),
  ca: Flags.text("ca", "file with certificate authorities (PEM) to trust beside the usual ones, such as a proxy's")
}

/** The flags' values. */
export type RelayFlags = Command.Command.Config.Infer<typeof relayFlags>

const PLACE = {
  flag: "--relay-credentials",
  variables: ["HIPAY_POS_RELAY_USERNAME", "HIPAY_POS_RELAY_PASSWORD"]
} as const

/** The relay's set-up; undefined if orders are not relayed. */
export const readRelay = Effect.fnUntraced(function* (
  verb: string,
  flags: RelayFlags,
  logins: ReadonlyArray<LoginOptions>
): Effect.fn.Return<RelayOptions | undefined, CommandFailed, Scope.Scope> {
  if (flags.relay === "") {
    const given = flagsWithoutRelay.find(([name]) => isGiven(flags[name]))
    return given === undefined ? undefined : yield* refuse(`${verb}: ${given[1]} goes with --relay`)
  }
  if (flags.passThrough && flags.relayCredentials !== "")
    return yield* refuse(`${verb}: --pass-through hands on the till's login: leave out --relay-credentials`)
  const credentials = flags.passThrough ? undefined : yield* readCredentials(verb, flags.relayCredentials, PLACE)
  const own = yield* accountsOf(verb, logins)
  return {
    upstream: flags.relay,
    credentials,
    loginCredentials: own,
    passThrough: flags.passThrough,
    blockUnknown: flags.blockUnknown,
    notifications: yield* readNotifications(verb, flags, logins),
    record: yield* openRecord(verb, flags.record),
    ca: flags.ca === "" ? undefined : yield* readText(`${verb}: --ca`, flags.ca)
  }
})

/** The account of each login at the service. A login may stand twice, for two passwords; all of its orders go to one account. */
const accountsOf = Effect.fnUntraced(function* (verb: string, logins: ReadonlyArray<LoginOptions>) {
  const own = logins.flatMap(({ username, relay }, at) => (relay === undefined ? [] : [{ username, relay, at }]))
  for (const { username, relay, at } of own) {
    const first = own.find((other) => other.username === username)
    if (first !== undefined && textOf(first.relay) !== textOf(relay))
      return yield* refuse(
        `${verb}: logins[${at}].relay: ${username} has another account in logins[${first.at}]; a login has one account at the service`
      )
  }
  return Object.fromEntries(own.map(({ username, relay }) => [username, relay]))
})

const textOf = ({ username, password, passphrase }: NonNullable<LoginOptions["relay"]>): string =>
  JSON.stringify([username, password, passphrase])

const isGiven = (value: string | boolean | ReadonlyArray<string>): boolean =>
  typeof value === "boolean" ? value : value.length > 0

/** How HiPay's notifications are taken; undefined if there is no passphrase to verify them with. */
const readNotifications = Effect.fnUntraced(function* (
  verb: string,
  { passphraseFile, notifyUrl, forwardNotifications, notify }: RelayFlags,
  logins: ReadonlyArray<LoginOptions>
): Effect.fn.Return<NotificationOptions | undefined, CommandFailed> {
  const passphrase =
    passphraseFile === ""
      ? Option.getOrUndefined(Option.map(Option.fromUndefinedOr(yield* secret("HIPAY_POS_PASSPHRASE")), Redacted.value))
      : yield* readSecret(`${verb}: --passphrase-file`, passphraseFile)
  const own = logins.flatMap(({ username, relay }) =>
    relay?.passphrase === undefined ? [] : [[username, relay.passphrase] as const]
  )
  const odd = notify.find((place) => !NotifyPlaces.isPlace(place))
  if (odd !== undefined) return yield* refuse(`${verb}: --notify: expected HOST:PORT, got ${odd}`)
  if (forwardNotifications !== notify.length > 0)
    return yield* refuse(`${verb}: --forward-notifications and --notify go together`)
  const isTaken = passphrase !== undefined || own.length > 0
  if (!isTaken && notifyUrl === "" && !forwardNotifications) return undefined
  return {
    passphrase,
    loginPassphrases: Object.fromEntries(own),
    url: notifyUrl === "" ? undefined : notifyUrl,
    forward: forwardNotifications,
    forwardTo: notify
  }
})

/** The first line of a file that only its owner may read. */
const readSecret = (flag: string, file: string): Effect.Effect<string, CommandFailed> =>
  Effect.andThen(
    refuseShared(flag, file),
    Effect.map(readText(flag, file), (text) => text.replace(/^\ufeff/, "").split(/\r?\n/, 1)[0] ?? "")
  )

const flagsWithoutRelay = [
  ["onlyRelay", "--only-relay"],
  ["relayCredentials", "--relay-credentials"],
  ["passThrough", "--pass-through"],
  ["blockUnknown", "--block-unknown"],
  ["passphraseFile", "--passphrase-file"],
  ["notifyUrl", "--notify-url"],
  ["forwardNotifications", "--forward-notifications"],
  ["notify", "--notify"],
  ["record", "--record"],
  ["ca", "--ca"]
] as const
