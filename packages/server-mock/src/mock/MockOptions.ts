/** The options of a mock, wherever it runs: its simulated terminals, its clock and its answers. */
import type * as Timeouts from "@hipay-pos/concert-codec/Timeouts"
import * as Tip from "@hipay-pos/concert-codec/Tip"
import { defined } from "@hipay-pos/core/Defined"
import * as DurationText from "@hipay-pos/core/DurationText"
import * as JsonIssues from "@hipay-pos/core/JsonIssues"
import { Finding } from "@hipay-pos/core/plain"
import type { RecordedExchange } from "@hipay-pos/core/wire/RecordedExchange"
import { type Dialect, dialects, type Listener, NotifyPlaces, type Validation, validations } from "@hipay-pos/server"
import { type Cardholder, ControlCall, Script, type Stage, TerminalConfig } from "@hipay-pos/terminal-simulator"
import * as Duration from "effect/Duration"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { MockSpacesOptions } from "../MockSpaces.ts"
import type { NotificationsOptions } from "../notifications/Notifications.ts"
import * as Signature from "../notifications/Signature.ts"
import { A_MOMENT, isMoment } from "./moment.ts"

/** How a mock is set up; everything has a default. */
export interface MockOptions extends Timeouts.Timeouts {
  /** `instant` by default; with `human`, terminals and customers take their time. */
  readonly pace?: Stage.Pace | undefined
  /** The cardholder at simulated terminals, also as the control API writes one; by default a card that is approved. */
  readonly cardholder?: Cardholder.Cardholder | Script.CardholderConfig | undefined
  /** Configured simulated terminals, found by host and port. */
  readonly terminals?: ReadonlyArray<TerminalConfig.TerminalConfig> | undefined
  /**
   * The largest tip that a cardholder may add to a debit, such as `20%` or `5.00`: the payment is approved with the amount
   * charged. None by default: then a higher amount makes the outcome unknown, as in a gateway without this setting.
   */
  readonly tip?: string | undefined
  /** Makes simulated terminals repeatable and, without a store, the ids of attempts and the references of transactions. */
  readonly seed?: string | undefined
  /**
   * Freezes the clock at this time, such as `2026-01-02T03:04:05Z`, until `/_mock/clock` changes it; by default the clock runs
   * in real time.
   */
  readonly clock?: Date | string | undefined
  /** Notifications of changed transactions: where they go, and where they may go. */
  readonly notifications?: NotificationsOptions | undefined
  /** How often the remote collection runs automatically; never by default. */
  readonly collectEvery?: DurationText.Input | undefined
  /** A relay's recording: recorded orders get the recorded answers, all others are simulated. */
  readonly replay?: ReadonlyArray<RecordedExchange> | undefined
  /** Opens the mock's own interface under `/_mock`; random by default. */
  readonly controlToken?: string | undefined
  /** `strict` by default: all of our rules; `faithful`: what the real service evidently refuses. */
  readonly validation?: Validation | undefined
  /** The shape of answers; `pos-api` by default. */
  readonly dialect?: Dialect | undefined
  /**
   * The IANA time zone for days, displayed times and tickets. By default, days are in UTC, and tickets in Europe/Paris, like those
   * of a French terminal.
   */
  readonly timeZone?: string | undefined
  /** Host names that requests may use, beside IP addresses and `localhost`. */
  readonly allowedHosts?: ReadonlyArray<string> | undefined
  /** Largest body, in bytes; 256 kB by default. */
  readonly bodyLimit?: number | undefined
  /** Called for every order, every step at a terminal, every answer. */
  readonly listener?: Listener | undefined
  /** Shown on the pages. */
  readonly version?: string | undefined
}

/** The name of every option. */
export const names = {
  pace: true,
  cardholder: true,
  terminals: true,
  tip: true,
  seed: true,
  clock: true,
  notifications: true,
  collectEvery: true,
  replay: true,
  controlToken: true,
  validation: true,
  dialect: true,
  timeZone: true,
  allowedHosts: true,
  bodyLimit: true,
  listener: true,
  version: true,
  answerTimeout: true,
  connectTimeout: true,
  queueTimeout: true
} as const satisfies Record<keyof MockOptions, true>

const notificationNames = {
  url: true,
  allowed: true,
  passphrase: true,
  algorithm: true,
  send: true
} as const satisfies Record<keyof NotificationsOptions, true>

/**
 * The options as the layer takes them, or a sentence about an invalid one: plain JavaScript may pass anything. `known` has the
 * names of all options that the caller accepts.
 */
