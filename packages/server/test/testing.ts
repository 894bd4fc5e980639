/** For tests of this workspace: orders, attempts, the laws of stores, and what is private to the server. */

export * as AttemptView from "../src/attempts/attemptView.ts"
export { maskOrder } from "../src/maskCardNumbers.ts"
export { serve } from "../src/node/serve.ts"
export { contractRules } from "../src/openapi/contractRules.ts"
export { orderRules } from "../src/openapi/orderRules.ts"
export { keywordsOf } from "../src/openapi/page.ts"
export { answerOf } from "./attempts/attempts.ts"
export { claimLaws } from "./attempts/claimLaws.ts"
export { attempt, ids, put, set, setAside, storeLaws, terminalAt } from "./attempts/storeLaws.ts"
export { frames } from "./frames.ts"
export { type Body, type Details, type Json, order } from "./order.ts"
