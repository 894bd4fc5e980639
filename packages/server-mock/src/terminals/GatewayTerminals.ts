/**
 * The terminals of a gateway: those that were named to it, over the network, and no others.
 *
 * What cannot be done for real is refused by name: nothing is simulated here, and no address that an order names is ever
 * dialled unless the gateway was told of it. A terminal with an attempt of which nobody knows the end takes no new order
 * until a person has seen to that.
 */
import * as ConcertTerminal from "@hipay-pos/concert-codec/ConcertTerminal"
import type { Address, Connector } from "@hipay-pos/concert-codec/Connection"
import type { OrderRequest } from "@hipay-pos/core/Order"
import { NotStarted } from "@hipay-pos/core/Terminal"
import type * as TerminalTarget from "@hipay-pos/core/TerminalTarget"
import * as Effect from "effect/Effect"
import type { AttemptStore } from "../transactions/AttemptStore.ts"
import * as GatewayConfig from "./GatewayConfig.ts"
import { type NotServed, notServed, type Terminals } from "./Terminals.ts"

/** How a gateway's terminals are set up. */
export interface GatewayTerminalsOptions {
  readonly terminals: ReadonlyArray<GatewayConfig.GatewayTerminal>
  readonly connector: Connector
  readonly store: AttemptStore
  /** For terminals that say nothing else. */
  readonly settings?: ConcertTerminal.Settings
  /** Money back to cards; off by default. */
  readonly allowCredit?: boolean
  /** Taking back the last sale; off by default. */
  readonly allowCancel?: boolean
}

/** The terminals of one gateway. */
export const make = (options: GatewayTerminalsOptions): Terminals => {
  const { store, settings = {} } = options
  const connector = guarded(options.connector)
  const known = new Map(
    options.terminals.map((terminal) => {
      const address = GatewayConfig.addressOf(terminal)
      return [nameOf(address), { address, settings: GatewayConfig.toSettings(terminal, settings) }]
    })
  )

  /** Why an order that another terminal could serve is refused here. */
  const refusal = ({ order, target, pushTo }: OrderRequest): Effect.Effect<never, NotServed> | undefined => {
    if (target._tag === "Nepting")
      return unsupported("AppNepting needs HiPay's own service: a gateway speaks Concert only.")
    if (pushTo !== "POS")
      return unsupported(`push_to ${pushTo} needs HiPay's own connectors: a gateway speaks Concert only.`)
    if (!order.initializePaymentTerminal)
      return unsupported("An order that wakes no terminal can only be written down by HiPay.")
    if (order.transactionType === "Credit" && !options.allowCredit) return notAllowed("Credit", "--allow-credit")
    if (order.transactionType === "Cancel" && !options.allowCancel) return notAllowed("Cancel", "--allow-cancel")
    return known.has(nameOf(canonical(target))) ? undefined : unknownTerminal(target)
  }

  /** The attempt at a terminal of which nobody knows the end. */
  const unresolved = Effect.fnUntraced(function* (target: TerminalTarget.Concert) {
    const unknown = yield* store.list({ state: "unknown" })
    return unknown.find(
      (attempt) =>
        attempt.target._tag === "Concert" &&
        nameOf(canonical(attempt.target)) === nameOf(canonical(target)) &&
        attempt.resolutions?.at(-1)?.outcome !== "set-aside"
    )
  })

  /** Concert names no sale in a cancellation: the terminal takes back its last one, so that must be the one meant. */
  const cancellable = Effect.fnUntraced(function* ({ order }: OrderRequest, target: TerminalTarget.Concert) {
    const attempts = yield* store.list({ limit: 1_000 })
    const last = attempts.find(
      ({ target: at, state }) =>
        at._tag === "Concert" && nameOf(canonical(at)) === nameOf(canonical(target)) && state.startsWith("approved")
    )
    return (
      last?.key.transactionType === "Debit" &&
      last.key.orderId === order.orderId &&
      last.amount.minorUnits === order.amount.minorUnits &&
      last.amount.currency === order.amount.currency
    )
  })

  return {
    choose: Effect.fnUntraced(function* (order) {
      const refused = refusal(order)
      if (refused !== undefined) return yield* refused
      const { target } = order
      const terminal = target._tag === "Concert" ? known.get(nameOf(canonical(target))) : undefined
      if (terminal === undefined || target._tag !== "Concert")
        return yield* unsupported("A gateway speaks Concert only.")
      const pending = yield* Effect.orElseSucceed(unresolved(target), () => undefined)
      if (pending !== undefined) return yield* terminalUnresolved(pending.id)
      if (
        order.order.transactionType === "Cancel" &&
        !(yield* Effect.orElseSucceed(cancellable(order, target), () => false))
      ) {
        return yield* notTheLast
      }
      const { address, settings } = terminal
      return {
        kind: "dialled",
        findings: [],
        perform: (request, onEvent) => ConcertTerminal.make({ connector, address, settings, onEvent }).perform(request)
      }
    })
  }
}

const unsupported = (description: string) =>
  notServed({ status: 400, code: "unsupported.terminal.bad.request", description })

const notAllowed = (type: string, flag: string) =>
  notServed({
    status: 403,
    code: "transaction.type.not.allowed",
    description: `${type} is switched off at this gateway; ${flag} switches it on.`
  })

const unknownTerminal = ({ host, port }: Address) =>
  notServed({
    status: 400,
    code: "unknown.terminal.bad.request",
    description: `${host}:${port} is no terminal of this gateway. Name it with --dial or in the terminals file.`
  })

const terminalUnresolved = (id: string) =>
  notServed({
    status: 409,
    code: "terminal.unresolved",
    description:
      "Nobody knows whether the last payment at this terminal was made. Resolve it first, or set it aside by name.",
    details: { attempt: `/attempts/${id}` }
  })

const notTheLast = notServed({
  status: 409,
  code: "cancel.not.the.last",
  description: "A terminal can only take back its last sale, and this order with this amount is not that one."
})

const canonical = ({ host, port }: Address): Address => ({ host: host.toLowerCase(), port })
const nameOf = ({ host, port }: Address): string => `${host}:${port}`

/** No terminal lives where clouds keep their secrets, whatever a name resolves to. */
const guarded = (connector: Connector): Connector => ({
  ...connector,
  ...(connector.resolve === undefined ? {} : { resolve: connector.resolve }),
  connect: (address) =>
    isForbidden(address.host)
      ? new NotStarted({ kind: "Unreachable", detail: `${address.host} is a link-local address, where no terminal is` })
      : connector.connect(address)
})

/** Link-local addresses and those of clouds' metadata services. */
const isForbidden = (host: string): boolean =>
  /^(169\.254\.|fe[89ab][0-9a-f]:|::ffff:(169\.254\.|a9fe:)|fd00:ec2::254$|100\.100\.100\.200$|0\.|\[?::\]?$)/i.test(
    host
  )
