/** For programs that add routes to the server's app. */

export { findHostileKey, numberRepeatedKeys } from "@hipay-pos/core/JsonKeys"
export { maskOrder, maskTexts } from "../maskCardNumbers.ts"
export { type Answer, done, error, ok, options, problemBody } from "../render/Answer.ts"
export { summary } from "../render/attemptView.ts"
export { type Problem, toProblem } from "../render/problems.ts"
export { onCallerGone } from "./callerGone.ts"
export { type Env, headerOf } from "./HonoEnv.ts"
export { readQuery } from "./readQuery.ts"
export { EMPTY, parseBody, readJson } from "./requestBody.ts"
