/** The command line of the server. For this workspace only. */
export { makeMockCommand } from "./command.ts"
export { readCredentials } from "./credentials.ts"
export { makeGatewayCommand } from "./gateway.ts"
export { readTerminals } from "./gatewayTerminals.ts"
export { readLogins } from "./logins.ts"
export { makeStoreCommand } from "./store.ts"
