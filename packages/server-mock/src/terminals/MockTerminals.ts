/**
 * The terminals of the mock: attached addresses are dialled, everything else is simulated in memory.
 *
 * Both kinds use the same codec and session. A simulated terminal is created by the first order that names it, by host and
 * port or by serial number, and keeps its memory. An address in an order is never dialled unless it was attached.
 */

import * as ConcertSession from "@hipay-pos/concert-codec/ConcertSession"
import * as ConcertTerminal from "@hipay-pos/concert-codec/ConcertTerminal"
import type { Address, Connector } from "@hipay-pos/concert-codec/Connection"
import * as Frames from "@hipay-pos/concert-codec/Frames"
import * as Finding from "@hipay-pos/core/Finding"
import type { OrderRequest } from "@hipay-pos/core/Order"
import type { PaymentOutcome, PaymentRequest } from "@hipay-pos/core/Payment"
import { NotStarted, OutcomeUnknown, TerminalError } from "@hipay-pos/core/Terminal"
import type { TerminalTarget } from "@hipay-pos/core/TerminalTarget"
import { Cancellation, type PaymentEvent } from "@hipay-pos/server"
import { type Chosen, notServed, type Terminals } from "@hipay-pos/server/Terminals"
import type { SimulatorEvent, TerminalSimulator } from "@hipay-pos/terminal-simulator"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as ReservedName from "./ReservedName.ts"
import * as SimulatedTerminals from "./SimulatedTerminals.ts"
import * as TerminalName from "./TerminalName.ts"

/** How the mock's terminals are set up. */
export interface MockTerminalsOptions extends SimulatedTerminals.SimulatedTerminalsOptions {
  /** Addresses that are dialled, and the connector for them. */
  readonly attached?: { readonly addresses: ReadonlyArray<Address>; readonly connector: Connector } | undefined
  readonly settings?: ConcertTerminal.Settings | undefined
}

/** The terminals of one mock. */
export interface MockTerminals extends Terminals {
  /** The existing simulated terminals. */
  readonly simulated: () => ReadonlyArray<SimulatedTerminals.Simulated>
  /**
   * The simulated terminal of a name, created if necessary; `undefined` if there are too many. A `read` never changes which
   * terminal is forgotten next.
   */
  readonly named: (
    text: string,
    use?: "control" | "read"
  ) => Effect.Effect<TerminalSimulator.TerminalSimulator | undefined>
  /** Whether a name is the address of an attached terminal, which is reached over TCP and not simulated here. */
  readonly isAttached: (text: string) => boolean
  /** The canonical name of a terminal, from any spelling. */
  readonly nameOf: (text: string) => string
  /** New terminals use this seed from now on. */
  readonly setSeed: (seed: string) => void
  /** Ends every payment at the simulated terminals; they take no more. */
  readonly shutDown: Effect.Effect<void>
}

/** The terminals of one mock, for as long as the scope lives. */
export const make = Effect.fnUntraced(function* (
  options: MockTerminalsOptions = {}
): Effect.fn.Return<MockTerminals, never, Scope.Scope> {
  const { settings = {}, attached } = options
  const { lateAnswer = ConcertSession.defaults.lateAnswer } = settings
  const simulated = yield* SimulatedTerminals.make(options)
  const dialled = new Set(attached?.addresses.map(TerminalName.fromAddress))

  const nameOf = (text: string): string =>
    simulated.nameOfConfigured(text) ?? TerminalName.fromTarget(TerminalName.toTarget(text))

  /** The behaviour reserved by a terminal's name, unless the terminal is configured. */
  const reservedOf = (target: TerminalTarget) =>
    simulated.isConfigured(TerminalName.fromTarget(target)) ? undefined : ReservedName.fromTarget(target)

  const perform = (
    address: Address,
    reserved: ReservedName.Reserved | undefined,
    request: PaymentRequest,
    onEvent: (event: PaymentEvent) => void
  ): Effect.Effect<PaymentOutcome, TerminalError> => {
    const name = TerminalName.fromAddress(address)
    const isNepting = request.target._tag === "Nepting"
    const setUp = reserved?._tag === "Simulated" ? reserved.options : undefined
    switch (reserved?._tag) {
      case "Unreachable":
        return notStarted("Unreachable", `simulated terminal ${name}: no route`)
      case "Busy":
        return isNepting
          ? Effect.succeed(busy)
          : notStarted("QueueFull", `simulated terminal ${name}: busy with another payment`)
      case "Unacknowledged":
        onEvent({ _tag: "Connecting", orderId: request.orderId, address })
        return unacknowledged
      default:
        return Effect.flatMap(simulated.get(name, setUp), (simulator) => {
          if (simulator === undefined)
            return notStarted("Unreachable", "too many simulated terminals, none of them is idle")
          return isNepting
            ? turnedAwayWhenBusy(shown(simulator, address, { ...settings, queueTimeout: 0 }, request, onEvent))
            : shown(simulator, address, settings, request, onEvent)
        })
    }
  }

  return {
    frames: Frames,
    choose: (order) => {
      const findings = departures(order)
      const { target, pushTo } = order
      const address = TerminalName.toAddress(target)
      const reserved = reservedOf(target)
      if (reserved?._tag === "WithoutPassphrase") return withoutPassphrase
      const unsupported = order.order.transactionType === "Cancel" ? Cancellation.unsupported(order) : undefined
      if (unsupported !== undefined) return Effect.fail(unsupported)
      const simulate = (performing: Chosen["perform"]) =>
        Effect.succeed({ kind: "simulated", findings, lateAnswer, isInterruptible: true, perform: performing } as const)
      if (!order.order.initializePaymentTerminal) return simulate(({ amount }) => Effect.succeed(recorded(amount)))
      if (attached === undefined || pushTo !== "POS" || !dialled.has(TerminalName.fromAddress(address))) {
        return simulate((request, onEvent) => perform(address, reserved, request, onEvent))
      }
      const { connector } = attached
      return Effect.succeed({
        kind: "dialled",
        findings,
        lateAnswer,
        isInterruptible: true,
        perform: (request, onEvent) => ConcertTerminal.make({ connector, address, settings, onEvent }).perform(request)
      })
    },
    simulated: simulated.list,
    nameOf,
    isAttached: (text) => dialled.has(nameOf(text)),
    named: (text, use = "control") => {
      if (text.length > LONGEST_NAME) return Effect.succeed(undefined)
      const name = nameOf(text)
      const reserved = reservedOf(TerminalName.toTarget(name))
      const find = use === "read" ? simulated.peek : simulated.get
      return find(name, reserved?._tag === "Simulated" ? reserved.options : undefined)
    },
    setSeed: simulated.setSeed,
    shutDown: simulated.shutDown
  }
})

