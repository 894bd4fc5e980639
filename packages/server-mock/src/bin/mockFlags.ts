/** The flags of the mock, and the options made from them. */

import { Flags, refuse, secret } from "@hipay-pos/cli-kit"
import * as Tip from "@hipay-pos/concert-codec/Tip"
import { NotifyPlaces, readLogins, serverFlags, serverOptionsOf } from "@hipay-pos/server/bin"
import { cardholder, cardholderOfFlag, configOfFile, pace } from "@hipay-pos/terminal-simulator/bin"
import type * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { A_MOMENT, isMoment } from "../mock/moment.ts"
import type { StartServerOptions } from "../node/startServer.ts"
import { readReplay } from "./readReplay.ts"

const isTip = (text: string): boolean => Tip.fromText(text) !== undefined

/** The flags. */
export const mockFlags = {
  ...serverFlags,
  timeZone: serverFlags.timeZone.pipe(
    Flag.withDescription(
      "the shop's time zone, for days, CSV, the log and tickets; by default UTC for days and CSV, " +
        "this machine's for a text log, Europe/Paris for tickets"
    )
  ),
  attach: Flags.repeated("attach", "HOST:PORT of a simulator on loopback that orders reach over TCP"),
  pace,
  cardholder,
  terminals: Flags.text("terminals", "JSON file with terminals that have a set-up of their own, by host and port"),
  store: Flags.text("store", "file that keeps the attempts through a restart; in memory by default"),
  replay: Flags.text(
    "replay",
    "file that a relay recorded with --record: orders in it are answered as they were there, the rest is simulated"
  ),
  requireStore: Flags.yes("require-store", "refuse to start where there is no such file, instead of making one"),
  tip: Flags.string("tip").pipe(
    Flag.withSchema(Schema.String.check(Schema.makeFilter(isTip, { expected: Tip.EXPECTED }))),
    Flag.withDescription(
      "the most that a cardholder may add to a debit, such as 20% or 5.00; without it, a payment with a tip is unknown"
    ),
    Flag.optional
  ),
  seed: Flags.text("seed", "makes randomness repeatable"),
  clock: Flags.string("clock").pipe(
    Flag.withSchema(Schema.String.check(Schema.makeFilter(isMoment, { expected: A_MOMENT }))),
    Flag.withDescription(
      "moment at which the mock's clock stands still, such as 2026-01-02T03:04:05Z: with --seed, answers are the same byte for byte"
    ),
    Flag.optional
  ),
  notify: Flags.repeated("notify", "HOST:PORT that notifications may be sent to; else they are recorded only"),
  notifyUrl: Flags.text("notify-url", "where notifications go when an order names no notify_url"),
  notifyHash: Flags.literals("notify-hash", ["SHA-1", "SHA-256", "SHA-512"]).pipe(
    Flag.withDescription(
      "how notifications are signed, SHA-256 by default; with HIPAY_POS_PASSPHRASE, else passphrase"
    ),
    Flag.withDefault("SHA-256" as const)
  ),
  collectEvery: Flags.duration("collect-every", "0s", "how often the remote collection comes by itself (0s: never)")
}

/** The flags' values. */
export type MockFlags = Command.Command.Config.Infer<typeof mockFlags>

/** An empty secret counts as unset. */
const textOf = (secret: Redacted.Redacted | undefined): string | undefined =>
  secret === undefined ? undefined : Redacted.value(secret) || undefined

/** The options to start the server with. */
export const optionsOf = Effect.fnUntraced(function* (verb: string, flags: MockFlags) {
  const { attach, pace, seed, collectEvery, notify, notifyUrl, notifyHash } = flags
  const controlToken = yield* secret("HIPAY_POS_CONTROL_TOKEN")
  const passphrase = yield* secret("HIPAY_POS_PASSPHRASE")
  if (notifyUrl !== "" && !/^https?:$/.test(URL.parse(notifyUrl)?.protocol ?? "")) {
    return yield* refuse(`${verb}: --notify-url: expected a URL such as http://127.0.0.1:3000/notify, got ${notifyUrl}`)
  }
  const odd = notify.find((place) => !NotifyPlaces.isPlace(place))
  if (odd !== undefined) return yield* refuse(`${verb}: --notify: expected HOST:PORT, got ${odd}`)
  if (flags.requireStore && flags.store === "") {
    return yield* refuse(`${verb}: --require-store needs --store PATH`)
  }
  const options: StartServerOptions = {
    ...serverOptionsOf(flags),
    attach,
    pace,
    logins: yield* readLogins(verb, flags.credentials, flags.logins),
    cardholder: yield* cardholderOfFlag(flags.cardholder),
    notifications: {
      allowed: notify,
      algorithm: notifyHash,
      url: notifyUrl || undefined,
      passphrase: textOf(passphrase)
    },
    terminals: flags.terminals === "" ? undefined : yield* configOfFile("--terminals", flags.terminals),
    store: flags.store || undefined,
    requireStore: flags.requireStore,
    replay: yield* readReplay(verb, flags.replay),
    tip: Option.getOrUndefined(flags.tip),
    seed: seed || undefined,
    clock: Option.getOrUndefined(Option.map(flags.clock, (moment) => new Date(moment))),
    collectEvery: Duration.isZero(collectEvery) ? undefined : collectEvery,
    controlToken: textOf(controlToken)
  }
  return options
})
