/** For Node only: a connect timeout, a journal of attempts on disk, notifications on `node:http`. */
export * as FileJournal from "./FileJournal.ts"
export { makeClient } from "./makeClient.ts"
export { makeFetch, type NodeFetchOptions } from "./nodeFetch.ts"
export { nodeNotificationHandler } from "./nodeNotificationHandler.ts"
export { type ConnectOptions, exchangeOver, type OpenRequest, openRequest, type SendOptions } from "./openRequest.ts"
