/**
 * One try to have one order paid, from before the first byte to a known end.
 *
 * An attempt is written when it is opened and again when it ends. Card data never reaches it: frames and receipts come
 * masked from the codec.
 */
import type { Finding } from "@hipay-pos/core/Finding"
import type { PaymentOutcome } from "@hipay-pos/core/Payment"
import type { TerminalError } from "@hipay-pos/core/Terminal"
import type { TransactionType } from "@hipay-pos/core/TransactionType"

/** Where an attempt stands. */
export type AttemptState = "open" | "approved" | "approved-in-part" | "declined" | "not-started" | "unknown"

/** Who asked for what: the same key is the same payment. */
export interface AttemptKey {
  readonly login: string
  readonly orderId: string
  readonly transactionType: TransactionType
}

/** The answer that the caller got, as it was sent. */
export interface Answer {
  readonly status: number
  readonly body: unknown
}

/** An attempt. Times are milliseconds since 1970. */
export interface Attempt {
  readonly id: string
  readonly key: AttemptKey
  /** The order as received, with the contract's defaults. */
  readonly order: unknown
  /** The terminal as people name it. */
  readonly terminal: string
  readonly findings: ReadonlyArray<Finding>
  readonly idempotencyKey?: string
  readonly openedAt: number
  readonly state: AttemptState
  readonly endedAt?: number
  readonly outcome?: PaymentOutcome
  readonly error?: TerminalError["reason"]
  /** What went over the line, masked; absent where nothing did. */
  readonly frames: Frames
  readonly answer?: Answer
}

/** The messages of the exchange. */
export interface Frames {
  readonly request?: string
  readonly response?: string
}

/** How an attempt ended. */
export type End =
  | { readonly _tag: "Outcome"; readonly outcome: PaymentOutcome }
  | { readonly _tag: "Error"; readonly error: TerminalError }

/** The state that an end leads to. */
export const stateOf = (end: End): AttemptState => {
  if (end._tag === "Error") return end.error.reason._tag === "NotStarted" ? "not-started" : "unknown"
  switch (end.outcome._tag) {
    case "Approved":
      return "approved"
    case "ApprovedInPart":
      return "approved-in-part"
    case "Declined":
      return "declined"
  }
}
