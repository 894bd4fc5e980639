/**
 * A simulated Concert terminal: wires the state machine, the cardholder, the faults and the ledger together.
 *
 * It opens no socket. `connector` reaches it in memory; `accept` serves a connection that the caller opened. Time and
 * randomness come from the surrounding `Clock` and, unless a seed is given, `Random`: the same seed, script and clock
 * give the same bytes.
 */
import type { Connector } from "@hipay-pos/concert-codec/Connection"
import type { EntryMode } from "@hipay-pos/core/Card"
import type { CurrencyCode } from "@hipay-pos/core/Currency"
import { monotonicMillis } from "@hipay-pos/core/MonotonicTime"
import type { MerchantContract } from "@hipay-pos/core/TerminalTarget"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import type * as Scope from "effect/Scope"
import * as Cardholder from "./cardholder/Cardholder.ts"
import type * as Pinpad from "./cardholder/Pinpad.ts"
import type { TestCard } from "./cardholder/TestCard.ts"
import type { ByteChannel } from "./connection/ByteChannel.ts"
import type * as Journal from "./connection/Journal.ts"
import type { Fault, FaultName } from "./faults/Fault.ts"
import { checkCard } from "./internal/kinds.ts"
import { type Parts, Simulator } from "./internal/Simulator.ts"
import type * as Ledger from "./machine/Ledger.ts"
import * as PrintedTicket from "./machine/PrintedTicket.ts"
import { durationsOf, type Pace, type Stage } from "./machine/Stage.ts"
import * as Store from "./machine/Store.ts"
import * as Profile from "./profiles/Profile.ts"
import type { Event, SimulatorEvent } from "./SimulatorEvent.ts"

/** How a simulator is set up. Everything has a default. */
export interface Options {
  /** For events and lists; `terminal` by default. */
  readonly name?: string
  readonly profile?: Profile.Profile
  /** How the cardholder behaves; by default a card that is always approved. */
  readonly cardholder?: Cardholder.Cardholder
  /** `instant` by default: no timers at all. */
  readonly pace?: Pace
  /** Makes randomness repeatable. */
  readonly seed?: string | number
  readonly faults?: ReadonlyArray<Fault>
  /** Paper width; 24 by default. */
  readonly columns?: PrintedTicket.Columns
  /** The shop's lines on a ticket. */
  readonly shop?: ReadonlyArray<string>
  /** The time zone of dates on tickets; Europe/Paris by default. */
  readonly timeZone?: string
  /** Overrides the profile. */
  readonly closesAfterAnswer?: boolean
  readonly contracts?: ReadonlyArray<MerchantContract>
  /** Highest amount without contact and PIN, in minor units; 5000 by default. */
  readonly contactlessLimit?: number
  /** The lowest amount, in minor units, that needs an authorization; 0 by default. */
  readonly floorLimit?: number
  /** Currencies it takes; all by default. */
  readonly currencies?: ReadonlyArray<CurrencyCode>
  /** Keeps approved operations through a restart; by default they are forgotten. */
  readonly store?: Store.Store
  /** How many ledger entries, and how many journal entries, are kept; 1000 each by default. */
  readonly memory?: number
  /** How many ledger entries are kept, if that differs from `memory`. */
  readonly ledgerMemory?: number
}

/** A simulated terminal as a service. */
export class Service extends Context.Service<Service, TerminalSimulator>()(
  "@hipay-pos/terminal-simulator/TerminalSimulator"
) {}

/**
 * A simulated terminal for as long as the layer lives.
 *
 * @example
 * ```ts
 * import { Cardholder, TerminalSimulator, TestCard } from "@hipay-pos/terminal-simulator"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function* () {
 *   const terminal = yield* TerminalSimulator.Service
 *   const connection = yield* terminal.connector.connect({ host: "terminal", port: 8888 })
 *   // 12.45 EUR, asked for by register 01 in Concert V3.2.
 *   yield* connection.write("CZ0040320CJ012012345678901CA00201CB0041245CD0010CE003978")
 *   return terminal.ledger.charged("EUR")
 * })
 * const layer = TerminalSimulator.layer({ cardholder: Cardholder.auto(TestCard.get("visa")) })
 *
 * console.log(await Effect.runPromise(Effect.provide(program, layer))) // 1245
 * ```
 */
export const layer = (options?: Options): Layer.Layer<Service> => Layer.effect(Service, make(options))

/** What the screen shows. */
export interface State {
  readonly stage: Stage
  readonly screen: ReadonlyArray<string>
  readonly amount?: number
  readonly currency?: CurrencyCode
}

