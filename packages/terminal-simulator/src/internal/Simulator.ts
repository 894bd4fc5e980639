/**
 * One simulated terminal: the state that its state machine, gate and connections share, and the operations from outside.
 *
 * A class, because a mock holds thousands of mostly idle terminals: each has only its state, and no closures.
 */
import type { Connection } from "@hipay-pos/concert-codec/Connection"
import { quietly } from "@hipay-pos/core/Quietly"
import { NotStarted } from "@hipay-pos/core/Terminal"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import type * as Random from "effect/Random"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import * as Cardholder from "../cardholder/Cardholder.ts"
import * as Pinpad from "../cardholder/Pinpad.ts"
import type { ByteChannel } from "../connection/ByteChannel.ts"
import { ConnectionGate, type Dependencies as GateDependencies, type Refusal } from "../connection/ConnectionGate.ts"
import { ConnectionHandler } from "../connection/ConnectionHandler.ts"
import * as Journal from "../connection/Journal.ts"
import * as MemoryConnection from "../connection/MemoryConnection.ts"
import type { TerminalContext } from "../connection/RequestHandler.ts"
import { ActiveFaults } from "../faults/ActiveFaults.ts"
import { type Fault, type FaultName, FaultNotCountedError } from "../faults/Fault.ts"
import * as Ledger from "../machine/Ledger.ts"
import type * as Store from "../machine/Store.ts"
import { type Setup, Terminal, type Dependencies as TerminalDependencies } from "../machine/Terminal.ts"
import type * as Profile from "../profiles/Profile.ts"
import type { Event, SimulatorEvent } from "../SimulatorEvent.ts"
import { checkCardholder, checkProfile, checkStep } from "./kinds.ts"

/** What a terminal is made of. */
export interface Parts {
  readonly name: string
  readonly setup: Setup
  readonly closesAfterAnswer: boolean
  /** The initial cardholder and faults. */
  readonly cardholder: Cardholder.Cardholder
  readonly faults: ReadonlyArray<Fault>
  readonly store: Store.Store
  /** How many entries of the journal are kept. */
  readonly memory: number
  /** How many entries of the ledger are kept. */
  readonly ledgerMemory: number
  /** Makes its source of randomness, at the start of the sequence. */
  readonly newRandom: Effect.Effect<Random.Random>
  /** In milliseconds since 1970. */
  readonly now: () => number
  /** Monotonic time, in milliseconds. */
  readonly monotonic: () => number
  /** The scope of the fiber that waits for the end of a restart. */
  readonly scope: Scope.Scope
  /** Runs effects on the terminal's clock. */
  readonly run: (effect: Effect.Effect<void>) => Fiber.Fiber<void>
}

type StageEvent = Extract<Event, { readonly _tag: "Stage" }>

type Listener = (event: SimulatorEvent, plain: Event) => void

/** The kinds of events that a listener is called for; undefined: all. */
type Kinds = ReadonlyArray<SimulatorEvent["_tag"]> | undefined

export class Simulator implements TerminalContext, TerminalDependencies, GateDependencies {
  readonly ledger: Ledger.WritableLedger
  readonly journal: Journal.Journal
  readonly pinpad: Pinpad.Pinpad
  readonly faults = new ActiveFaults()
  readonly lock = Semaphore.makeUnsafe(1)
  readonly gate = new ConnectionGate(this)
  readonly terminal = new Terminal(this)
  private readonly parts: Parts
  private currentRandom: Random.Random
  private currentCardholder: Cardholder.Cardholder
  /** Payments so far in the cardholder's own script. */
  private step = 0
  /** The steps left of a script, which come before the cardholder's own. */
  private script: ReadonlyArray<Cardholder.Behaviour> = []
  private shown: StageEvent = idle
  private readonly listeners = new Map<Listener, Kinds>()
  private handlers: ReadonlyArray<ConnectionHandler> = []
  /** Connections so far, the refused ones too. */
  private connections = 0
  private isShutDown = false

  constructor(parts: Parts, random: Random.Random) {
    this.parts = parts
    this.ledger = Ledger.make(parts.ledgerMemory)
    this.journal = Journal.make(parts.memory, parts.now)
    this.pinpad = Pinpad.make(parts.run)
    this.currentRandom = random
    checkProfile(parts.setup.profile)
    checkCardholder(parts.cardholder)
    this.currentCardholder = parts.cardholder
    this.setFirstFaults()
    for (const record of parts.store.records) {
      if (record._tag === "Begun") this.ledger.begin()
      else if (record._tag === "Approved") this.ledger.append(record.entry)
      else this.ledger.markCollected(record.upTo)
    }
  }

  get name(): string {
    return this.parts.name
  }

  get setup(): Setup {
    return this.parts.setup
  }

  get profile(): Profile.Profile {
    return this.setup.profile
  }

  get closesAfterAnswer(): boolean {
    return this.parts.closesAfterAnswer
  }

  get store(): Store.Store {
    return this.parts.store
  }

  get scope(): Scope.Scope {
    return this.parts.scope
  }

  get now(): Parts["now"] {
    return this.parts.now
  }

  get monotonic(): Parts["monotonic"] {
    return this.parts.monotonic
  }

  get run(): Parts["run"] {
    return this.parts.run
  }

  get state(): StageEvent {
    return this.shown
  }

  get cardholder(): Cardholder.Cardholder {
    return this.currentCardholder
  }

  random(): Random.Random {
    return this.currentRandom
  }

  isOpen(): boolean {
    return !this.isShutDown && this.gate.isOpen()
  }

