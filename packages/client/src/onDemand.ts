/**
 * What the first payment loads, in one piece and before anything is sent: what asks for answers and reads them, with the
 * finder of card numbers. A program that has a client and does not use it yet does not carry it.
 */
export { hasEvidence, interpretResponse } from "./interpretResponse.ts"
export { pollAttempt } from "./pollAttempt.ts"
export { maskAnswer, maskHeaders, maskRequest } from "./Redaction.ts"