/** A simulated terminal. */
export interface TerminalSimulator {
  readonly name: string
  readonly profile: Profile.Profile
  /** Reaches the terminal in memory, whatever the address. */
  readonly connector: Connector
  /** Serves one connection to its end. */
  readonly accept: (channel: ByteChannel) => Effect.Effect<void>
  /** Whether a new connection would be accepted. */
  readonly isOpen: () => boolean
  /** Runs `observer` whenever `isOpen` may have changed, for listeners. Returns the function that removes it. */
  readonly observeGate: (observer: Effect.Effect<void>) => () => void
  /**
   * Calls `listener` with events as they happen, synchronously: all, or only some kinds. `plain` is the event without terminal
   * and time. Exceptions and rejections of the listener are ignored. Returns the function that unsubscribes.
   */
  readonly subscribe: (
    listener: (event: SimulatorEvent, plain: Event) => void,
    only?: ReadonlyArray<SimulatorEvent["_tag"]>
  ) => () => void
  readonly state: () => State
  readonly ledger: Ledger.Ledger
  readonly journal: () => ReadonlyArray<Journal.JournalEntry>
  /** Returns false if no key is awaited. */
  readonly pressKey: (key: Pinpad.Key) => boolean
  /** Returns false if no card is awaited. */
  readonly presentCard: (card: TestCard, entryMode?: EntryMode) => boolean
  /** The terminal's own cardholder, even while a script is running. */
  readonly cardholder: () => Cardholder.Cardholder
  /** Also ends a script. */
  readonly setCardholder: (cardholder: Cardholder.Cardholder) => void
  /** How many of the next payments follow a script: the one set by `setScript`, then the cardholder's own. */
  readonly stepsLeft: () => number
  /** Follows these steps next, one per payment, and then its cardholder again. */
  readonly setScript: (steps: ReadonlyArray<Cardholder.Behaviour>) => void
  /** `times` is the number of exchanges left. */
  readonly faults: () => ReadonlyArray<Fault>
  /**
   * Throws `FaultConflictError` if another fault also changes the delivery of answers, and `FaultNotCountedError` for a `refuse`
   * with `times` at a terminal that listens on a port.
   */
  readonly setFault: (fault: Fault) => void
  /** Replaces all faults with these. Throws as `setFault` does, without changing anything. */
  readonly setFaults: (faults: ReadonlyArray<Fault>) => void
  /** Removes one fault, or all. */
  readonly clearFault: (name?: FaultName) => void
  /** Remote collection (*télécollecte*): earlier approved operations can no longer be cancelled. */
  readonly collect: Effect.Effect<void, Store.StoreFailed>
  /**
   * Restores the state after `make`: ledger, store, journal, faults, cardholder and seed. Ends a payment in progress, and resets
   * every connection.
   */
  readonly reset: Effect.Effect<void, Store.StoreFailed>
}

/**
 * An idle terminal. Closing the scope resets its connections, and it accepts no more. Conflicting faults in the options are a
 * defect, `FaultConflictError`, and so is the bare name of a fault, cardholder, card or profile, a `RangeError`.
 */
export const make = Effect.fnUntraced(function* (
  options: Options = {}
): Effect.fn.Return<TerminalSimulator, never, Scope.Scope> {
  const { name = "terminal", profile = Profile.plain, faults = none, store = Store.none, memory = 1000 } = options
  const newRandom = options.seed === undefined ? randomOfContext : Random.withSeed(randomOfContext, options.seed)
  const clock = yield* Clock.Clock
  const parts: Parts = {
    name,
    setup: {
      profile,
      durations: durationsOf(options.pace ?? "instant"),
      contactlessLimit: options.contactlessLimit ?? 5000,
      floorLimit: options.floorLimit ?? 0,
      letterhead: PrintedTicket.letterhead(
        options.columns ?? 24,
        options.shop ?? SHOP,
        options.timeZone ?? "Europe/Paris"
      ),
      contracts: options.contracts,
      currencies: options.currencies
    },
    closesAfterAnswer: options.closesAfterAnswer ?? profile.closesAfterAnswer,
    cardholder: options.cardholder ?? standardCardholder,
    faults,
    store,
    memory,
    ledgerMemory: options.ledgerMemory ?? memory,
    newRandom,
    now: () => clock.currentTimeMillisUnsafe(),
    monotonic: () => monotonicMillis(clock),
    scope: yield* Effect.scope,
    run: Effect.runForkWith(yield* Effect.context<never>())
  }
  const simulator = new Simulator(parts, yield* newRandom)
  yield* Effect.addFinalizer(() => Effect.sync(() => simulator.shutDown()))
  const { ledger } = simulator
  return {
    name,
    profile,
    connector: { connectsAtOnce: true, connect: () => Effect.suspend(() => simulator.connect()) },
    accept: (channel) => Effect.suspend(() => simulator.accept(channel)),
    isOpen: () => simulator.isOpen(),
    observeGate: (observer) => simulator.gate.observe(observer),
    subscribe: (listener, only) => simulator.subscribe(listener, only),
    state: () => simulator.state,
    ledger,
    journal: () => simulator.journal.entries(),
    pressKey: (key) => simulator.pinpad.input({ _tag: "Key", key }),
    presentCard: (card, entryMode) => {
      checkCard(card)
      return simulator.pinpad.input({ _tag: "Card", card, entryMode })
    },
    cardholder: () => simulator.cardholder,
    setCardholder: (cardholder) => simulator.setCardholder(cardholder),
    stepsLeft: () => simulator.stepsLeft,
    setScript: (steps) => simulator.setScript(steps),
    faults: () => simulator.faults.all(),
    setFault: (fault) => simulator.setFault(fault),
    setFaults: (faults) => simulator.setFaults(faults),
    clearFault: (fault) => simulator.clearFault(fault),
    collect: simulator.terminal.collect(),
    reset: Effect.suspend(() => simulator.reset())
  }
})

const randomOfContext = Effect.service(Random.Random)

const standardCardholder = Cardholder.auto()

const SHOP = ["HIPAY-POS", "75002 PARIS"]

const none: ReadonlyArray<Fault> = []
