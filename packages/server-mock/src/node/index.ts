/** The mock on Node: a server on a port. */
export { type StartedServer, StartFailed, type StartServerOptions, startServer } from "./startServer.ts"
