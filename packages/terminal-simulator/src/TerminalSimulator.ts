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
import { NotStarted } from "@hipay-pos/core/Terminal"
import type { MerchantContract } from "@hipay-pos/core/TerminalTarget"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import * as Cardholder from "./cardholder/Cardholder.ts"
import * as Pinpad from "./cardholder/Pinpad.ts"
import type { TestCard } from "./cardholder/TestCard.ts"
import type { ByteChannel } from "./connection/ByteChannel.ts"
import * as ConnectionGate from "./connection/ConnectionGate.ts"
import { ConnectionHandler, type HandlerContext } from "./connection/ConnectionHandler.ts"
import * as Journal from "./connection/Journal.ts"
import * as MemoryConnection from "./connection/MemoryConnection.ts"
import type { TerminalContext } from "./connection/RequestHandler.ts"
import * as ActiveFaults from "./faults/ActiveFaults.ts"
import { type Fault, type FaultName, FaultNotCountedError } from "./faults/Fault.ts"
import * as Ledger from "./machine/Ledger.ts"
import * as PrintedTicket from "./machine/PrintedTicket.ts"
import { durationsOf, type Pace, type Stage } from "./machine/Stage.ts"
import * as Store from "./machine/Store.ts"
import * as Terminal from "./machine/Terminal.ts"
import * as Profile from "./profiles/Profile.ts"
import type { Emit, Event, SimulatorEvent } from "./SimulatorEvent.ts"

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
  /** Tickets are dated in it; Europe/Paris by default. */
  readonly timeZone?: string
  /** Overrides the profile. */
  readonly closesAfterAnswer?: boolean
  readonly contracts?: ReadonlyArray<MerchantContract>
  /** Highest amount without contact and PIN, in minor units; 5000 by default. */
  readonly contactlessLimit?: number
  /** From this amount on, in minor units, an authorization is asked for; 0 by default. */
  readonly floorLimit?: number
  /** Currencies it takes; all by default. */
  readonly currencies?: ReadonlyArray<CurrencyCode>
  /** Keeps approved operations through a restart; by default they are forgotten. */
  readonly store?: Store.Store
  /** How many ledger entries, and how many journal entries, are kept; 1000 each by default. */
  readonly memory?: number
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
   * Calls `listener` with events as they happen, synchronously: all, or only some kinds. What it throws is ignored.
   * Returns the function that unsubscribes.
   */
  readonly subscribe: (
    listener: (event: SimulatorEvent) => void,
    only?: ReadonlyArray<SimulatorEvent["_tag"]>
  ) => () => void
  readonly state: () => State
  readonly ledger: Ledger.Ledger
  readonly journal: () => ReadonlyArray<Journal.JournalEntry>
  /** Returns false if no key is awaited. */
  readonly pressKey: (key: Pinpad.Key) => boolean
  /** Returns false if no card is awaited. */
  readonly presentCard: (card: TestCard, entryMode?: EntryMode) => boolean
  readonly cardholder: () => Cardholder.Cardholder
  readonly setCardholder: (cardholder: Cardholder.Cardholder) => void
  /** Follows these steps next. */
  readonly setScript: (steps: ReadonlyArray<Cardholder.Behaviour>) => void
  /** `times` is what is left of it. */
  readonly faults: () => ReadonlyArray<Fault>
  /**
   * Throws `FaultConflictError` where another fault changes the delivery of answers, too, and `FaultNotCountedError` for a `refuse`
   * with `times` at a terminal that listens.
   */
  readonly setFault: (fault: Fault) => void
  /** Removes one fault, or all. */
  readonly clearFault: (name?: FaultName) => void
  /** Remote collection (*télécollecte*): what was approved before can no longer be cancelled. */
  readonly collect: Effect.Effect<void, Store.StoreFailed>
  /** Back to the state after `make`: ledger, store, journal, faults, cardholder and seed. A payment under way continues. */
  readonly reset: Effect.Effect<void, Store.StoreFailed>
}

/**
 * A terminal that is idle. Closing the scope resets its connections, and it accepts no more. Two faults of the options that
 * exclude each other are a defect, `FaultConflictError`.
 */
