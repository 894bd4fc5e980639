/** The command line of the gateway. For this workspace only. */
export { makeGatewayCommand } from "./command.ts"
export { readShared } from "./readShared.ts"
export { makeImportCommand } from "./importStore.ts"
export { readTerminals } from "./readTerminals.ts"