  subscribe(listener: Listener, only: Kinds): () => void {
    this.listeners.set(listener, only)
    return () => {
      this.listeners.delete(listener)
    }
  }

  emit(tag: SimulatorEvent["_tag"], makeEvent: () => Event): void {
    let plain: Event | undefined
    let event: SimulatorEvent | undefined
    for (const [listener, only] of this.listeners) {
      if (only !== undefined && !only.includes(tag)) continue
      plain ??= makeEvent()
      event ??= { ...plain, terminal: this.name, at: this.now() }
      quietly(listener, event, plain)
    }
  }

  show(event: StageEvent): void {
    this.shown = event
    this.emit("Stage", () => event)
  }

  showIdle(): void {
    if (this.shown.stage !== "idle") this.show(idle)
  }

  setCardholder(cardholder: Cardholder.Cardholder): void {
    checkCardholder(cardholder)
    this.currentCardholder = cardholder
    this.step = 0
    this.script = []
  }

  setScript(steps: ReadonlyArray<Cardholder.Behaviour>): void {
    for (const step of steps) checkStep(step)
    this.script = steps
  }

  get stepsLeft(): number {
    const { cardholder, script, step } = this
    const own = cardholder._tag === "Scripted" ? Math.max(0, cardholder.steps.length - step) : 0
    return script.length + own
  }

  nextBehaviour(amount: number): Cardholder.Behaviour {
    const { cardholder } = this
    const [next, ...left] = this.script
    if (next !== undefined) {
      this.script = left
      return next
    }
    switch (cardholder._tag) {
      case "Auto":
        return Cardholder.pays(cardholder.card, cardholder)
      case "Scripted":
        return cardholder.steps[this.step++] ?? cardholder.thereafter
      case "Manual":
        return { _tag: "Decides" }
      case "Amount":
        return Cardholder.behaviourForAmount(amount)
    }
  }

  setFault(fault: Fault): void {
    this.checkCounted(fault)
    this.faults.set(fault)
    this.run(this.gate.notify())
  }

  setFaults(faults: ReadonlyArray<Fault>): void {
    for (const fault of faults) this.checkCounted(fault)
    this.faults.replace(faults)
    this.run(this.gate.notify())
  }

  clearFault(name?: FaultName): void {
    this.faults.clear(name)
    this.run(this.gate.notify())
  }

  /** A fault kept a connection from being accepted. */
  onFault(fault: Fault): void {
    this.faults.countDown(fault)
    this.emit("Fault", () => ({
      _tag: "Fault",
      connection: this.connections + 1,
      fault: fault.name,
      stage: fault.stage
    }))
  }

  connect(): Effect.Effect<Connection, NotStarted> {
    const reason = this.admit()
    if (reason === undefined) {
      const { connection, channel } = MemoryConnection.pair()
      this.serve(channel)
      return Effect.succeed(connection)
    }
    this.recordRefusal(reason, "memory")
    return Effect.fail(
      new NotStarted({
        kind: reason === "refused" ? "ConnectionRefused" : "Unreachable",
        detail: `simulated terminal ${this.name}: ${reason}`
      })
    )
  }

  accept(channel: ByteChannel): Effect.Effect<void> {
    const reason = this.admit()
    if (reason === undefined) {
      return Effect.callback<void>((resume) => {
        const handler = this.serve(channel, () => resume(Effect.void))
        return Effect.sync(() => handler.abort())
      })
    }
    this.recordRefusal(reason, channel.peer)
    channel.reset()
    return Effect.void
  }

  restart(milliseconds: number, connection: number): Effect.Effect<void> {
    return Effect.suspend(() => {
      for (const handler of this.handlers) if (handler.connection !== connection) handler.restart()
      return this.gate.restart(milliseconds)
    })
  }

  shutDown(): void {
    this.isShutDown = true
    for (const handler of this.handlers) handler.abort()
  }

  reset(): Effect.Effect<void, Store.StoreFailed> {
    const { ledger, journal, faults, gate, parts } = this
    return Effect.gen({ self: this }, function* () {
      // Queued requests first: the one that holds the lock would pass it on to them.
      for (const handler of this.handlers.toReversed()) handler.restart()
      yield* parts.store.clear
      ledger.clear()
      journal.clear()
      faults.clear()
      this.setFirstFaults()
      this.setCardholder(parts.cardholder)
      this.currentRandom = yield* parts.newRandom
      yield* gate.reset()
    })
  }

  private checkCounted({ name, times }: Fault): void {
    if (name === "refuse" && times !== undefined && this.gate.isObserved()) throw new FaultNotCountedError({ times })
  }

  private setFirstFaults(): void {
    for (const fault of this.parts.faults) this.faults.set(fault)
  }

  private admit(): Refusal | undefined {
    return this.isShutDown ? "refused" : this.gate.admit()
  }

  private serve(channel: ByteChannel, onClosed?: () => void): ConnectionHandler {
    const handler = new ConnectionHandler(this, channel, ++this.connections, () => {
      this.handlers = this.handlers.filter((each) => each !== handler)
      onClosed?.()
    })
    this.handlers = this.handlers.concat(handler)
    handler.open()
    return handler
  }

  private recordRefusal(reason: Refusal, peer: string): void {
    const connection = ++this.connections
    this.emit("Connection", () => ({ _tag: "Connection", connection, peer, what: "refused", reason }))
  }
}

const idle: StageEvent = { _tag: "Stage", stage: "idle", screen: Pinpad.screen("idle") }
