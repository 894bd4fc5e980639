/** The command line of the simulator, and the runner that all bins share. For this workspace only. */
export { makeTerminalCommand } from "./command.ts"
export { readJson } from "./files.ts"
export * as Flags from "./flags.ts"
export { isColoured, paint, type Tone } from "./paint.ts"
export { ExitWith, endingOf, fail, program, type RunOptions, refuse, run } from "./run.ts"
export { cardholderOfFlag, configOfFile } from "./terminals.ts"
