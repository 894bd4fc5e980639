/**
 * The terminals of the mock: an address that was attached is dialled, everything else is simulated in memory.
 *
 * Both kinds go through the same codec and session. A simulated terminal comes to life with the first order that names
 * it, by host and port or by serial number, and keeps its memory. No address that an order names is ever dialled unless
 * it was attached.
 */
import * as ConcertTerminal from "@hipay-pos/concert-codec/ConcertTerminal"
import type { Address, Connector } from "@hipay-pos/concert-codec/Connection"
import * as Finding from "@hipay-pos/core/Finding"
import type { OrderRequest } from "@hipay-pos/core/Order"
import type { PaymentOutcome, PaymentRequest } from "@hipay-pos/core/Payment"
import { NotStarted, OutcomeUnknown, TerminalError } from "@hipay-pos/core/Terminal"
import type { TerminalTarget } from "@hipay-pos/core/TerminalTarget"
import {
  type Cardholder,
  type Ledger,
  type SimulatorEvent,
  type Stage,
  TerminalConfig,
  TerminalSimulator
} from "@hipay-pos/terminal-simulator"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import * as ReservedName from "./ReservedName.ts"
import { type Chosen, notServed, type PaymentEvent, type Terminals } from "./Terminals.ts"

/** How the mock's terminals are set up. */
export interface MockTerminalsOptions {
  /** Addresses that are really dialled, and the way there. */
  readonly attached?: { readonly addresses: ReadonlyArray<Address>; readonly connector: Connector }
  /** How fast simulated terminals are; `instant` by default. */
  readonly pace?: Stage.Pace
  /** Who plays the customer at terminals of which nothing else is said; by default a card that is approved. */
  readonly cardholder?: Cardholder.Cardholder
  /** Terminals with a set-up of their own, found by host and port. */
  readonly configured?: ReadonlyArray<TerminalConfig.TerminalConfig>
  /** Makes randomness repeatable. */
  readonly seed?: string
  readonly settings?: ConcertTerminal.Settings
  /** How many simulated terminals are kept; 10 000 by default. The one that was idle for longest goes first. */
  readonly capacity?: number
  /** Told of everything that a simulated terminal charges, gives back or takes back, as it writes it down. */
  readonly onCharge?: (terminal: string, entry: Ledger.LedgerEntry) => void
}

/** A terminal that is simulated. */
export interface Simulated {
  /** `host:port`, or manufacturer and serial number. */
  readonly name: string
  readonly simulator: TerminalSimulator.TerminalSimulator
}

/** The terminals of one mock. */
export interface MockTerminals extends Terminals {
  /** The simulated terminals that are there. */
  readonly simulated: () => ReadonlyArray<Simulated>
  /** The simulated terminal of a name, made if it is not there yet; `undefined` when there are too many. */
  readonly named: (name: string) => Effect.Effect<TerminalSimulator.TerminalSimulator | undefined>
  /** The name that a terminal goes by here, of any of the ways to write it. */
  readonly nameOf: (text: string) => string
  /** From now on, terminals are made with this seed. */
  readonly setSeed: (seed: string) => void
}

