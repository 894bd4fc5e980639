/** The commands of the two examinations. For this workspace only. */
export { makeExamCommand } from "./examCommand.ts"
export { makeExamineTerminalCommand } from "./examineTerminalCommand.ts"
