/** The parts of the mock that the command line uses. For this workspace only. */

export * as ReservedName from "../terminals/ReservedName.ts"
export { makeMockCommand } from "./command.ts"
