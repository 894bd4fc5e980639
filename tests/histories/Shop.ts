/**
 * A shop in memory for one order: two programs of a till, on one journal or on one each, a gateway with its store, and a
 * terminal that does what each step says. Time passes only with steps. On the route `service`, HiPay's own service stands in the
 * gateway's place: it charges whatever it is sent.
 */
import { createHash } from "node:crypto"
import { AttemptJournal, type ResolveOptions } from "@hipay-pos/client"
import { PosClient } from "@hipay-pos/client/effect"
import { Money, OrderRequest, TerminalTarget } from "@hipay-pos/core"
import type { PaymentOutcome } from "@hipay-pos/core/Payment"
import { NotStarted, OutcomeUnknown, TerminalError } from "@hipay-pos/core/Terminal"
import { ofBytes } from "@hipay-pos/core/TerminalEvidence"
import type { PaymentEvent } from "@hipay-pos/server"
import { type Attempt, MemoryStore, makeApp, OwedEnds, Space, Spaces } from "@hipay-pos/server"
import type { Terminals } from "@hipay-pos/server/Terminals"
import { frames, giveUp } from "@hipay-pos/server/testing"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"

type Route = "gateway" | "service"

/** What the terminal does when it is asked, and what comes late if it was silent. */
export type Act = "approves" | "declines" | "is not reached" | "charges in silence" | "is silent" | "shows signs"
export type LateAct = "approves" | "declines" | "stays silent"

/** What becomes of an order on its way to the server, or of its answer. An order that is held up may arrive later, or never. */
export type Line = "works" | "is refused" | "holds up the order" | "loses the answer"

/** A payment that the terminal was asked for. */
interface Payment {
  isCharged: boolean
  awaits: "answer" | "late answer" | undefined
  readonly answer: (act: Act) => void
  readonly answerLate: (act: LateAct) => void
}

const BEGIN = Date.UTC(2026, 10, 30, 9)
const SECOND = 1_000
const eur = Money.of("12.50", "EUR")
const orderId = "ORDER_1"

const request = Result.getOrThrow(
  OrderRequest.make(
    { orderId, amount: eur },
    TerminalTarget.concert({ host: "192.0.2.10", contracts: [{ merchantContract: "1234567" }] })
  )
)

const approved: PaymentOutcome = { _tag: "Approved", amount: eur, card: {}, warnings: [] }
const declined: PaymentOutcome = { _tag: "Declined", reason: "refused", label: "refused", card: {}, warnings: [] }
const unreached = new NotStarted({ kind: "ConnectionRefused", detail: "refused" })
const silence = new OutcomeUnknown({ kind: "SilentAfterSend", detail: "silence" })
const signs = new OutcomeUnknown({
  kind: "Garbled",
  detail: "half an answer",
  evidence: { ...ofBytes("AE00210"), status: "done", amount: eur }
})

const till = { username: "till", password: "secret" }
const authorization = `Basic ${btoa(`${till.username}:${till.password}`)}`
const digest = (text: string) => `sha256:${createHash("sha256").update(text).digest("hex")}`

/** One program of the till. Once it has crashed, it writes nothing any more. */
interface Program {
  readonly journal: AttemptJournal.Attempts
  readonly client: PosClient.PosClient["Service"]
  isAlive: boolean
  /** Ends the connection of the payment that it waits for. */
  hangUp: (() => void) | undefined
}

