/** The flags of the mock, and the options that they come to. Secrets come from the environment or from files. */
import { cardholderOfFlag, configOfFile, Flags, refuse } from "@hipay-pos/terminal-simulator/bin"
import * as Flag from "effect/cli/Flag"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { dialects } from "../dialect/Dialect.ts"
import type { StartServerOptions } from "../node/startServer.ts"
import { readLogins } from "./logins.ts"

const severalTimes = (name: string, description: string) =>
  Flag.String(name).pipe(Flag.withDescription(`${description}; may be given several times`), Flag.atLeast(0))

/** As they are typed. */
export const mockFlags = {
  port: Flags.port(8080),
  host: Flags.host,
  attach: severalTimes("attach", "HOST:PORT of a simulator on loopback that orders reach over TCP"),
  pace: Flags.pace,
  validation: Flag.Literals("validation", ["strict", "faithful"]).pipe(
    Flag.withDescription("strict refuses what breaks any rule, faithful what the real service evidently refuses"),
    Flag.withDefault("strict" as const)
  ),
  dialect: Flag.Literals("dialect", dialects).pipe(
    Flag.withDescription("the shape of answers: pos-api is the contract's, cloud-api that of its sister documents"),
    Flag.withDefault("pos-api" as const)
  ),
  allowHost: severalTimes("allow-host", "name by which the server may be called, beside addresses and localhost"),
  cardholder: Flags.cardholder,
  terminals: Flags.text("terminals", "JSON file with terminals that have a set-up of their own, by host and port"),
  seed: Flags.text("seed", "makes chance repeatable"),
  notify: severalTimes("notify", "HOST:PORT that notifications may be sent to; else they are recorded only"),
  notifyUrl: Flags.text("notify-url", "where notifications go when an order names no notify_url"),
  notifyHash: Flag.Literals("notify-hash", ["SHA-1", "SHA-256", "SHA-512"]).pipe(
    Flag.withDescription(
      "how notifications are signed, SHA-256 by default; with HIPAY_POS_PASSPHRASE, else passphrase"
    ),
    Flag.withDefault("SHA-256" as const)
  ),
  collectEvery: Flags.duration("collect-every", "0s", "how often the remote collection comes by itself (0s: never)"),
  answerTimeout: Flags.duration("answer-timeout", "180s", "how long a terminal may take to answer"),
  connectTimeout: Flags.duration("connect-timeout", "5s", "how long a connection to a terminal may take"),
  queueTimeout: Flags.duration("queue-timeout", "10s", "how long an order waits for its terminal's turn"),
  credentials: Flags.text(
    "credentials",
    "file whose first line is username:password; HIPAY_POS_USERNAME and HIPAY_POS_PASSWORD else"
  ),
  logins: Flags.text("logins", "JSON file with several logins and their roles, instead: pay, read, resolve, control"),
  json: Flags.yes("json", "one JSON line on stdout when ready; logs go to stderr")
}

/** The flags' values. */
export type MockFlags = {
  readonly [Name in keyof typeof mockFlags]: (typeof mockFlags)[Name] extends Flag.Flag<infer A> ? A : never
}

/** What a server is started with. */
export const optionsOf = Effect.fnUntraced(function* (verb: string, flags: MockFlags) {
  const { port, host, attach, pace, validation, dialect, seed, collectEvery, notify, notifyUrl, notifyHash } = flags
  const { answerTimeout, connectTimeout, queueTimeout } = flags
  const { HIPAY_POS_CONTROL_TOKEN: controlToken, HIPAY_POS_PASSPHRASE: passphrase } = process.env
  if (notifyUrl !== "" && !/^https?:$/.test(URL.parse(notifyUrl)?.protocol ?? "")) {
    return yield* refuse(`${verb}: --notify-url: expected a URL such as http://127.0.0.1:3000/notify, got ${notifyUrl}`)
  }
  const odd = notify.find((place) => !/^(\[[0-9a-f:.]+\]|[^:[\]/\s]+):\d{1,5}$/i.test(place))
  if (odd !== undefined) return yield* refuse(`${verb}: --notify: expected HOST:PORT, got ${odd}`)
  const options: StartServerOptions = {
    port,
    host,
    attach,
    pace,
    validation,
    dialect,
    allowedHosts: flags.allowHost,
    answerTimeout,
    connectTimeout,
    queueTimeout,
    logins: yield* readLogins(verb, flags.credentials, flags.logins),
    cardholder: yield* cardholderOfFlag(flags.cardholder),
    notifications: {
      allowed: notify,
      algorithm: notifyHash,
      ...(notifyUrl === "" ? {} : { url: notifyUrl }),
      ...(passphrase ? { passphrase } : {})
    },
    ...(flags.terminals === "" ? {} : { terminals: yield* configOfFile("--terminals", flags.terminals) }),
    ...(seed === "" ? {} : { seed }),
    ...(Duration.isZero(collectEvery) ? {} : { collectEvery }),
    ...(controlToken ? { controlToken } : {})
  }
  return options
})
