/**
 * The simulated terminals of a space: each is created when first named, and keeps its memory. When there are too many, the one
 * that was idle for longest is forgotten, including its ledger.
 */
import { defined } from "@hipay-pos/core/Defined"
import {
  type Cardholder,
  type Ledger,
  type Stage,
  TerminalConfig,
  TerminalSimulator
} from "@hipay-pos/terminal-simulator"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import * as TerminalName from "./TerminalName.ts"

/** How simulated terminals are set up. */
export interface SimulatedTerminalsOptions {
  /** How fast they are; `instant` by default. */
  readonly pace?: Stage.Pace | undefined
  /** The cardholder at terminals without one of their own; by default a card that is approved. */
  readonly cardholder?: Cardholder.Cardholder | undefined
  /** Configured terminals, found by host and port; they exist from the start. */
  readonly configured?: ReadonlyArray<TerminalConfig.TerminalConfig> | undefined
  /** The time zone of printed tickets; the terminals' default, Europe/Paris, if absent. */
  readonly timeZone?: string | undefined
  /** Makes randomness repeatable. */
  readonly seed?: string | undefined
  /** How many are kept; 10 000 by default. */
  readonly capacity?: number | undefined
  /** Called when a terminal's ledger records a charge, refund or cancellation. */
  readonly onCharge?: ((terminal: string, entry: Ledger.LedgerEntry) => void) | undefined
  /** Called when a terminal loses its ledger: it was reset, or forgotten because there are too many. */
  readonly onForgotten?: ((terminal: string) => void) | undefined
}

/** A terminal that is simulated. */
export interface Simulated {
  /** `host:port`, or manufacturer and serial number. */
  readonly name: string
  readonly simulator: TerminalSimulator.TerminalSimulator
}

/** The simulated terminals of one space. */
export interface SimulatedTerminals {
  /** In order of use, the most recent last. */
  readonly list: () => ReadonlyArray<Simulated>
  /** The terminal of a name, created if necessary; `undefined` if there are too many and none is idle. */
  readonly get: (
    name: string,
    reserved?: TerminalSimulator.Options
  ) => Effect.Effect<TerminalSimulator.TerminalSimulator | undefined>
  /**
   * The same for a read, which does not count as a use: also `undefined` if another terminal would have to be forgotten for it.
   */
  readonly peek: SimulatedTerminals["get"]
  /** The name of a configured terminal, by its name in the configuration. */
  readonly nameOfConfigured: (text: string) => string | undefined
  readonly isConfigured: (name: string) => boolean
  /** New terminals use this seed from now on. */
  readonly setSeed: (seed: string) => void
  /** Resets all connections and refuses new ones, so that no more payments happen. */
  readonly shutDown: Effect.Effect<void>
}

interface Kept extends Simulated {
  readonly scope: Scope.Closeable
}

/** The terminals, for as long as the scope lives. */
export const make = Effect.fnUntraced(function* (
  options: SimulatedTerminalsOptions
): Effect.fn.Return<SimulatedTerminals, never, Scope.Scope> {
  const { pace = "instant", cardholder, capacity = CAPACITY, onCharge = () => {}, onForgotten = () => {} } = options
  const scope = yield* Effect.scope
  const context = yield* Effect.context<never>()
  const configured = new Map(options.configured?.map((config) => [nameOfConfig(config), config]))
  const called = new Map(options.configured?.map((config) => [config.name, nameOfConfig(config)]))
  /** In the order of their last use. */
  const terminals = new Map<string, Kept>()
  let { seed } = options

  const optionsOf = (name: string, reserved: TerminalSimulator.Options = {}): TerminalSimulator.Options => {
    const config = configured.get(name)
    return {
      pace,
      ledgerMemory: LEDGER_ENTRIES,
      ...defined({ timeZone: options.timeZone, cardholder }),
      ...reserved,
      ...(config && TerminalConfig.toOptions(config)),
      ...defined({ seed: seed && `${seed} ${name}` }),
      name
    }
  }

  const longestIdle = (): Kept | undefined => {
    for (const kept of terminals.values()) if (kept.simulator.state().stage === "idle") return kept
    return undefined
  }

  const create = Effect.fnUntraced(function* (name: string, reserved?: TerminalSimulator.Options) {
    if (terminals.size >= capacity) {
      const idle = longestIdle()
      if (idle === undefined) return undefined
      terminals.delete(idle.name)
      onForgotten(idle.name)
      yield* Scope.close(idle.scope, Exit.void)
    }
    const own = yield* Scope.fork(scope)
    const made = yield* Scope.provide(TerminalSimulator.make(optionsOf(name, reserved)), own)
    const simulator = {
      ...made,
      reset: Effect.andThen(
        Effect.sync(() => onForgotten(name)),
        made.reset
      )
    }
    // Two first orders may arrive at once: the terminal created first stays.
    const first = terminals.get(name)
    if (first !== undefined) {
      yield* Scope.close(own, Exit.void)
      return first.simulator
    }
    terminals.set(name, { name, simulator, scope: own })
    simulator.subscribe(
      (event) => {
        const entry = event._tag === "Stage" && event.stage === "approved" ? simulator.ledger.last() : undefined
        if (entry !== undefined) onCharge(name, entry)
      },
      ["Stage"]
    )
    return simulator
  }, Effect.setContext(context))

  for (const name of configured.keys()) yield* create(name)

  return {
    list: () => [...terminals.values()],
    get: (name, reserved) => {
      const known = terminals.get(name)
      if (known === undefined) return create(name, reserved)
      terminals.delete(name)
      terminals.set(name, known)
      return Effect.succeed(known.simulator)
    },
    peek: (name, reserved) => {
      const known = terminals.get(name)
      if (known !== undefined) return Effect.succeed(known.simulator)
      return terminals.size < capacity ? create(name, reserved) : Effect.succeed(undefined)
    },
    nameOfConfigured: (text) => called.get(text),
    isConfigured: (name) => configured.has(name),
    setSeed: (to) => {
      seed = to
    },
    shutDown: Effect.suspend(() =>
      Effect.forEach(terminals.values(), (kept) => Scope.close(kept.scope, Exit.void), { discard: true })
    )
  }
})

const CAPACITY = 10_000

/** As many as the attempts in memory: the ledger, which has the charges, should not be the first to forget. */
const LEDGER_ENTRIES = 10_000

const nameOfConfig = ({ host = "127.0.0.1", port = 8888 }: TerminalConfig.TerminalConfig): string =>
  TerminalName.fromAddress({ host, port })
