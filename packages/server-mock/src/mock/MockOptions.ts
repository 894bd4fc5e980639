/** How a mock is set up, wherever it runs: what its simulated terminals, its clock and its answers are like. */
import type * as Timeouts from "@hipay-pos/concert-codec/Timeouts"
import * as Tip from "@hipay-pos/concert-codec/Tip"
import { defined } from "@hipay-pos/core/Defined"
import * as DurationText from "@hipay-pos/core/DurationText"
import type { RecordedExchange } from "@hipay-pos/core/wire/RecordedExchange"
import type { Dialect, Listener, Validation } from "@hipay-pos/server"
import type { Cardholder, Stage, TerminalConfig } from "@hipay-pos/terminal-simulator"
import * as Duration from "effect/Duration"
import * as Result from "effect/Result"
import type { MockSpacesOptions } from "../MockSpaces.ts"
import type { NotificationsOptions } from "../notifications/Notifications.ts"

/** How a mock is set up; everything has a default. */
export interface MockOptions extends Timeouts.Timeouts {
  /** `instant` by default; with `human`, terminals and customers take their time. */
  readonly pace?: Stage.Pace | undefined
  /** The cardholder at simulated terminals; by default a card that is approved. */
  readonly cardholder?: Cardholder.Cardholder | undefined
  /** Simulated terminals with a set-up of their own, found by host and port. */
  readonly terminals?: ReadonlyArray<TerminalConfig.TerminalConfig> | undefined
  /**
   * The most that a cardholder may add to a debit, such as `20%` or `5.00`: such a payment is approved with the amount that was
   * charged. None by default, and then a higher amount is unknown, as it is for a gateway that was not told.
   */
  readonly tip?: string | undefined
  /** Makes simulated terminals repeatable, and without a store ids of attempts and references of transactions, too: each run gives the same. */
  readonly seed?: string | undefined
  /** The moment at which its clock stands still until `/_mock/clock` says otherwise; it runs with the real time by default. */
  readonly clock?: Date | undefined
  /** Notifications of changed transactions: where they go, and where they may go. */
  readonly notifications?: NotificationsOptions | undefined
  /** How often the remote collection comes by itself; never by default. */
  readonly collectEvery?: DurationText.Input | undefined
  /** What a relay recorded: orders on record are answered as they were there, the rest is simulated. */
  readonly replay?: ReadonlyArray<RecordedExchange> | undefined
  /** Opens the mock's own interface under `/_mock`; random by default. */
  readonly controlToken?: string | undefined
  /** `strict` by default: all of our rules; `faithful`: what the real service evidently refuses. */
  readonly validation?: Validation | undefined
  /** The shape of answers; `pos-api` by default. */
  readonly dialect?: Dialect | undefined
  /**
   * By which days are counted, times are shown and tickets are dated: a name of the IANA database. By default days are UTC's, and
   * tickets are dated in Europe/Paris, as a French terminal's are.
   */
  readonly timeZone?: string | undefined
  /** Names by which the mock may be called, beside addresses and `localhost`. */
  readonly allowedHosts?: ReadonlyArray<string> | undefined
  /** Largest body, in bytes; 256 kB by default. */
  readonly bodyLimit?: number | undefined
  /** Told of every order, every step at a terminal, every answer. */
  readonly listener?: Listener | undefined
  /** Shown on the pages. */
  readonly version?: string | undefined
}

/** The same as the layer takes it. Throws a `RangeError` where an option cannot be used. */
export const toLayerOptions = (given: MockOptions): MockSpacesOptions => {
  const read = DurationText.readOptions(given, "answerTimeout", "connectTimeout", "queueTimeout", "collectEvery")
  const options = Result.getOrThrowWith(read, (problem) => new RangeError(problem))
  const { answerTimeout, connectTimeout, queueTimeout, collectEvery, tip } = options
  return {
    pace: options.pace,
    cardholder: options.cardholder,
    configured: options.terminals,
    seed: options.seed,
    clock: options.clock?.getTime(),
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
      tip: tip === undefined ? undefined : readTip(tip)
    })
  }
}

const readTip = (text: string): Tip.Tip => {
  const tip = Tip.fromText(text)
  if (tip === undefined) throw new RangeError(`tip: expected ${Tip.EXPECTED}, got ${JSON.stringify(text)}`)
  return tip
}
