/** The simulated terminal on Node: TCP listeners, files, the control API. */
export { type ControlOptions, makeControl } from "./control.ts"
export * as FileStore from "./FileStore.ts"
export { ListenFailed, type Listening, type ListenOptions, listen } from "./listen.ts"
export { type OpenTerminal, openTerminal } from "./openTerminal.ts"
export { type StartControlOptions, type StartedControl, startControl } from "./startControl.ts"
export { type StartedTerminal, startTerminal } from "./startTerminal.ts"
