/** A payment on the command line, whichever way it takes: what was asked for, and how it will be made. */

import type { AttemptJournal } from "@hipay-pos/client"
import type { Money, Order, TransactionType } from "@hipay-pos/core"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type * as Report from "./Report.ts"

export type Verb = "pay" | "refund" | "cancel"

/** One payment as it was asked for. */
export interface Asked {
  readonly verb: Verb
  readonly amount: Money.Money
  readonly transactionType: TransactionType.TransactionType
  readonly orderId: Order.OrderId
  readonly version: "3.1" | "3.2"
  readonly timeout: Option.Option<Duration.Duration>
  readonly live: boolean
  /** Told once a byte may have left. */
  readonly sent: () => void
}

/** How a payment will be made. */
export interface Way {
  /** As people name it. */
  readonly terminal: string
  /** Base URL of the server that is asked. */
  readonly server?: string
  /** What the answer said about the mode, where it is not what the payment was opened as. */
  readonly answeredMode?: () => AttemptJournal.Mode | undefined
  readonly perform: Effect.Effect<Report.Report, NotAccepted>
}

/** The payment was refused for the way it was asked for, and nothing of it left: exit code 2. */
export interface NotAccepted {
  readonly message: string
}
