/** The mock on Node: a server on a port. */
export { type StartedServer, StartFailed } from "./serve.ts"
export { type LoginOptions, type StartedMock, type StartServerOptions, startServer } from "./startServer.ts"
