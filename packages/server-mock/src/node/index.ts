/** The mock on Node: a server on a port. */
export type { LoginOptions, LoginsOptions, StartedServer } from "@hipay-pos/server/node"
export { StartFailed } from "@hipay-pos/server/node"
export { MockControlError } from "../control/MockControl.ts"
export { ListeningMock } from "./ListeningMock.ts"
export { type StartedMock, type StartServerOptions, startServer } from "./startServer.ts"
