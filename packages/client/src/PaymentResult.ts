/** What a payment came to: paid, paid in part, or declined. */
import type { PaymentOutcome } from "@hipay-pos/core/Payment"

/** An outcome and what the answer says beside it. */
export type PaymentResult = PaymentOutcome & {
  /**
   * Who says how much was paid: `terminal` where the server hands on the terminal's own figure; `echo` where the answer
   * only repeats the order's, as HiPay's service does, also behind a relay: a payment in part cannot show.
   */
  readonly amountSource: "terminal" | "echo"
  /** The issuer's approval code, where the server tells it. */
  readonly authorizationNumber?: string
  /** Why it was not paid, by the service's code, in two languages. */
  readonly errorCode?: { readonly code: string; readonly en: string; readonly fr: string }
  /** The answer's JSON without card numbers and secrets, for fields that the contract does not know. */
  readonly raw: () => unknown
}

/** Whether an outcome is paid, in full or in part; of `tryPay`, the outcome is `result.outcome`. */
export const isPaid = (
  outcome: PaymentResult | undefined
): outcome is Extract<PaymentResult, { readonly _tag: "Approved" | "ApprovedInPart" }> =>
  outcome?._tag === "Approved" || outcome?._tag === "ApprovedInPart"
