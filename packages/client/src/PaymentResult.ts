/** A payment's result: paid, paid in part, or declined. */
import type { PaymentOutcome } from "@hipay-pos/core/Payment"

/** An outcome with the rest of the answer. */
export type PaymentResult = PaymentOutcome & {
  /**
   * Whose figure the amount is: `terminal` if the server passes on the terminal's own; `echo` if the answer only
   * repeats the order's, as HiPay's service does, also behind a relay: then a payment in part does not show.
   */
  readonly amountSource: "terminal" | "echo"
  /** The issuer's approval code, if the server reports it. */
  readonly authorizationNumber?: string
  /** Why it was not paid, by the service's code, in two languages. */
  readonly errorCode?: { readonly code: string; readonly en: string; readonly fr: string }
  /** The answer's JSON without card numbers and secrets, for fields that the contract does not have. */
  readonly raw: () => unknown
}

/** Whether an outcome is paid, in full or in part; after `tryPay`, pass `result.outcome`. */
export const isPaid = (
  outcome: PaymentResult | undefined
): outcome is Extract<PaymentResult, { readonly _tag: "Approved" | "ApprovedInPart" }> =>
  outcome?._tag === "Approved" || outcome?._tag === "ApprovedInPart"
