/** For those who add routes of their own to the server's app. */

export { summary } from "../attempts/attemptView.ts"
export { maskTexts } from "../maskCardNumbers.ts"
export { done, error, ok, options, type Problem, problemBody, toProblem } from "../render/posApi.ts"
export { type Env, headerOf } from "./HonoEnv.ts"
export { EMPTY, parseBody, readJson } from "./requestBody.ts"
