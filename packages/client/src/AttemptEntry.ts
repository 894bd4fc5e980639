/** What a journal of attempts keeps, as JSON: an attempt as it is opened, and what became of it. */
import { CurrencyCode } from "@hipay-pos/core/Currency"
import { TransactionType } from "@hipay-pos/core/TransactionType"
import * as Schema from "effect/Schema"

/** How an attempt ended, or that it has not. */
export const AttemptState = Schema.Literals([
  "open",
  "approved",
  "approved-in-part",
  "declined",
  "not-started",
  "unknown"
])
export type AttemptState = typeof AttemptState.Type

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
  openedAt: Schema.Int
})
export type Opening = typeof Opening.Type

/** What became of an attempt. A person who resolves one gives a name and what he saw. */
export const Ending = Schema.Struct({
  id: Schema.NonEmptyString,
  state: AttemptState,
  endedAt: Schema.Int,
  detail: Schema.optionalKey(Schema.String),
  /** Minor units, where it is known. */
  paid: Schema.optionalKey(Schema.Int),
  /** Where the server tells what became of it. */
  attempt: Schema.optionalKey(Schema.String),
  by: Schema.optionalKey(Schema.String),
  evidence: Schema.optionalKey(Schema.String)
})
export type Ending = typeof Ending.Type
