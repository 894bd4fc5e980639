/** The entries of a journal, as JSON: an attempt's opening and its endings. */
import { CurrencyCode } from "@hipay-pos/core/Currency"
import { PaymentWarning } from "@hipay-pos/core/Payment"
import { TerminalEvidence } from "@hipay-pos/core/TerminalEvidence"
import { TransactionType } from "@hipay-pos/core/TransactionType"
import { AttemptState } from "@hipay-pos/core/wire/Attempt"
import * as Schema from "effect/Schema"

export { AttemptState }

/** Whether an attempt could move money. `unknown` (and an absent mode) counts as both. */
export const Mode = Schema.Literals(["simulated", "live", "unknown"])
export type Mode = typeof Mode.Type

/** The opening of an attempt. */
export const Opening = Schema.Struct({
  id: Schema.NonEmptyString,
  orderId: Schema.String,
  transactionType: TransactionType,
  /** Minor units. */
  amount: Schema.Int,
  currency: CurrencyCode,
  /** The terminal's name for people. */
  terminal: Schema.String,
  /** Milliseconds since 1970. */
  openedAt: Schema.Int,
  /** `unknown` if absent. */
  mode: Schema.optionalKey(Mode),
  /** The order's `Idempotency-Key`; the id if absent. Empty if it has digits that may be a card number's. */
  idempotencyKey: Schema.optionalKey(Schema.String),
  /** Base URL of the server; absent if the program speaks to the terminal directly. */
  server: Schema.optionalKey(Schema.String)
})
export type Opening = typeof Opening.Type

/** How an attempt ended. A person who resolves one gives a name and the evidence. */
export const Ending = Schema.Struct({
  id: Schema.NonEmptyString,
  state: AttemptState,
  endedAt: Schema.Int,
  detail: Schema.optionalKey(Schema.String),
  /** Minor units, if known. */
  paid: Schema.optionalKey(Schema.Int),
  /** Part of `paid`. */
  tip: Schema.optionalKey(Schema.Int),
  /** The attempt's address at the server, which says there how it ended. */
  serverAttempt: Schema.optionalKey(Schema.String),
  by: Schema.optionalKey(Schema.String),
  evidence: Schema.optionalKey(Schema.String),
  /** As a person read them. */
  authorizationNumber: Schema.optionalKey(Schema.String),
  lastFour: Schema.optionalKey(Schema.String),
  /**
   * Why it is unknown, as the server's code, such as `Contradictory`; `Inconclusive` if an answer proves nothing,
   * `QuestionRefused` if the server took the order and then refused to say how it ended. Or which earlier payment,
   * reported by the server, kept it from being started: `AlreadyReversed`, `OrderIdConflict`.
   */
  reason: Schema.optionalKey(Schema.String),
  /** Doubts that remained when the payment was resolved, for a person to look into. */
  warnings: Schema.optionalKey(Schema.Array(PaymentWarning)),
  /** What the terminal had sent of an unknown payment, masked, if known. */
  received: Schema.optionalKey(TerminalEvidence),
  /** The mode that the answer stated, if it differs from the opening's. */
  mode: Schema.optionalKey(Mode)
})
export type Ending = typeof Ending.Type
