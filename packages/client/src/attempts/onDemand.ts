/**
 * What the first call about attempts loads, in one piece: the questions to a server, and resolving. Schemas decode
 * here, and never during a payment.
 */
export { readEvidence } from "../readEvidence.ts"
export { resolveAttempt, unsettledIn } from "../resolveAttempt.ts"
export { askTerminal, decoded, failureOf, get, list, pathOf, resolve } from "./requests.ts"
