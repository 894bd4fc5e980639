/**
 * What the first payment loads, in one piece: what reads answers, with the finder of card numbers. A program that has a
 * client and does not use it yet does not carry it.
 */
export { hasEvidence, interpretResponse } from "./interpretResponse.ts"
export { maskAnswer, maskHeaders, maskRequest } from "./Redaction.ts"