export const toLayerOptions = (
  given: MockOptions,
  known: Readonly<Record<string, true>>
): Result.Result<MockSpacesOptions, string> =>
  Result.gen(function* () {
    yield* onlyKnown(given, known)
    const { notifications = {} } = given
    if (!isObject(notifications))
      return yield* refuse("notifications", "an object", Finding.describe(notifications, "notifications"))
    yield* onlyKnown(notifications, notificationNames, "notifications.")
    yield* places(notifications.allowed)
    yield* address(notifications.url)
    yield* oneOf("notifications.algorithm", notifications.algorithm, Signature.algorithms)
    yield* oneOf("validation", given.validation, validations)
    yield* oneOf("dialect", given.dialect, dialects)
    if (!isObject(given.pace)) yield* oneOf("pace", given.pace, ["instant", "human"])
    const durations = ["answerTimeout", "connectTimeout", "queueTimeout", "collectEvery"] as const
    const options = yield* DurationText.readOptions(given, ...durations)
    const { answerTimeout, connectTimeout, queueTimeout, collectEvery } = options
    return {
      pace: options.pace,
      cardholder: yield* readCardholder(options.cardholder),
      configured: yield* readTerminals(options.terminals),
      seed: options.seed,
      clock: yield* readClock(options.clock),
      notifications: options.notifications,
      collectEvery: collectEvery === undefined ? undefined : Duration.toMillis(collectEvery),
      recorded: options.replay,
      validation: options.validation,
      dialect: options.dialect,
      timeZone: options.timeZone,
      listener: options.listener,
      settings: defined({
        answerTimeout,
        connectTimeout,
        queueTimeout,
        tip: yield* readTip(options.tip)
      })
    }
  })

const refuse = (name: string, expected: string, got: string) => Result.fail(`${name}: expected ${expected}, got ${got}`)

const onlyKnown = (options: object, known: Readonly<Record<string, true>>, path = "") => {
  const unknown = Object.entries(options).find(([name, value]) => value !== undefined && !Object.hasOwn(known, name))
  return unknown === undefined
    ? Result.void
    : Result.fail(`${path}${unknown[0]}: no such option; expected one of ${Object.keys(known).join(", ")}`)
}

const oneOf = (name: string, value: string | undefined, values: ReadonlyArray<string>) =>
  value === undefined || values.includes(value)
    ? Result.void
    : refuse(name, values.map((each) => JSON.stringify(each)).join(" or "), Finding.describe(value, name))

const isPlace = (given: unknown): boolean => typeof given === "string" && NotifyPlaces.isPlace(given)

/** Notifications to any other address would only be recorded. */
const places = (given: NotificationsOptions["allowed"] = []) => {
  const expected = "HOST:PORT, such as 127.0.0.1:3000"
  if (!Array.isArray(given)) {
    return refuse("notifications.allowed", `a list of ${expected}`, Finding.describe(given, "notifications"))
  }
  const odd = given.findIndex((each) => !isPlace(each))
  return odd === -1 ? Result.void : refuse(`notifications.allowed[${odd}]`, expected, Finding.describe(given[odd], ""))
}

const address = (given: NotificationsOptions["url"]) =>
  given === undefined || /^https?:$/.test(URL.parse(given)?.protocol ?? "")
    ? Result.void
    : refuse("notifications.url", "a URL such as http://127.0.0.1:3000/notify", Finding.describe(given, ""))

const isObject = (given: unknown): given is object => typeof given === "object" && given !== null

const cardholderTags: ReadonlyArray<unknown> = ["Auto", "Scripted", "Manual", "Amount"]

const isCardholder = (given: NonNullable<MockOptions["cardholder"]>): given is Cardholder.Cardholder =>
  isObject(given) && "_tag" in given && cardholderTags.includes(given._tag)

const decodeCardholder = Schema.decodeUnknownResult(ControlCall.Cardholder, { onExcessProperty: "error" })

const readCardholder = (given: MockOptions["cardholder"]): Result.Result<Cardholder.Cardholder | undefined, string> => {
  if (given === undefined || isCardholder(given)) return Result.succeed(given)
  const call = decodeCardholder({ cardholder: given })
  if (Result.isSuccess(call)) return Result.succeed(Script.toCardholder(call.success.cardholder))
  return isObject(given) && !("_tag" in given)
    ? Result.fail(JsonIssues.inOneLine(call.failure, "cardholder"))
    : refuse("cardholder", A_CARDHOLDER, Finding.describe(given, "cardholder"))
}

const A_CARDHOLDER = '"auto", "manual", "amount", { card: … }, { script: [ … ] } or a Cardholder'

/** Checked like a terminals file, with undefined options left out. */
const readTerminals = (given: MockOptions["terminals"]) => {
  if (given === undefined || (Array.isArray(given) && given.length === 0)) return Result.succeed(given)
  const terminals = Array.isArray(given) ? given.map((each) => (isObject(each) ? defined(each) : each)) : given
  return Result.mapError(TerminalConfig.check({ terminals }), (problems) => problems.join("; "))
}

const readClock = (given: MockOptions["clock"]) => {
  if (given === undefined) return Result.succeed(undefined)
  const text = given instanceof Date ? textOf(given) : given
  return typeof text === "string" && isMoment(text)
    ? Result.succeed(Date.parse(text))
    : refuse("clock", `a Date or ${A_MOMENT}`, given instanceof Date ? String(text) : Finding.describe(given, "clock"))
}

const textOf = (date: Date): string => (Number.isNaN(date.getTime()) ? "an invalid Date" : date.toISOString())

const readTip = (text: string | undefined) => {
  const tip = text === undefined ? undefined : Tip.fromText(text)
  return text === undefined || tip !== undefined
    ? Result.succeed(tip)
    : refuse("tip", Tip.EXPECTED, Finding.describe(text, "tip"))
}
