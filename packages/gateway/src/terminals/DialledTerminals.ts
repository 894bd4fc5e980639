/**
 * The terminals of a gateway: those that were named to it, over the network, and no others.
 *
 * What cannot be done for real is refused by name: nothing is simulated here, and no address that an order names is ever
 * dialled unless it is configured. A terminal whose last attempt is unknown takes no new order until a person has resolved it.
 * An order is checked twice: when it arrives, for a clear refusal, and again when it holds the terminal's lock, because the
 * payment before it may have ended unknown meanwhile.
 */
import * as ConcertTerminal from "@hipay-pos/concert-codec/ConcertTerminal"
import type { Address, Connector } from "@hipay-pos/concert-codec/Connection"
import * as Frames from "@hipay-pos/concert-codec/Frames"
import * as Timeouts from "@hipay-pos/concert-codec/Timeouts"
import type { OrderRequest } from "@hipay-pos/core/Order"
import { NotStarted } from "@hipay-pos/core/Terminal"
import type * as TerminalTarget from "@hipay-pos/core/TerminalTarget"
import type { PaymentEvent } from "@hipay-pos/server"
import { paidOf } from "@hipay-pos/server/Attempt"
import type { AttemptStore, Located, Near } from "@hipay-pos/server/AttemptStore"
import { type NotServed, notServed, notTheLast, type Terminals } from "@hipay-pos/server/Terminals"
import * as Effect from "effect/Effect"
import { isForbidden } from "./ForbiddenAddress.ts"
import * as GatewayConfig from "./GatewayConfig.ts"
import { isOtherOrder } from "./otherOrders.ts"

/** How a gateway's terminals are set up. */
export interface DialledTerminalsOptions {
  readonly terminals: ReadonlyArray<GatewayConfig.GatewayTerminal>
  readonly connector: Connector
  readonly store: AttemptStore
  /** For terminals that say nothing else. */
  readonly settings?: ConcertTerminal.Settings | undefined
  /** Money back to cards; off by default. */
  readonly allowCredit?: boolean | undefined
  /** Taking back the last sale; off by default. */
  readonly allowCancel?: boolean | undefined
}

/** A terminal as an order names it, and where its name led once it was resolved. */
interface Place {
  readonly named: Address
  readonly resolved?: Address | undefined
}

