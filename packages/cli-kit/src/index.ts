/** Shared by every command line of this workspace. Private, and bundled into the bins. */

export { basic } from "./basic.ts"
export { isColoured, isDumb } from "./environment.ts"
export { cannotRead, readJson, readText, refuseShared } from "./files.ts"
export * as Flags from "./flags.ts"
export { jsonLine } from "./jsonLine.ts"
export { lostInWords, makeLogLines } from "./logLines.ts"
export { openLink } from "./openLink.ts"
export { paint, type Tone } from "./paint.ts"
export { pluralize } from "./pluralize.ts"
export { printable, printableLines } from "./printable.ts"
export { quoted } from "./quoted.ts"
export { readSettings } from "./readSettings.ts"
export {
  CommandFailed,
  type Ending,
  endingOf,
  errorJson,
  fail,
  program,
  type RunOptions,
  refuse,
  run,
  tryLater,
  untilStopped,
  usageError,
  whileRead
} from "./run.ts"
export { needsNoSettings, runVerb } from "./runVerb.ts"
export * as SettingsOfVerbs from "./SettingsOfVerbs.ts"
export { CurrentSettings, type Setting, type Settings, secret, UnknownVariables, variable } from "./settings.ts"
export { withoutSecrets } from "./withoutSecrets.ts"
