/** The HiPay POS API on your own machine, with simulated terminals. Unofficial, not affiliated with HiPay. */
export { type AppOptions, type Listener, makeApp, type ServerEvent, type Validation } from "@hipay-pos/server"
export type { TerminalControl } from "./control/MockControl.ts"
export * as MockControl from "./control/MockControl.ts"
export * as MockSpaces from "./MockSpaces.ts"
export { type InMemoryMock, type MakeMockOptions, makeMock } from "./makeMock.ts"
export type { MockOptions } from "./mock/MockOptions.ts"
export { ServerMock } from "./ServerMock.ts"
