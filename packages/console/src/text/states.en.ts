/** An attempt's state: as a word, and as a sentence for its type. */
import type { TransactionType } from "@hipay-pos/core/TransactionType"
import type { AttemptState } from "@hipay-pos/core/wire/Attempt"
import type { ReversingState } from "../attempt/cancellation.ts"

export const states = {
  open: "Open",
  approved: "Approved",
  "approved-in-part": "Partial",
  declined: "Declined",
  "not-started": "Not started",
  unknown: "Unknown"
} satisfies Record<AttemptState, string>

/** What happened, then what to do. */
export const statesLong = {
  Debit: {
    open: "The terminal is processing this payment. To cancel it, press the red key on the terminal.",
    "approved-in-part": "Part of the amount was paid. Collect the rest.",
    declined: "Nothing was paid.",
    "not-started": "The payment never started. It is safe to try again.",
    unknown: "It is not known whether the customer has paid. Do not charge again until this payment is resolved."
  },
  Credit: {
    open: "The terminal is processing this refund. To cancel it, press the red key on the terminal.",
    "approved-in-part": "Part of the amount was refunded. Refund the rest.",
    declined: "Nothing was refunded.",
    "not-started": "The refund never started. It is safe to try again.",
    unknown: "It is not known whether the customer was refunded. Do not refund again until this refund is resolved."
  },
  Cancel: {
    open: "The terminal is processing this cancellation. To stop it, press the red key on the terminal.",
    "approved-in-part": "Part of the sale was cancelled. Refund the rest.",
    declined: "The sale was not cancelled: it stays charged.",
    "not-started": "The cancellation never started. It is safe to try again.",
    unknown:
      "It is not known whether the sale was cancelled. Do not cancel or refund it until this cancellation is resolved."
  }
} satisfies Record<TransactionType, Record<Exclude<AttemptState, "approved">, string>>

/** Of an open attempt whose terminal is not known to have it yet: another gateway of a shared store may have sent it. */
export const queued: string =
  "The terminal may not have this order yet. While it shows another amount, its red key would cancel another order."

/** What became of a sale that was paid, by the state of its later cancellation. */
export const cancelledLater = {
  open: "This sale is being cancelled.",
  approved: "This sale was cancelled afterwards.",
  "approved-in-part": "Part of this sale was cancelled afterwards.",
  unknown: "It is not known whether this sale was cancelled afterwards."
} satisfies Record<ReversingState, string>
