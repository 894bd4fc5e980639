/**
 * What an answer of the API proves, for programs that call HiPay's service on a till's behalf: the client reads answers
 * the same way.
 */
import type { OrderRequest } from "@hipay-pos/core/Order"
import type * as Result from "effect/Result"
import type * as ErrorCode from "./ErrorCode.ts"
import * as Interpreter from "./interpretResponse.ts"
import type { PaymentResult } from "./PaymentResult.ts"
import type { PosClientError } from "./PosClientError.ts"
import { readEvidence } from "./readEvidence.ts"

export * as ErrorCode from "./ErrorCode.ts"
export type { OrderAnswer } from "./interpretResponse.ts"
export type { PaymentResult } from "./PaymentResult.ts"
export type { PosClientError } from "./PosClientError.ts"
export { isSecretName, maskAnswer, maskPrinted, maskWritten } from "./Redaction.ts"
export { environments } from "./Server.ts"
export { type BodyFault, type Exchange, type Fetch, type Received, send } from "./Transport.ts"

/** The payment's outcome. */
export const interpretResponse = (
  request: OrderRequest,
  received: Interpreter.OrderAnswer,
  overrides?: ErrorCode.Overrides
): Result.Result<PaymentResult, PosClientError> =>
  Interpreter.interpretResponse(request, received, overrides, readEvidence)
