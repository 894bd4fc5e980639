/** The port between orders and terminals: which terminal serves an order is decided behind it. */
import type { TerminalEvent } from "@hipay-pos/concert-codec/ConcertTerminal"
import type { Finding } from "@hipay-pos/core/Finding"
import type { OrderRequest } from "@hipay-pos/core/Order"
import type { PaymentOutcome, PaymentRequest } from "@hipay-pos/core/Payment"
import type { TerminalError } from "@hipay-pos/core/Terminal"
import type { SimulatorEvent } from "@hipay-pos/terminal-simulator"
import * as Effect from "effect/Effect"
import type { StoreFailed } from "../transactions/AttemptStore.ts"

/** The terminals of one server. */
export interface Terminals {
  /** Chooses the terminal of an order. Nothing is connected yet. */
  readonly choose: (request: OrderRequest) => Effect.Effect<Chosen, NotServed | StoreFailed>
}

/** The terminal that serves an order. */
export interface Chosen {
  readonly kind: "dialled" | "simulated"
  /** What people call it; its address by default. */
  readonly name?: string
  /** Where this differs from what the order asks for: warnings. */
  readonly findings: ReadonlyArray<Finding>
  /** Has it perform the payment of an attempt. `onEvent` may be called after the outcome, by a late answer. */
  readonly perform: (
    request: PaymentRequest,
    onEvent: (event: PaymentEvent) => void,
    attempt: string
  ) => Effect.Effect<PaymentOutcome, TerminalError>
}

/** What happens during a payment: on the line, and inside a terminal that is simulated. */
export type PaymentEvent = TerminalEvent | SimulatorEvent.SimulatorEvent

/** Why a server serves no such order. */
export type NotServedCode =
  | "unsupported.terminal.bad.request"
  | "unknown.terminal.bad.request"
  | "cancel.not.supported"
  | "transaction.type.not.allowed"
  | "passphrase.not.set"
  | "terminal.unresolved"
  | "cancel.not.the.last"

/** The server serves no such order; nothing was dialled. */
export interface NotServed {
  readonly _tag: "NotServed"
  readonly code: NotServedCode
  readonly description: string
  readonly details?: Readonly<Record<string, unknown>>
}

/** Refuses an order. */
export const notServed = (refusal: Omit<NotServed, "_tag">): Effect.Effect<never, NotServed> =>
  Effect.fail({ _tag: "NotServed", ...refusal })

/** A cancellation names no sale on the wire, so one that is meant for another sale than the last is not sent. */
export const notTheLast = notServed({
  code: "cancel.not.the.last",
  description: "A terminal can only take back its last sale, and this order with this amount is not that one."
})
