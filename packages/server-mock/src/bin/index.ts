/** The command line of the mock. For this workspace only. */
export { makeMockCommand } from "./command.ts"
