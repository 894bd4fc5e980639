/**
 * Answers as the contract's sister documents describe them: `Failed`, the terminal's own code at the root, `technical_pos_info`,
 * and 502 for a terminal that cannot be reached.
 *
 * Evidence: the service's three public OpenAPI documents. Everything else is as in the contract.
 */
import type { Shape } from "./attemptAnswer.ts"
import { CANCELLED } from "./posApi.ts"

export const cloudApi: Shape = {
  unreachable: 502,
  body: ({ receipt, failure, echo: { order, customer, pos_technical_info } }) => ({
    paymentStatus: failure === undefined ? "Success" : "Failed",
    receipt,
    errorCode: failure && (failure.complement ?? CANCELLED),
    errorData: failure && { errorDescription: failure.description },
    order,
    customer,
    technical_pos_info: pos_technical_info
  })
}
