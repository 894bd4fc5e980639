/** What the two routes of a payment have in common: at a terminal directly, or through the API. */
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
  /** Called once a byte may have left. */
  readonly sent: () => void
}

/** The verbs that pay. */
export type Verb = "pay" | "refund" | "cancel" | "trigger"

/** How a payment is made. */
export interface Route {
  /** As people name it. */
  readonly terminal: string
  /** Base URL of the server that is asked. */
  readonly server?: string
  /** What the answer said about the mode, where it is not what the payment was opened as. */
  readonly answeredMode?: Effect.Effect<AttemptJournal.Mode | undefined>
  readonly perform: Effect.Effect<Report.Report, NotAccepted>
}

/** The payment was refused for the way it was asked for, and nothing of it left: exit code 2. */
export interface NotAccepted {
  readonly message: string
  /** What the server told of an earlier payment of the order, which was approved. */
  readonly told?: "AlreadyReversed" | "OrderIdConflict"
}
