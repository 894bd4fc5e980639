/** The gateway on Node: a server on a port, over terminals that it dials. */
export type { Listener, ServerEvent } from "@hipay-pos/server"
export type {
  Backup,
  BackupOptions,
  LoginOptions,
  LoginsOptions,
  StartedServer,
  StoreCheck
} from "@hipay-pos/server/node"
export { backupStore, checkStore, StartFailed } from "@hipay-pos/server/node"
export type { RelayLogins, RelayOptions, UpstreamLogin } from "./makeRelay.ts"
export type { AlarmOptions } from "./startAlarms.ts"
export { type Reloadable, type StartedGateway, type StartGatewayOptions, startGateway } from "./startGateway.ts"
export type { NotificationOptions } from "./takeNotifications.ts"
