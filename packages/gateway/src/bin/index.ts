/** The command line of the gateway. For this workspace only. */
export { makeGatewayCommand } from "./command.ts"
export { makeImportCommand } from "./importStore.ts"
export { pruneShared, readShared } from "./readShared.ts"
export { readTerminals } from "./readTerminals.ts"
