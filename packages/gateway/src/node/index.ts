/** The gateway on Node: a server on a port, over terminals that it dials. */
export type { LoginOptions, LoginsOptions, StartedServer } from "@hipay-pos/server/node"
export { StartFailed } from "@hipay-pos/server/node"
export type { RelayLogins, RelayOptions, UpstreamLogin } from "./makeRelay.ts"
export type { AlarmOptions } from "./startAlarms.ts"
export { type Reloadable, type StartedGateway, type StartGatewayOptions, startGateway } from "./startGateway.ts"
export type { NotificationOptions } from "./takeNotifications.ts"
