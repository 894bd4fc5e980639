/** The port between orders and terminals: which terminal serves an order is decided behind it. */
import type { TerminalEvent } from "@hipay-pos/concert-codec/ConcertTerminal"
import type { Finding } from "@hipay-pos/core/Finding"
import type { OrderRequest } from "@hipay-pos/core/Order"
import type { PaymentOutcome, PaymentRequest } from "@hipay-pos/core/Payment"
import type { TerminalError } from "@hipay-pos/core/Terminal"
import type * as Effect from "effect/Effect"

/** The terminals of one server. */
export interface Terminals {
  /** Chooses the terminal of an order. Nothing is connected yet. */
  readonly choose: (request: OrderRequest) => Chosen
}

/** The terminal that serves an order. */
export interface Chosen {
  readonly kind: "dialled" | "simulated"
  /** Where this differs from what the order asks for: warnings. */
  readonly findings: ReadonlyArray<Finding>
  /** Has it perform the payment. `onEvent` may be called after the outcome, by a late answer. */
  readonly perform: (
    request: PaymentRequest,
    onEvent: (event: TerminalEvent) => void
  ) => Effect.Effect<PaymentOutcome, TerminalError>
}
