/** A server on Node: the app on a port, its store in a file, its pages in a folder. */
export { forgetCustomer, holdsCustomer } from "../attempts/forgetCustomer.ts"
export * as AttemptJson from "./attemptJson.ts"
export { type Backup, type BackupOptions, backupStore } from "./backupStore.ts"
export { businessDayOf, type DayOptions } from "./businessDayOf.ts"
export { checkHosts } from "./checkHosts.ts"
export { checkStore, type StoreCheck } from "./checkStore.ts"
export { everyDay } from "./cleanUp.ts"
export { type Export, type ExportOptions, exportRows, exportStore } from "./exportStore.ts"
export * as FileProblem from "./fileProblem.ts"
export { isDatabase } from "./isDatabase.ts"
export { inLifetime, type Lifetime } from "./lifetime.ts"
export { type LoginOptions, type LoginsOptions, loginsOf, ownLoginsOf } from "./logins.ts"
export * as MovingStore from "./movingStore.ts"
export { notificationOf } from "./notificationTables.ts"
export { type OpenStore, openStore } from "./openStore.ts"
export { pruneStore } from "./pruneStore.ts"
export type { Pruned, PruneOptions } from "./pruning.ts"
export * as Pruning from "./pruning.ts"
export { findPages, readPages } from "./readPages.ts"
export { redactStore } from "./redactStore.ts"
export { readDurations, readTimeouts, type ServerTimeouts } from "./ServerTimeouts.ts"
export type { StoreSummary } from "./SqliteStore.ts"
export * as SqliteStore from "./SqliteStore.ts"
export { StartFailed } from "./StartFailed.ts"
export type { StartedServer } from "./serve.ts"
export {
  listenersOf,
  type Served,
  type ServedOptions,
  type ServerOptions,
  serveApp,
  type Telemetry
} from "./serveApp.ts"
export * as StoreUpstream from "./storeUpstream.ts"