/** The terminals of one gateway. */
export const make = (options: DialledTerminalsOptions): Terminals => {
  const { connector, store, settings = {} } = options
  const known = new Map(
    options.terminals.map((terminal) => {
      const address = GatewayConfig.addressOf(terminal)
      const own = GatewayConfig.toSettings(terminal, settings)
      return [textOf(address), { name: terminal.name, address, settings: own }]
    })
  )
  /** Attempts whose terminal was connected to and has not answered clearly, and where that was. */
  const unanswered = new Map<string, string>()

  /** Why an order that another terminal could serve is refused here. */
  const refusal = ({ order, pushTo }: OrderRequest): Effect.Effect<never, NotServed> | undefined => {
    if (pushTo !== "POS")
      return unsupported(`push_to ${pushTo} needs HiPay's own connectors: a gateway speaks Concert only.`)
    if (!order.initializePaymentTerminal)
      return unsupported(
        "initialize_payment_terminal is false: a gateway has no way to register an order without a terminal."
      )
    if (order.transactionType === "Credit" && !options.allowCredit) return notAllowed("Credit", "--allow-credit")
    if (order.transactionType === "Cancel" && !options.allowCancel) return notAllowed("Cancel", "--allow-cancel")
    return undefined
  }

  /** Whether an attempt was, or would have been, at a place: by name, by where it connected, or by where it would now. */
  const wasAt = Effect.fnUntraced(function* ({ terminal, connected }: Located, { named, resolved }: Place) {
    if (terminal === undefined) return false
    if (terminal === textOf(named)) return true
    if (resolved === undefined) return false
    if (connected !== undefined) return connected === textOf(resolved)
    if (connector.resolve === undefined) return terminal === textOf(resolved)
    const address = toAddress(terminal)
    return textOf(yield* Effect.orElseSucceed(connector.resolve(address), () => address)) === textOf(resolved)
  })

  /** The newest attempt at a place. */
  const lastAt = Effect.fnUntraced(function* (which: Near["which"], place: Place, except: ReadonlyArray<string> = []) {
    const { named, resolved } = place
    const attempts = yield* store.near({
      which,
      named: textOf(named),
      except,
      resolved: resolved && textOf(resolved)
    })
    for (const attempt of attempts) if (yield* wasAt(attempt, place)) return attempt.id
    return undefined
  })

  /** The unresolved attempt at a terminal. */
  const unresolved = (place: Place) => lastAt("unresolved", place)

  /** The attempt whose exchange at an address is over without a clear answer, while that is not written yet. */
  const leftOpen = Effect.fnUntraced(function* (address: Address) {
    for (const [id, at] of unanswered) {
      if (at !== textOf(address)) continue
      if ((yield* store.get(id))?.state === "open") return id
      unanswered.delete(id)
    }
    return undefined
  })

  /** Concert names no sale in a cancellation: the terminal takes back its last one, so that must be the one meant. */
  const isLastSale = Effect.fnUntraced(function* ({ order }: OrderRequest, place: Place, own?: string) {
    const id = yield* lastAt("moved", place, own === undefined ? [] : [own])
    const last = id === undefined ? undefined : yield* store.get(id)
    const paid = last && paidOf(last)
    return (
      last?.key.transactionType === "Debit" &&
      last.key.orderId === order.orderId &&
      paid?.minorUnits === order.amount.minorUnits &&
      paid.currency === order.amount.currency
    )
  })

  /** The last check before connecting, while this order holds the terminal's lock. */
  const admit = Effect.fnUntraced(
    function* (request: OrderRequest, named: Address, attempt: string, resolved: Address) {
      if (isForbidden(resolved.host))
        return yield* notStarted(
          "Unreachable",
          `${resolved.host} is a link-local address; terminals are not dialled there`
        )
      const place = { named, resolved }
      const pending = (yield* leftOpen(resolved)) ?? (yield* unresolved(place))
      if (pending !== undefined)
        return yield* notStarted("QueueFull", `the outcome of /attempts/${pending} at this terminal is unknown`)
      if (request.order.transactionType === "Cancel" && !(yield* isLastSale(request, place, attempt)))
        return yield* notStarted("QueueFull", "another payment was made at this terminal in the meantime")
    },
    Effect.catchTag("AttemptStoreFailed", ({ message }) => notStarted("Unreachable", message))
  )

  const watch = (attempt: string, event: PaymentEvent) => {
    if (event._tag === "Connected") unanswered.set(attempt, textOf(event.address))
    if (event._tag === "Answered") unanswered.delete(attempt)
  }

  return {
    frames: Frames,
    choose: Effect.fnUntraced(function* (request: OrderRequest) {
      const { target } = request
      if (target._tag === "Nepting")
        return yield* unsupported("AppNepting needs HiPay's own service: a gateway speaks Concert only.")
      const refused = refusal(request)
      if (refused !== undefined) return yield* refused
      const terminal = known.get(textOf(target))
      if (terminal === undefined) return yield* unknownTerminal(target)
      const { name, address, settings } = terminal
      const pending = yield* unresolved({ named: address })
      if (pending !== undefined) return yield* terminalUnresolved(pending)
      if (request.order.transactionType === "Cancel" && !(yield* isLastSale(request, { named: address })))
        return yield* notTheLast
      return {
        kind: "dialled",
        name,
        findings: [],
        lateAnswer: Timeouts.lateAnswerOf(settings),
        perform: (payment, onEvent, attempt) =>
          ConcertTerminal.make({
            connector,
            address,
            settings,
            admit: (resolved) => admit(request, address, attempt, resolved),
            isOtherOrder: isOtherOrder(store, address, settings, attempt),
            onEvent: (event) => {
              watch(attempt, event)
              onEvent(event)
            }
          }).perform(payment)
      }
    })
  }
}

const notStarted = (kind: NotStarted["kind"], detail: string): Effect.Effect<never, NotStarted> =>
  Effect.fail(new NotStarted({ kind, detail }))

const unsupported = (description: string) => notServed({ code: "unsupported.terminal.bad.request", description })

const notAllowed = (type: string, flag: string) =>
  notServed({
    code: "transaction.type.not.allowed",
    description: `${type} is disabled in this gateway; enable it with ${flag}.`
  })

const unknownTerminal = ({ host, port }: TerminalTarget.Concert) =>
  notServed({
    code: "unknown.terminal.bad.request",
    description: `${host}:${port} is not configured in this gateway. Add it with --dial or to the terminals file.`
  })

const terminalUnresolved = (id: string) =>
  notServed({
    code: "terminal.unresolved",
    description:
      "The outcome of the last payment at this terminal is unknown. Resolve that attempt first, or set it aside.",
    details: { attempt: `/attempts/${id}` }
  })

/** The address of a text that {@link textOf} made. */
const toAddress = (text: string): Address => {
  const colon = text.lastIndexOf(":")
  return { host: text.slice(0, colon), port: Number(text.slice(colon + 1)) }
}

const textOf = ({ host, port }: Address): string => `${host.toLowerCase()}:${port}`