/** The terminals of one mock, for as long as the scope lives. */
export const make = Effect.fnUntraced(function* (
  options: MockTerminalsOptions = {}
): Effect.fn.Return<MockTerminals, never, Scope.Scope> {
  const { pace = "instant", settings = {}, attached, capacity = 10_000, onCharge = () => {} } = options
  const scope = yield* Effect.scope
  const context = yield* Effect.context<never>()
  const dialled = new Set(attached?.addresses.map((address) => nameOf(canonical(address))))
  const configured = new Map(options.configured?.map((config) => [nameOfConfig(config), config]))
  const called = new Map(options.configured?.map((config) => [config.name, nameOfConfig(config)]))
  const targetNamed = (text: string): TerminalTarget => targetOf(called.get(text) ?? text)
  let { seed } = options
  // In the order of their last use.
  const simulated = new Map<
    string,
    { readonly simulator: TerminalSimulator.TerminalSimulator; readonly scope: Scope.Closeable }
  >()

  const longestIdle = (): string | undefined => {
    for (const [name, { simulator }] of simulated) if (simulator.state().stage === "idle") return name
    return undefined
  }

  const forget = (name: string) =>
    Effect.suspend(() => {
      const known = simulated.get(name)
      simulated.delete(name)
      return known === undefined ? Effect.void : Scope.close(known.scope, Exit.void)
    })

  const optionsOf = (name: string, reserved: TerminalSimulator.Options = {}): TerminalSimulator.Options => {
    const config = configured.get(name)
    return {
      pace,
      ...(options.cardholder === undefined ? {} : { cardholder: options.cardholder }),
      ...reserved,
      ...(config === undefined ? {} : TerminalConfig.toOptions(config)),
      ...(seed === undefined ? {} : { seed: `${seed} ${name}` }),
      name
    }
  }

  const create = Effect.fnUntraced(function* (name: string, reserved?: TerminalSimulator.Options) {
    if (simulated.size >= capacity) {
      const idle = longestIdle()
      if (idle === undefined) return undefined
      yield* forget(idle)
    }
    const own = yield* Scope.fork(scope)
    const simulator = yield* Scope.provide(TerminalSimulator.make(optionsOf(name, reserved)), own)
    // Two first orders may have come at once: the terminal that was there first stays.
    const first = simulated.get(name)
    if (first !== undefined) return first.simulator
    simulated.set(name, { simulator, scope: own })
    simulator.subscribe((event) => {
      const entry = event._tag === "Stage" && event.stage === "approved" ? simulator.ledger.last() : undefined
      if (entry !== undefined) onCharge(name, entry)
    })
    return simulator
  }, Effect.provideContext(context))

  const simulator = (name: string, reserved?: TerminalSimulator.Options) => {
    const known = simulated.get(name)
    if (known === undefined) return create(name, reserved)
    simulated.delete(name)
    simulated.set(name, known)
    return Effect.succeed(known.simulator)
  }

  const perform = (
    name: string,
    address: Address,
    reserved: ReservedName.Reserved | undefined,
    request: PaymentRequest,
    onEvent: (event: PaymentEvent) => void
  ): Effect.Effect<PaymentOutcome, TerminalError> => {
    switch (reserved?._tag) {
      case "Unreachable":
        return notStarted("Unreachable", `simulated terminal ${name}: no route`)
      case "Busy":
        return request.target._tag === "Nepting"
          ? Effect.succeed(busy)
          : notStarted("QueueFull", `simulated terminal ${name}: busy with another payment`)
      case "Unacknowledged":
        return Effect.andThen(
          Effect.sleep(ACKNOWLEDGEMENT),
          new TerminalError({
            reason: new OutcomeUnknown({
              kind: "SilentAfterSend",
              detail: "the terminal did not acknowledge the order within 10s",
              received: ""
            })
          })
        )
      default:
        return Effect.flatMap(
          simulator(name, reserved?._tag === "Simulated" ? reserved.options : undefined),
          (found) =>
            found === undefined
              ? notStarted("Unreachable", `there are ${capacity} simulated terminals, and none of them is idle`)
              : request.target._tag === "Nepting"
                ? turnedAwayWhenBusy(shown(found, address, { ...settings, queueWait: 0 }, request, onEvent))
                : shown(found, address, settings, request, onEvent)
        )
    }
  }

  for (const name of configured.keys()) yield* create(name)

  return {
    choose: (order) => {
      const findings = departures(order)
      const { target, pushTo } = order
      const address = addressOf(target)
      const name = nameOf(address)
      const reserved = configured.has(name) ? undefined : ReservedName.fromTarget(target)
      if (reserved?._tag === "WithoutPassphrase") return withoutPassphrase
      if (target._tag === "Nepting" && order.order.transactionType === "Cancel") return noCancel
      const simulate = (performing: Chosen["perform"]) =>
        Effect.succeed({ kind: "simulated", findings, perform: performing } as const)
      if (!order.order.initializePaymentTerminal) return simulate(({ amount }) => Effect.succeed(recorded(amount)))
      if (attached === undefined || pushTo !== "POS" || !dialled.has(name)) {
        return simulate((request, onEvent) => perform(name, address, reserved, request, onEvent))
      }
      const { connector } = attached
      return Effect.succeed({
        kind: "dialled",
        findings,
        perform: (request, onEvent) => ConcertTerminal.make({ connector, address, settings, onEvent }).perform(request)
      })
    },
    simulated: () => [...simulated].map(([name, { simulator }]) => ({ name, simulator })),
    nameOf: (text) => nameOfTarget(targetNamed(text)),
    named: (text) => {
      if (text.length > LONGEST_NAME) return Effect.succeed(undefined)
      const target = targetNamed(text)
      const reserved = ReservedName.fromTarget(target)
      return simulator(nameOf(addressOf(target)), reserved?._tag === "Simulated" ? reserved.options : undefined)
    },
    setSeed: (to) => {
      seed = to
    }
  }
})

/** Characters of a host's name, a port, and some more for manufacturers. */
const LONGEST_NAME = 300

/** How long the service waits for the application on an AppNepting terminal. */
const ACKNOWLEDGEMENT = "10 seconds"

const notStarted = (kind: NotStarted["kind"], detail: string): Effect.Effect<never, TerminalError> =>
  Effect.fail(new TerminalError({ reason: new NotStarted({ kind, detail }) }))