export class Shop {
  readonly route: Route
  /** What the terminal was asked for, the oldest first. */
  readonly payments: Array<Payment> = []
  /**
   * The results of payments that a program has waited for, and how often the order had been charged then. A program that
   * does not reach the gateway is not expected to know of a charge that only another program's journal has.
   */
  readonly told: Array<{ readonly result: string; readonly charges: number }> = []
  /** The states of earlier attempts that may have paid when the order was sent again; none, if all is well. */
  readonly sentAgainst: Array<string> = []
  readonly #programs: Array<Program> = []
  readonly #store = MemoryStore.make()
  #gateway: ReturnType<typeof makeApp> | undefined
  #time = BEGIN
  #line: Line = "works"
  /** Lets an order that the line holds up arrive. */
  #heldUp: (() => void) | undefined
  readonly #nanos = () => BigInt(this.#time) * 1_000_000n
  readonly #clock: Clock.Clock = {
    currentTimeMillisUnsafe: () => this.#time,
    currentTimeMillis: Effect.sync(() => this.#time),
    currentTimeNanosUnsafe: this.#nanos,
    currentTimeNanos: Effect.sync(this.#nanos),
    monotonicTimeNanosUnsafe: this.#nanos,
    monotonicTimeNanos: Effect.sync(this.#nanos),
    // Nothing in these histories waits for a deadline.
    sleep: () => Effect.never
  }

  constructor(route: Route, journals: 1 | 2) {
    this.route = route
    const journal = new AttemptJournal.Attempts()
    const other = journals === 1 ? journal : new AttemptJournal.Attempts()
    this.#programs.push(this.#startProgram(journal), this.#startProgram(other))
    if (route === "gateway") this.#gateway = this.#startGateway()
  }

  /** The attempts in the programs' journals, and those of the gateway, the oldest first. */
  journal(): ReadonlyArray<AttemptJournal.Attempt> {
    const journals = new Set(this.#programs.map(({ journal }) => journal))
    return [...journals].flatMap((each) => each.all()).sort((one, other) => one.openedAt - other.openedAt)
  }
  attempts(): ReadonlyArray<Attempt.Attempt> {
    return Effect.runSync(Effect.orDie(this.#store.list({}))).toReversed()
  }

  /** How often the order was charged. */
  charges(): number {
    return this.payments.filter(({ isCharged }) => isCharged).length
  }

  isWaiting(program: number): boolean {
    return this.#programs[program]?.hangUp !== undefined
  }

  /** The first program that has an attempt in its journal; -1 if none has. */
  ownerOf(id: string): number {
    return this.#programs.findIndex(({ journal }) => journal.all().some((each) => each.id === id))
  }

  /** Lets time pass, and everything happen that follows from what was done. */
  async passes(milliseconds = SECOND): Promise<void> {
    this.#time += milliseconds
    for (let turn = 0; turn < 12; turn++) await new Promise<void>((resolve) => setImmediate(resolve))
  }

  /** A program begins to pay the order. */
  pay(place: number, line: Line): void {
    const program = this.#programs[place]
    if (program === undefined) return
    this.#line = line
    const knowsAll = line !== "is refused" || this.#programs.every(({ journal }) => journal === program.journal)
    const controller = new AbortController()
    program.hangUp = () => controller.abort()
    const paying = Effect.match(program.client.pay(request), {
      onSuccess: ({ _tag }) => _tag,
      onFailure: ({ reason }) => reason._tag
    })
    void Effect.runPromiseExit(this.#atTime(paying), { signal: controller.signal }).then((exit) => {
      program.hangUp = undefined
      if (!program.isAlive || Exit.hasInterrupts(exit)) return
      const result = Exit.isSuccess(exit) ? exit.value : String(exit.cause)
      if (knowsAll) this.told.push({ result, charges: this.charges() })
    })
  }

  /** Whether the line holds up an order. */
  isHeldUp(): boolean {
    return this.#heldUp !== undefined
  }

  /** The order that the line has held up arrives, and nobody waits for its answer. */
  arrive(): void {
    this.#heldUp?.()
    this.#heldUp = undefined
  }

  /** The person at the till stops waiting. */
  giveUp(place: number): void {
    this.#programs[place]?.hangUp?.()
  }

  /** A program ends without writing anything more, and starts again. */
  crash(place: number): void {
    const program = this.#programs[place]
    if (program === undefined) return
    program.isAlive = false
    program.hangUp?.()
    this.#programs[place] = this.#startProgram(program.journal)
  }

  /** The gateway's process ends and starts again on its store. */
  async restart(): Promise<void> {
    for (const payment of this.payments) payment.awaits = undefined
    for (const program of this.#programs) program.hangUp?.()
    await Effect.runPromise(this.#atTime(Effect.orDie(giveUp(this.#store, new Set()))))
    this.#gateway = this.#startGateway()
  }

  /** Asks about a journal's attempt, with a person's answer if one is given; returns how it is settled, or why not. */
  resolve(id: string, said?: ResolveOptions): Promise<string> {
    const resolving =
      this.#programs[this.ownerOf(id)]?.client.resolve(id, said) ?? Effect.die(new Error("no such attempt"))
    const told = Effect.match(resolving, {
      onSuccess: (settlement) => (settlement._tag === "Settled" ? settlement.by : settlement._tag),
      onFailure: ({ _tag }) => _tag
    })
    return Effect.runPromise(this.#atTime(told))
  }

  /** A person's answer at the gateway's console; returns whether it was recorded. */
  async answerAtConsole(id: string, said: ResolveOptions): Promise<boolean> {
    const headers = { authorization, "content-type": "application/json" }
    const response = await this.#gateway?.request(`http://shop.test/attempts/${id}/resolve`, {
      method: "POST",
      headers,
      body: JSON.stringify(said)
    })
    return response?.status === 200
  }

  #atTime<A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A, E> {
    return Effect.provideService(effect, Clock.Clock, this.#clock)
  }

  #startProgram(journal: AttemptJournal.Attempts): Program {
    const written = AttemptJournal.fromPromises({
      open: async (opening) => journal.open(opening),
      end: async (ending) => {
        if (program.isAlive) journal.add(ending)
      },
      attempts: async () => journal.all()
    })
    const client = PosClient.make({
      server: "http://shop.test",
      username: till.username,
      password: Redacted.make(till.password),
      live: true,
      journal: written,
      fetch: (url, init) => this.#fetch(url, init, journal)
    })
    const program: Program = { journal, client, isAlive: true, hangUp: undefined }
    return program
  }

  #startGateway() {
    const terminals: Terminals = {
      frames,
      choose: () =>
        Effect.succeed({
          kind: "dialled" as const,
          findings: [],
          lateAnswer: "10 minutes" as const,
          guarded: { name: "192.0.2.10:8888", address: undefined },
          perform: (_, onEvent, id) => this.#perform(id, onEvent)
        })
    }
    const space = Space.make({
      name: "",
      ended: new AbortController().signal,
      store: OwedEnds.over(this.#store),
      terminals
    })
    const runtime = ManagedRuntime.make(
      Layer.provide(Layer.effect(Spaces.Spaces, Effect.map(space, Spaces.one)), Layer.succeed(Clock.Clock, this.#clock))
    )
    const credentials = [{ username: till.username, password: Redacted.make(till.password) }]
    return makeApp(runtime, { mode: "gateway", credentials, digest })
  }

  /** The terminal is asked by the gateway. */
  #perform(id: string, onEvent: (event: PaymentEvent) => void): Effect.Effect<PaymentOutcome, TerminalError> {
    this.#expectUnpaid(this.attempts().filter((each) => each.id !== id))
    return Effect.callback((resume) => {
      const fail = (reason: TerminalError["reason"]) => resume(Effect.fail(new TerminalError({ reason })))
      const becomeUnknown = (reason: OutcomeUnknown) => {
        onEvent({ _tag: "Unknown", orderId, reason })
        fail(reason)
      }
      this.payments.push({
        isCharged: false,
        awaits: "answer",
        answer: (act) => {
          if (act === "approves") resume(Effect.succeed(approved))
          else if (act === "declines") resume(Effect.succeed(declined))
          else if (act === "is not reached") fail(unreached)
          else becomeUnknown(act === "shows signs" ? signs : silence)
        },
        answerLate: (act) => {
          const outcome = act === "approves" ? approved : declined
          const result = act === "stays silent" ? Result.fail(silence) : Result.succeed(outcome)
          onEvent({ _tag: "LateAnswer", orderId, result })
          onEvent({ _tag: "Closed", orderId })
        }
      })
    })
  }

  /** HiPay's own service is asked by the till. */
  #charge(): Promise<Response> {
    return new Promise((resolve, reject) => {
      this.payments.push({
        isCharged: false,
        awaits: "answer",
        answer: (act) => {
          if (act === "approves") resolve(Response.json({ paymentStatus: "Success" }))
          else if (act === "declines")
            resolve(Response.json({ paymentStatus: "Failure", error: { errorCode: "1006" } }))
          else if (act === "is not reached") resolve(Response.json({ error: { code: "no.terminal" } }, { status: 400 }))
          else reject(new TypeError("the connection broke"))
        },
        answerLate: () => {}
      })
    })
  }

  /** Notes earlier attempts that may have paid what is sent now. */
  #expectUnpaid(earlier: ReadonlyArray<{ readonly state: string }>): void {
    for (const { state } of earlier) if (state !== "declined" && state !== "not-started") this.sentAgainst.push(state)
  }

  async #fetch(url: string, init: RequestInit, journal: AttemptJournal.Attempts): Promise<Response> {
    const isOrder = url.endsWith("/connector/order")
    const line = isOrder ? this.#line : "works"
    if (line === "is refused")
      throw new TypeError("fetch failed", { cause: { code: "ECONNREFUSED", syscall: "connect" } })
    const { signal, ...sent } = init
    const broken = new Promise<never>((_, reject) => {
      signal?.addEventListener("abort", () => reject(new TypeError("fetch failed")))
    })
    if (isOrder) this.#expectUnpaid(journal.all().slice(0, -1))
    const send = () => (isOrder && this.route === "service" ? this.#charge() : this.#ask(url, sent))
    if (line === "holds up the order") {
      this.#heldUp = () => void send().catch(() => undefined)
      throw new TypeError("fetch failed")
    }
    const response = await Promise.race([send(), broken])
    if (line === "loses the answer") throw new TypeError("fetch failed")
    return response
  }

  async #ask(url: string, init: RequestInit): Promise<Response> {
    return (await this.#gateway?.request(url, init)) ?? new Response("", { status: 404 })
  }
}
