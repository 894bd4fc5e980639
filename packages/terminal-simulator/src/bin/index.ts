/** The command line of the simulator, and the runner that all bins share. For this workspace only. */
export { makeTerminalCommand } from "./command.ts"
export * as Flags from "./flags.ts"
export { ExitWith, refuse, run } from "./run.ts"