const withoutPassphrase = notServed({
  status: 403,
  code: "passphrase.not.set",
  description:
    "The terminal and the service share no passphrase. Switch the Cloud API off and on again in the terminal's application."
})

const noCancel = notServed({
  status: 400,
  code: "cancel.not.supported",
  description: "A payment through AppNepting cannot be cancelled at the terminal. Refund it with a Credit."
})

/** What an AppNepting terminal says that is busy with another payment: it was asked, and did not perform. */
const busy: PaymentOutcome = { _tag: "Declined", reason: "busy", label: "terminal busy", card: {}, warnings: [] }

/** An AppNepting terminal keeps no queue. */
const turnedAwayWhenBusy = (
  payment: Effect.Effect<PaymentOutcome, TerminalError>
): Effect.Effect<PaymentOutcome, TerminalError> =>
  Effect.catch(payment, (error) =>
    error.reason._tag === "NotStarted" && error.reason.kind === "QueueFull" ? Effect.succeed(busy) : Effect.fail(error)
  )

/** A payment that was taken elsewhere and is only written down. */
const recorded = (amount: PaymentRequest["amount"]): PaymentOutcome => ({
  _tag: "Approved",
  amount,
  card: {},
  warnings: []
})

/** A payment at a simulated terminal, its screens told beside what goes over the line. */
const shown = (
  simulator: TerminalSimulator.TerminalSimulator,
  address: Address,
  settings: ConcertTerminal.Settings,
  request: PaymentRequest,
  onEvent: (event: PaymentEvent) => void
): Effect.Effect<PaymentOutcome, TerminalError> =>
  Effect.suspend(() => {
    // An instant terminal has answered before the write is over: what it shows meanwhile is told behind the request.
    let early: Array<PaymentEvent> | undefined = []
    const seen = (event: SimulatorEvent.SimulatorEvent) => {
      if (event._tag === "Stage" || event._tag === "Fault") early === undefined ? onEvent(event) : early.push(event)
    }
    let stop = () => {}
    const told = (event: PaymentEvent) => {
      if (event._tag === "Connected") stop = simulator.subscribe(seen)
      if (event._tag === "Closed") stop()
      onEvent(event)
      if (event._tag !== "RequestSent") return
      early?.forEach(onEvent)
      early = undefined
    }
    return ConcertTerminal.make({ connector: simulator.connector, address, settings, onEvent: told }).perform(request)
  })

/** What the order asks for and the mock does not do: it is paid at a simulated terminal all the same. */
const departures = ({ order, pushTo }: OrderRequest): ReadonlyArray<Finding.Finding> => {
  const findings: Array<Finding.Finding> = []
  if (!order.initializePaymentTerminal) {
    const path = "order.initialize_payment_terminal"
    const expected =
      "true: what comes of an order that wakes no terminal is not documented, so it is written down as paid"
    findings.push(Finding.make("warning", "terminal-not-woken", path, expected, "false"))
  }
  if (pushTo !== "POS") {
    const path = "pos_technical_info.terminal_transaction_display.push_to"
    const expected = "POS: HiPay's own connectors are not here, so the payment is simulated"
    findings.push(Finding.make("warning", "push-to-simulated", path, expected, pushTo))
  }
  return findings
}

/** Where a target is; a terminal that is found by its serial number has no port. */
const addressOf = (target: TerminalTarget): Address =>
  target._tag === "Concert" ? canonical(target) : { host: `${target.manufacturer} ${target.serialNumber}`, port: 0 }

/** One spelling per address, so that a terminal is one however orders write its name. */
const canonical = ({ host, port }: Address): Address => ({
  host: host.toLowerCase().replace(/^localhost$/, "127.0.0.1"),
  port
})

const nameOfConfig = ({ host = "127.0.0.1", port = 8888 }: TerminalConfig.TerminalConfig): string =>
  nameOf(canonical({ host, port }))

/** The name of the simulated terminal that a target stands for. */
export const nameOfTarget = (target: TerminalTarget): string => nameOf(addressOf(target))

const nameOf = ({ host, port }: Address): string => (port === 0 ? host : `${host}:${port}`)

/** The target that a name stands for: `host`, `host:port`, or manufacturer and serial number. */
const targetOf = (name: string): TerminalTarget => {
  const [manufacturer = "", serialNumber] = name.split(" ")
  if (serialNumber !== undefined) return { _tag: "Nepting", manufacturer, serialNumber }
  const [, host = name, port] = /^(.*?)(?::(\d{1,5}))?$/.exec(name) ?? []
  return { _tag: "Concert", version: "3.2", host, port: port === undefined ? 8888 : Number(port), contracts: [] }
}
