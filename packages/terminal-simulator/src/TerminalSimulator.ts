/**
 * A Concert terminal made of software: wires the state machine, the cardholder, the faults and the ledger together.
 *
 * It opens no socket. `connector` reaches it in memory; `accept` serves a connection that somebody else opened. Time
 * and randomness come from the surrounding `Clock` and, unless a seed is given, `Random`: with the same seed, script
 * and clock it says the same bytes.
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
import * as Cardholder from "./cardholder/Cardholder.ts"
import * as Face from "./cardholder/Pinpad.ts"
import type { TestCard } from "./cardholder/TestCard.ts"
import type { Line } from "./connection/ByteChannel.ts"
import * as Door from "./connection/ConnectionGate.ts"
import { type Desk, Reception } from "./connection/ConnectionHandler.ts"
import * as Journal from "./connection/Journal.ts"
import * as MemoryConnection from "./connection/MemoryConnection.ts"
import type * as Exchange from "./connection/RequestHandler.ts"
import { Turns } from "./connection/Turns.ts"
import * as FaultBoard from "./faults/ActiveFaults.ts"
import type { Fault, FaultName } from "./faults/Fault.ts"
import * as Ledger from "./machine/Ledger.ts"
import * as PrintedTicket from "./machine/PrintedTicket.ts"
import { durationsOf, type Pace, type Stage } from "./machine/Stage.ts"
import * as Store from "./machine/Store.ts"
import * as Terminal from "./machine/Terminal.ts"
import * as Profile from "./profiles/Profile.ts"
import type { SimulatorEvent, Tell, Told } from "./SimulatorEvent.ts"

/** How a simulator is set up. Everything has a default. */
export interface Options {
  /** For events and lists; `terminal` by default. */
  readonly name?: string
  readonly profile?: Profile.Profile
  /** Who plays the customer; by default a card that is always approved. */
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

/** A simulated terminal for as long as the layer lives. */
export const layer = (options?: Options): Layer.Layer<Service> => Layer.effect(Service, make(options))

/** What the face shows right now. */
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
  readonly accept: (line: Line) => Effect.Effect<void>
  /** Whether a new connection would be let in. */
  readonly isOpen: () => boolean
  /** Runs `follow` whenever the answer of `isOpen` may have changed, for listeners. Returns how to let go. */
  readonly attach: (follow: Effect.Effect<void>) => () => void
  /**
   * Tells events as they happen, synchronously: all, or only some. What a listener throws is dropped. Returns how to
   * stop.
   */
  readonly subscribe: (
    listener: (event: SimulatorEvent) => void,
    only?: ReadonlyArray<SimulatorEvent["_tag"]>
  ) => () => void
  readonly state: () => State
  readonly ledger: Ledger.Ledger
  readonly journal: () => ReadonlyArray<Journal.JournalEntry>
  /** False: nobody waits for a key. */
  readonly pressKey: (key: Face.Key) => boolean
  /** False: no card is awaited. */
  readonly presentCard: (card: TestCard, entryMode?: EntryMode) => boolean
  readonly cardholder: () => Cardholder.Cardholder
  readonly setCardholder: (cardholder: Cardholder.Cardholder) => void
  /** Plays these steps next. */
  readonly setScript: (steps: ReadonlyArray<Cardholder.Behaviour>) => void
  readonly faults: () => ReadonlyArray<Fault>
  readonly setFault: (fault: Fault) => void
  /** Takes one fault away, or all. */
  readonly clearFault: (name?: FaultName) => void
  /** Remote collection (*télécollecte*): what was approved before can no longer be cancelled. */
  readonly collect: Effect.Effect<void, Store.StoreFailed>
  /** As it was made, with nothing remembered: ledger, store, journal, faults, cardholder and seed. A payment under way goes on. */
  readonly reset: Effect.Effect<void, Store.StoreFailed>
}

