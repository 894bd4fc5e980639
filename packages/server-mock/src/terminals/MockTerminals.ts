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
import type { TerminalError } from "@hipay-pos/core/Terminal"
import type { TerminalTarget } from "@hipay-pos/core/TerminalTarget"
import { type SimulatorEvent, type Stage, TerminalSimulator } from "@hipay-pos/terminal-simulator"
import * as Effect from "effect/Effect"
import * as Scope from "effect/Scope"
import type { PaymentEvent, Terminals } from "./Terminals.ts"

/** How the mock's terminals are set up. */
export interface MockTerminalsOptions {
  /** Addresses that are really dialled, and the way there. */
  readonly attached?: { readonly addresses: ReadonlyArray<Address>; readonly connector: Connector }
  /** How fast simulated terminals are; `instant` by default. */
  readonly pace?: Stage.Pace
  readonly settings?: ConcertTerminal.Settings
}

/** The terminals of one mock, for as long as the scope lives. */
export const make = Effect.fnUntraced(function* (
  options: MockTerminalsOptions = {}
): Effect.fn.Return<Terminals, never, Scope.Scope> {
  const { pace = "instant", settings = {}, attached } = options
  const scope = yield* Effect.scope
  const dialled = new Set(attached?.addresses.map((address) => nameOf(canonical(address))))
  const simulated = new Map<string, TerminalSimulator.TerminalSimulator>()

  const simulator = (name: string): Effect.Effect<TerminalSimulator.TerminalSimulator> =>
    Effect.suspend(() => {
      const known = simulated.get(name)
      if (known !== undefined) return Effect.succeed(known)
      return Effect.map(Effect.provideService(TerminalSimulator.make({ name, pace }), Scope.Scope, scope), (made) => {
        // Two first orders may have come at once: the terminal that was there first stays.
        const first = simulated.get(name) ?? made
        simulated.set(name, first)
        return first
      })
    })

  return {
    choose: (order) => {
      const findings = departures(order)
      const address = addressOf(order.target)
      const name = nameOf(address)
      const connector =
        attached !== undefined && findings.length === 0 && dialled.has(name) ? attached.connector : undefined
      return Effect.succeed({
        kind: connector === undefined ? "simulated" : "dialled",
        findings,
        perform: (request, onEvent) =>
          connector === undefined
            ? Effect.flatMap(simulator(name), (simulated) => shown(simulated, address, settings, request, onEvent))
            : ConcertTerminal.make({ connector, address, settings, onEvent }).perform(request)
      })
    }
  }
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
    const expected = "true: what comes of an order that wakes no terminal is not documented, so it is simulated as paid"
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

const nameOf = ({ host, port }: Address): string => (port === 0 ? host : `${host}:${port}`)
