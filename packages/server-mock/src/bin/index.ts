/** What the command line takes of the mock. For this workspace only. */

export * as ReservedName from "../terminals/ReservedName.ts"
export { makeMockCommand } from "./command.ts"
