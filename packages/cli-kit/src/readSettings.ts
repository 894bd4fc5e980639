/** Reads the settings file, if there is one, and removes `--config FILE` from the arguments. */
import { readFileSync } from "node:fs"
import * as Result from "effect/Result"
import { parseSettings } from "./parseSettings.ts"
import { FILE, type SettingsFile, type Sources } from "./SettingsOfVerbs.ts"

/**
 * The arguments without `--config`, and the file that it names, else the one that HIPAY_POS_CONFIG names, else the one
 * in this folder.
 */
export const readSettings = (args: ReadonlyArray<string>, env: Sources["env"]): Result.Result<Sources, string> => {
  // `terminal --config` is a flag of that verb, an older name of --terminals.
  const at = args[0] === "terminal" ? -1 : args.findIndex((arg) => arg === "--config" || arg.startsWith("--config="))
  const flag = args[at]
  const inline = flag?.startsWith("--config=") === true
  const named = at === -1 ? env.HIPAY_POS_CONFIG || undefined : inline ? flag.slice("--config=".length) : args[at + 1]
  if (at !== -1 && (named === undefined || named === "")) return Result.fail("--config: expected a file")
  const rest = at === -1 ? args : [...args.slice(0, at), ...args.slice(at + (inline ? 1 : 2))]
  return Result.map(readJson(named ?? FILE, named !== undefined), (file) => ({
    args: rest,
    env,
    file
  }))
}

const readJson = (path: string, needed: boolean): Result.Result<SettingsFile | undefined, string> => {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return code === "ENOENT" && !needed ? Result.succeed(undefined) : Result.fail(`cannot read ${path} (${code})`)
  }
  return Result.mapBoth(parseSettings(bytes), {
    onSuccess: (json) => ({ path, json }),
    onFailure: (problem) => `${path} ${problem}`
  })
}
