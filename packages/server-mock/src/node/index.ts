/** The mock and the gateway on Node: servers on a port. */
export { type Backup, type BackupOptions, backupStore } from "./backupStore.ts"
export { checkStore, type StoreCheck } from "./checkStore.ts"
export type { LoginOptions, LoginsOptions } from "./logins.ts"
export * as SqliteStore from "./SqliteStore.ts"
export { type StartedServer, StartFailed } from "./serve.ts"
export { type StartGatewayOptions, startGateway } from "./startGateway.ts"
export { type StartedMock, type StartServerOptions, startServer } from "./startServer.ts"
