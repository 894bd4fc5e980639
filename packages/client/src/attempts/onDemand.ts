/**
 * What the first question about attempts loads, in one piece: what asks a server, and what resolves. Schemas decode here,
 * and nowhere on the way of a payment.
 */
export { readEvidence } from "../readEvidence.ts"
export { resolveAttempt, unsettledIn } from "../resolveAttempt.ts"
export { askTerminal, decoded, failureOf, get, list, pathOf, resolve } from "./requests.ts"
