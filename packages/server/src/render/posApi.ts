/** The contract's shape of an answer. */
import type { Shape } from "./attemptAnswer.ts"

export const posApi: Shape = {
  unreachable: 400,
  body: ({ receipt, failure, echo }) => ({
    paymentStatus: failure === undefined ? "Success" : "Failure",
    receipt,
    error: failure && { errorCode: CANCELLED, errorDescription: failure.description },
    ...echo
  })
}

/** HiPay's code for a cancelled transaction. */
export const CANCELLED = "1006"
