/**
 * What the first call that needs it loads, in one piece: what reads answers, with the finder of card numbers, and what asks
 * the server about attempts. A program that has a client and does not use it yet does not carry it.
 */
export { askTerminal, decoded, failureOf, get, list, resolve } from "./attempts/requests.ts"
export { interpretResponse } from "./interpretResponse.ts"
export { maskAnswer, maskHeaders, maskRequest } from "./Redaction.ts"
export { resolveAttempt, unsettledIn } from "./resolveAttempt.ts"