export const make = Effect.fnUntraced(function* (
  options: Options = {}
): Effect.fn.Return<TerminalSimulator, never, Scope.Scope> {
  const name = options.name ?? "terminal"
  const profile = options.profile ?? Profile.plain
  const memory = options.memory ?? 1000
  const clock = yield* Clock.Clock
  const scope = yield* Effect.scope
  const run = Effect.runForkWith(yield* Effect.context<never>())
  const newRandom = options.seed === undefined ? randomOfContext : Random.withSeed(randomOfContext, options.seed)
  let random = yield* newRandom

  const now = () => clock.currentTimeMillisUnsafe()
  const listeners = new Map<(event: SimulatorEvent) => void, ReadonlyArray<SimulatorEvent["_tag"]> | undefined>()
  const faults = ActiveFaults.make(options.faults ?? [])
  const ledger = Ledger.make(memory)
  const store = options.store ?? Store.none
  for (const record of store.records) {
    if (record._tag === "Approved") ledger.append(record.entry)
    else ledger.markCollected(record.upTo)
  }
  const journal = Journal.make(memory, now)
  const pinpad = Pinpad.make(run)
  let cardholder = options.cardholder ?? Cardholder.auto()
  let step = 0
  let state: Extract<Event, { readonly _tag: "Stage" }> = idle
  let connections = 0

  const emit: Emit = (tag, makeEvent) => {
    let event: SimulatorEvent | undefined
    for (const [listener, only] of listeners) {
      if (only !== undefined && !only.includes(tag)) continue
      event ??= { ...makeEvent(), terminal: name, at: now() }
      callListener(listener, event)
    }
  }
  const show = (event: typeof state) => {
    state = event
    emit("Stage", () => event)
  }

  const nextBehaviour = (amount: number): Cardholder.Behaviour => {
    switch (cardholder._tag) {
      case "Auto":
        return Cardholder.pays(cardholder.card, cardholder)
      case "Scripted":
        return cardholder.steps[step++] ?? cardholder.thereafter
      case "Manual":
        return { _tag: "Decides" }
      case "Amount":
        return Cardholder.behaviourForAmount(amount)
    }
  }

  const gate = ConnectionGate.make({
    whenBusy: profile.busy,
    faults,
    now,
    scope,
    onFault: (fault) => {
      faults.countDown(fault)
      emit("Fault", () => ({ _tag: "Fault", connection: connections + 1, fault: fault.name, stage: fault.stage }))
    }
  })

  const context: TerminalContext = {
    profile,
    closesAfterAnswer: options.closesAfterAnswer ?? profile.closesAfterAnswer,
    faults,
    journal,
    emit,
    lock: Semaphore.makeUnsafe(1),
    gate,
    restart: (milliseconds, connection) =>
      Effect.suspend(() => {
        for (const handler of handlers) if (handler.connection !== connection) handler.restart()
        return gate.restart(milliseconds)
      }),
    showIdle: () => {
      if (state.stage !== "idle") show(idle)
    },
    terminal: Terminal.make({
      setup: {
        profile,
        durations: durationsOf(options.pace ?? "instant"),
        contactlessLimit: options.contactlessLimit ?? 5000,
        floorLimit: options.floorLimit ?? 0,
        letterhead: PrintedTicket.letterhead(
          options.columns ?? 24,
          options.shop ?? ["HIPAY-POS", "75002 PARIS"],
          options.timeZone ?? "Europe/Paris"
        ),
        contracts: options.contracts,
        currencies: options.currencies
      },
      ledger,
      pinpad,
      clock,
      random: () => random,
      nextBehaviour,
      store,
      show
    })
  }

  const handlerContext: HandlerContext = { terminal: context, now, run }
  const handlers = new Set<ConnectionHandler>()
  let isShutDown = false
  const shutDown = Effect.sync(() => {
    isShutDown = true
    for (const handler of handlers) handler.abort()
  })
  yield* Effect.addFinalizer(() => shutDown)
  const admit = (): ConnectionGate.Refusal | undefined => (isShutDown ? "refused" : gate.admit())

  const serve = (channel: ByteChannel, onClosed: () => void = () => {}): ConnectionHandler => {
    const handler = new ConnectionHandler(handlerContext, channel, ++connections, () => {
      handlers.delete(handler)
      onClosed()
    })
    handlers.add(handler)
    handler.open()
    return handler
  }

  const recordRefusal = (reason: ConnectionGate.Refusal, peer: string) => {
    const connection = ++connections
    emit("Connection", () => ({ _tag: "Connection", connection, peer, what: "refused", reason }))
  }

  return {
    name,
    profile,
    connector: {
      connectsAtOnce: true,
      connect: () =>
        Effect.suspend(() => {
          const reason = admit()
          if (reason !== undefined) {
            recordRefusal(reason, "memory")
            return Effect.fail(
              new NotStarted({
                kind: reason === "refused" ? "ConnectionRefused" : "Unreachable",
                detail: `simulated terminal ${name}: ${reason}`
              })
            )
          }
          const { connection, channel } = MemoryConnection.pair()
          serve(channel)
          return Effect.succeed(connection)
        })
    },
    accept: (channel) =>
      Effect.suspend(() => {
        const reason = admit()
        if (reason === undefined) {
          return Effect.callback<void>((resume) => {
            const handler = serve(channel, () => resume(Effect.void))
            return Effect.sync(() => handler.abort())
          })
        }
        recordRefusal(reason, channel.peer)
        channel.reset()
        return Effect.void
      }),
    isOpen: () => !isShutDown && gate.isOpen(),
    observeGate: gate.observe,
    subscribe: (listener, only) => {
      listeners.set(listener, only)
      return () => {
        listeners.delete(listener)
      }
    },
    state: () => state,
    ledger,
    journal: journal.entries,
    pressKey: (key) => pinpad.input({ _tag: "Key", key }),
    presentCard: (card, entryMode) => pinpad.input({ _tag: "Card", card, entryMode }),
    cardholder: () => cardholder,
    setCardholder: (to) => {
      cardholder = to
      step = 0
    },
    setScript: (steps) => {
      cardholder = Cardholder.scripted(steps)
      step = 0
    },
    faults: faults.all,
    setFault: (fault) => {
      const { name, times } = fault
      if (name === "refuse" && times !== undefined && gate.isObserved()) throw new FaultNotCountedError({ times })
      faults.set(fault)
      run(gate.notify)
    },
    clearFault: (name) => {
      faults.clear(name)
      run(gate.notify)
    },
    collect: Effect.gen(function* () {
      yield* store.append({ _tag: "Collected", upTo: ledger.nextSequence() - 1 })
      ledger.collect()
    }),
    reset: Effect.gen(function* () {
      yield* store.clear
      ledger.clear()
      journal.clear()
      faults.clear()
      for (const fault of options.faults ?? []) faults.set(fault)
      cardholder = options.cardholder ?? Cardholder.auto()
      step = 0
      random = yield* newRandom
      yield* gate.notify
    })
  }
})

/** A bug of a listener must not disturb a payment. */
const callListener = (listener: (event: SimulatorEvent) => void, event: SimulatorEvent): void => {
  try {
    listener(event)
  } catch {}
}

const randomOfContext = Effect.service(Random.Random)

const idle = { _tag: "Stage", stage: "idle", screen: Pinpad.screen("idle") } as const satisfies Event
