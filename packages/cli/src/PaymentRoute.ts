/** What the two routes of a payment have in common: directly at a terminal, or through the API. */
import type { AttemptJournal } from "@hipay-pos/client"
import type { Money, Order, TransactionType } from "@hipay-pos/core"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type * as Report from "./Report.ts"

/** One payment, as the flags describe it. */
export interface PaymentInput {
  readonly verb: Verb
  readonly amount: Money.Money
  readonly transactionType: TransactionType.TransactionType
  readonly orderId: Order.OrderId
  readonly version: "3.1" | "3.2"
  readonly timeout: Option.Option<Duration.Duration>
  readonly live: boolean
  /** Called once a byte may have been sent. */
  readonly sent: () => void
}

/** The verbs that pay. */
export type Verb = "pay" | "refund" | "cancel" | "trigger"

/** How a payment is made. */
export interface Route {
  /** The terminal's name for people. */
  readonly terminal: string
  /** Base URL of the server. */
  readonly server?: string
  /** The mode that the answer stated, if it differs from the one that the payment was opened with. */
  readonly answeredMode?: Effect.Effect<AttemptJournal.Mode | undefined>
  readonly perform: Effect.Effect<Report.Report, NotAccepted>
}

/** The payment was refused because of how it was requested, and nothing of it was sent: exit code 2. */
export interface NotAccepted {
  readonly message: string
  /** The approved earlier payment that the server reported. */
  readonly told?: "AlreadyReversed" | "OrderIdConflict"
}
