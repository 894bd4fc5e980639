/** What a journal keeps, as JSON: an attempt as it is opened, and what became of it. */
import { CurrencyCode } from "@hipay-pos/core/Currency"
import { PaymentWarning } from "@hipay-pos/core/Payment"
import { TerminalEvidence } from "@hipay-pos/core/TerminalEvidence"
import { TransactionType } from "@hipay-pos/core/TransactionType"
import { AttemptState } from "@hipay-pos/core/wire/Attempt"
import * as Schema from "effect/Schema"

export { AttemptState }

/** Whether an attempt could move money. What does not say so is `unknown`, and counts as both. */
export const Mode = Schema.Literals(["simulated", "live", "unknown"])
export type Mode = typeof Mode.Type

/** An attempt as it is opened. */
export const Opening = Schema.Struct({
  id: Schema.NonEmptyString,
  orderId: Schema.String,
  transactionType: TransactionType,
  /** Minor units. */
  amount: Schema.Int,
  currency: CurrencyCode,
  /** As people name it. */
  terminal: Schema.String,
  /** Milliseconds since 1970. */
  openedAt: Schema.Int,
  /** `unknown` where it is absent. */
  mode: Schema.optionalKey(Mode),
  /** Base URL of the server that is asked; absent where the terminal is spoken to directly. */
  server: Schema.optionalKey(Schema.String)
})
export type Opening = typeof Opening.Type

/** What became of an attempt. A person who resolves one gives a name and the evidence. */
export const Ending = Schema.Struct({
  id: Schema.NonEmptyString,
  state: AttemptState,
  endedAt: Schema.Int,
  detail: Schema.optionalKey(Schema.String),
  /** Minor units, where it is known. */
  paid: Schema.optionalKey(Schema.Int),
  /** Part of `paid`. */
  tip: Schema.optionalKey(Schema.Int),
  /** Its address at the server, which tells there what became of it. */
  serverAttempt: Schema.optionalKey(Schema.String),
  by: Schema.optionalKey(Schema.String),
  evidence: Schema.optionalKey(Schema.String),
  /** As the person read them. */
  authorizationNumber: Schema.optionalKey(Schema.String),
  lastFour: Schema.optionalKey(Schema.String),
  /**
   * Why it is unknown, in the server's word for programs, such as `Contradictory`; or what the server told of an earlier
   * payment, which kept it from being started: `AlreadyReversed`, `OrderIdConflict`.
   */
  reason: Schema.optionalKey(Schema.String),
  /** What was left open about a payment that was resolved, for a person to look at. */
  warnings: Schema.optionalKey(Schema.Array(PaymentWarning)),
  /** What the terminal had sent of an unknown payment, masked, where it is known. */
  received: Schema.optionalKey(TerminalEvidence),
  /** What the answer said, where it differs from what the attempt was opened as. */
  mode: Schema.optionalKey(Mode)
})
export type Ending = typeof Ending.Type
