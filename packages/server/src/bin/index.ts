/** What the command lines of a mock and a gateway share. For this workspace only. */
export { readCredentials } from "./credentials.ts"
export { describeStore } from "./describeStore.ts"
export { type Log, makeLog } from "./log.ts"
export { readLogins } from "./logins.ts"
export { problemOf } from "./problemOf.ts"
export { serverFlags } from "./serverFlags.ts"
export { makeStoreCommand } from "./store.ts"
export { exportTelemetry } from "./telemetry.ts"
