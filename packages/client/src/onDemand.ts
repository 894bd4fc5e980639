/**
 * What the first payment loads, in one piece and before anything is sent: polling, reading answers, and the finder of
 * card numbers. A program that only makes a client does not carry it.
 */
export { hasEvidence, interpretBroken, interpretResponse } from "./interpretResponse.ts"
export { pollAttempt } from "./pollAttempt.ts"
export { maskAnswer, maskHeaders, maskRequest, maskWritten } from "./Redaction.ts"
