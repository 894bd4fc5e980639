/** The port between orders and terminals: which terminal serves a request is decided behind it. */
import type { TerminalEvent } from "@hipay-pos/concert-codec/ConcertTerminal"
import type { PaymentOutcome, PaymentRequest } from "@hipay-pos/core/Payment"
import type { TerminalError } from "@hipay-pos/core/Terminal"
import type * as Effect from "effect/Effect"

/** The terminals of one server. */
export interface Terminals {
  /** Has the terminal that a request names perform it. `onEvent` may be called after the outcome, by a late answer. */
  readonly perform: (
    request: PaymentRequest,
    onEvent: (event: TerminalEvent) => void
  ) => Effect.Effect<PaymentOutcome, TerminalError>
}
