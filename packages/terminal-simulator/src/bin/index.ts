/** The command line of the simulator, for the other bins of this workspace only. */
export { cardholder, pace } from "./cardholderFlags.ts"
export { makeTerminalCommand } from "./command.ts"
export { cardholderOfFlag, configOfFile } from "./terminals.ts"