/** Enough characters for a host name and a port, or a manufacturer and serial number. */
const LONGEST_NAME = 300

/** How long the service waits for the application on an AppNepting terminal. */
const ACKNOWLEDGEMENT = "10 seconds"

const unacknowledged = Effect.andThen(
  Effect.sleep(ACKNOWLEDGEMENT),
  Effect.suspend(() =>
    Effect.fail(
      new TerminalError({
        reason: new OutcomeUnknown({
          kind: "SilentAfterSend",
          detail: "the terminal did not acknowledge the order within 10s"
        })
      })
    )
  )
)

const notStarted = (kind: NotStarted["kind"], detail: string): Effect.Effect<never, TerminalError> =>
  Effect.fail(new TerminalError({ reason: new NotStarted({ kind, detail }) }))

const withoutPassphrase = notServed({
  code: "passphrase.not.set",
  description:
    "The terminal and the service share no passphrase. Switch the Cloud API off and on again in the terminal's application."
})

/** The answer of an AppNepting terminal that is busy with another payment: it was asked, and did not perform. */
const busy: PaymentOutcome = { _tag: "Declined", reason: "busy", label: "terminal busy", card: {}, warnings: [] }

/** An AppNepting terminal keeps no queue. */
const turnedAwayWhenBusy = (
  payment: Effect.Effect<PaymentOutcome, TerminalError>
): Effect.Effect<PaymentOutcome, TerminalError> =>
  Effect.catch(payment, (error) =>
    error.reason._tag === "TerminalNotStarted" && error.reason.kind === "QueueFull"
      ? Effect.succeed(busy)
      : Effect.fail(error)
  )

/** A payment that was taken elsewhere and is only recorded. */
const recorded = (amount: PaymentRequest["amount"]): PaymentOutcome => ({
  _tag: "Approved",
  amount,
  card: {},
  warnings: []
})

/** A payment at a simulated terminal; reports its screens along with the messages. */
const shown = (
  simulator: TerminalSimulator.TerminalSimulator,
  address: Address,
  settings: ConcertTerminal.Settings,
  request: PaymentRequest,
  onEvent: (event: PaymentEvent) => void
): Effect.Effect<PaymentOutcome, TerminalError> =>
  Effect.suspend(() => {
    // An instant terminal answers before the write returns: its screens until then are reported after the request.
    let early: Array<PaymentEvent> | undefined = []
    const seen = (_: unknown, shown: SimulatorEvent.Event) => {
      if (shown._tag !== "Stage" && shown._tag !== "Fault") return
      early === undefined ? onEvent(shown) : early.push(shown)
    }
    let stop = () => {}
    const told = (event: PaymentEvent) => {
      if (event._tag === "Connected") stop = simulator.subscribe(seen, ["Stage", "Fault"])
      if (event._tag === "Closed") stop()
      onEvent(event)
      if (event._tag !== "RequestSent") return
      early?.forEach(onEvent)
      early = undefined
    }
    return ConcertTerminal.make({ connector: simulator.connector, address, settings, onEvent: told }).perform(request)
  })

/** What the order asks for and the mock does not do; it is still paid at a simulated terminal. */
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
