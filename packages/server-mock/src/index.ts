/** The HiPay POS API on your own machine. Unofficial, not affiliated with HiPay. */
export { type AppOptions, makeApp } from "./app.ts"
export * as Credentials from "./Credentials.ts"
export type { Listener, ServerEvent } from "./ServerEvent.ts"
export * as ServerMock from "./ServerMock.ts"
export { NoSpace, type Space, Spaces } from "./Spaces.ts"
export * as GatewayConfig from "./terminals/GatewayConfig.ts"
export type { Attempt, AttemptState } from "./transactions/Attempt.ts"
export { type Validation, validate } from "./validation/validate.ts"
