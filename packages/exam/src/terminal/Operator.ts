/** Acts at the terminal: a person who follows prompts, or the simulator's own cardholder. */
import type { TransactionType } from "@hipay-pos/core/TransactionType"

/** The operator's part of a step. */
export type Act =
  | "nothing"
  | "approve"
  | "refuse"
  | "red-key"
  | "walk-away"
  /** The red key, once a second request has come. */
  | "red-key-later"
  /** The red key, after the line was cut; the payment must not be approved before that. */
  | "cut-before-approval"
  /** The card is approved, and the line is cut before the answer. */
  | "cut-after-approval"
  /** A tip is added, and the card approved. */
  | "tip"
  /** A card of another currency is approved, converted. */
  | "convert"
  /** The terminal is left alone until it sleeps. */
  | "sleep"
  /** The day's sales are settled with the bank, real ones too. */
  | "collect"
  /** The terminal cancels its last sale, whichever it is. */
  | "cancel"

/** Does at the terminal what a step needs. */
export interface Operator {
  /**
   * Before the step: says what will be sent and what to do. The amount is in minor units, absent if no money moves.
   * Returns false to leave the step out.
   */
  readonly prepare: (act: Act, step: string, amount?: number) => Promise<boolean>
  /** Acts once the request is sent; resolves when that is done, or when the exchange is over without it. */
  readonly act: (over: AbortSignal) => Promise<void>
  /** Whether the terminal did it with this amount, by its receipt or its ledger; `undefined` if that is not known. */
  readonly wasDone: (amount: number, type: TransactionType) => Promise<boolean | undefined>
  readonly close: () => Promise<void>
}
