/**
 * What an answer of the API proves, for programs that speak to HiPay's service in a till's stead: the same reading of it
 * that the client itself has.
 */
export * as ErrorCode from "./ErrorCode.ts"
export { type Evidence, interpretResponse } from "./interpretResponse.ts"
export type { PaymentResult } from "./PaymentResult.ts"
export type { PosClientError } from "./PosClientError.ts"
export { maskAnswer, maskPrinted, maskWritten } from "./Redaction.ts"
export { environments } from "./Server.ts"
export { type BodyFault, type Exchange, type Fetch, type Received, send } from "./Transport.ts"