/** A terminal that is idle. Closing the scope cuts its connections, and it takes no more. */
export const make = Effect.fnUntraced(function* (
  options: Options = {}
): Effect.fn.Return<TerminalSimulator, never, Scope.Scope> {
  const name = options.name ?? "terminal"
  const profile = options.profile ?? Profile.plain
  const memory = options.memory ?? 1000
  const clock = yield* Clock.Clock
  const scope = yield* Effect.scope
  const context = yield* Effect.context<never>()
  const run = Effect.runForkWith(context)
  const newRandom = options.seed === undefined ? randomOfContext : Random.withSeed(randomOfContext, options.seed)
  let random = yield* newRandom

  const now = () => clock.currentTimeMillisUnsafe()
  const listeners = new Map<(event: SimulatorEvent) => void, ReadonlyArray<SimulatorEvent["_tag"]> | undefined>()
  const faults = FaultBoard.make(options.faults ?? [])
  const ledger = Ledger.make(memory)
  const store = options.store ?? Store.none
  for (const record of store.records) {
    if (record._tag === "Approved") ledger.append(record.entry)
    else ledger.markCollected(record.upTo)
  }
  const journal = Journal.make(memory, now)
  const face = Face.make(run)
  let cardholder = options.cardholder ?? Cardholder.auto()
  let step = 0
  let state: Extract<Told, { readonly _tag: "Stage" }> = idle
  let connections = 0

  const tell: Tell = (tag, makeEvent) => {
    let event: SimulatorEvent | undefined
    for (const [listener, only] of listeners) {
      if (only !== undefined && !only.includes(tag)) continue
      event ??= { ...makeEvent(), terminal: name, at: now() }
      quietly(listener, event)
    }
  }
  const show = (event: typeof state) => {
    state = event
    tell("Stage", () => event)
  }

  const behave = (amount: number): Cardholder.Behaviour => {
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

  const door = Door.make({
    whenBusy: profile.busy,
    faults,
    now,
    scope,
    struck: (fault) => {
      faults.struck(fault)
      tell("Fault", () => ({ _tag: "Fault", connection: connections + 1, fault: fault.name, stage: fault.stage }))
    }
  })

  const counter: Exchange.Counter = {
    profile,
    closesAfterAnswer: options.closesAfterAnswer ?? profile.closesAfterAnswer,
    faults,
    journal,
    tell,
    turns: new Turns(),
    door,
    idle: () => {
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
        ...(options.contracts === undefined ? {} : { contracts: options.contracts }),
        ...(options.currencies === undefined ? {} : { currencies: options.currencies })
      },
      ledger,
      face,
      clock,
      random: () => random,
      behave,
      store,
      show
    })
  }

  const desk: Desk = { counter, now, run }
  const receptions = new Set<Reception>()
  let isSwitchedOff = false
  const switchOff = Effect.sync(() => {
    isSwitchedOff = true
    for (const reception of receptions) reception.cut()
  })
  yield* Effect.addFinalizer(() => switchOff)
  const admit = (): Door.Refusal | undefined => (isSwitchedOff ? "refused" : door.admit())

  const serve = (line: Line, over: () => void = () => {}): Reception => {
    const reception = new Reception(desk, line, ++connections, () => {
      receptions.delete(reception)
      over()
    })
    receptions.add(reception)
    reception.open()
    return reception
  }

  const turnAway = (reason: Door.Refusal, peer: string) => {
    const connection = ++connections
    tell("Connection", () => ({ _tag: "Connection", connection, peer, what: "refused", reason }))
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
            turnAway(reason, "memory")
            return Effect.fail(
              new NotStarted({
                kind: reason === "refused" ? "ConnectionRefused" : "Unreachable",
                detail: `simulated terminal ${name}: ${reason}`
              })
            )
          }
          const { connection, line } = MemoryConnection.pair()
          serve(line)
          return Effect.succeed(connection)
        })
    },
    accept: (line) =>
      Effect.suspend(() => {
        const reason = admit()
        if (reason === undefined) {
          return Effect.callback<void>((resume) => {
            const reception = serve(line, () => resume(Effect.void))
            return Effect.sync(() => reception.cut())
          })
        }
        turnAway(reason, line.peer)
        line.reset()
        return Effect.void
      }),
    isOpen: () => !isSwitchedOff && door.isOpen(),
    attach: door.attach,
    subscribe: (listener, only) => {
      listeners.set(listener, only)
      return () => {
        listeners.delete(listener)
      }
    },
    state: () => state,
    ledger,
    journal: journal.entries,
    pressKey: (key) => face.give({ _tag: "Key", key }),
    presentCard: (card, entryMode) =>
      face.give({ _tag: "Card", card, ...(entryMode === undefined ? {} : { entryMode }) }),
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
      faults.set(fault)
      run(door.moved)
    },
    clearFault: (name) => {
      faults.clear(name)
      run(door.moved)
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
      yield* door.moved
    })
  }
})

/** A bug of a listener must not disturb a payment. */
const quietly = (listener: (event: SimulatorEvent) => void, event: SimulatorEvent): void => {
  try {
    listener(event)
  } catch {}
}

const randomOfContext = Effect.service(Random.Random)

const idle = { _tag: "Stage", stage: "idle", screen: Face.screen("idle") } as const satisfies Told
