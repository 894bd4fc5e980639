/** The simulated terminal on Node: TCP listeners. */
export { ListenFailed, type Listening, type ListenOptions, listen } from "./listen.ts"
export { type StartedTerminal, startTerminal } from "./startTerminal.ts"
