/** Reads files that flags name. A problem names the flag, the file, and the place in it; never the content. */
import { readFileSync, type Stats, statSync } from "node:fs"
import * as JsonText from "@hipay-pos/core/JsonText"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { parseSettings } from "./parseSettings.ts"
import { type CommandFailed, refuse, tryLater } from "./run.ts"
import { variable } from "./settings.ts"

/** The text of a file. */
export const readText = (flag: string, path: string): Effect.Effect<string, CommandFailed> =>
  Effect.flatMap(readBytes(flag, path), (bytes) => orRefuse(flag, path, JsonText.decode(bytes)))

/** The JSON of a file. */
export const readJson = (flag: string, path: string): Effect.Effect<unknown, CommandFailed> =>
  Effect.flatMap(readBytes(flag, path), (bytes) => orRefuse(flag, path, parseSettings(bytes)))

/**
 * Refuses a file with a secret in it that others on this machine may read or change. Not checked on Windows (no modes),
 * for pipes, or for systemd credentials, whose folder protects them whatever their mode.
 */
export const refuseShared = (flag: string, path: string): Effect.Effect<void, CommandFailed> =>
  Effect.flatMap(variable("CREDENTIALS_DIRECTORY"), (folder) => {
    const isSafe = process.platform === "win32" || (folder !== undefined && path.startsWith(`${folder}/`))
    const stats = isSafe ? undefined : statsOf(path)
    return stats?.isFile() && (stats.mode & 0o077) !== 0
      ? Effect.fail(
          refuse(`${flag}: ${path} holds a secret, and others on this machine have access to it: chmod 600 ${path}`)
        )
      : Effect.void
  })

/** Undefined if the file cannot be accessed: reading it reports that. */
const statsOf = (path: string): Stats | undefined => {
  try {
    return statSync(path)
  } catch {
    return undefined
  }
}

const readBytes = (flag: string, path: string): Effect.Effect<Uint8Array, CommandFailed> =>
  Effect.try({
    try: () => readFileSync(path),
    catch: (error) => cannotRead(`${flag}: cannot read ${path}`, error)
  })

/** Why a file, or standard input, was not read: the setting is wrong, or it may be read later. */
export const cannotRead = (line: string, error: unknown): CommandFailed =>
  PASSING.has(String((error as NodeJS.ErrnoException).code)) ? tryLater(line) : refuse(line)

/** Errors of a failing disk or of exhausted resources: the setting is not at fault. */
const PASSING: ReadonlySet<string> = new Set(["EIO", "EMFILE", "ENFILE", "ENOMEM", "EAGAIN"])

const orRefuse = <A>(flag: string, path: string, read: Result.Result<A, string>): Effect.Effect<A, CommandFailed> =>
  Effect.fromResult(Result.mapError(read, (problem) => refuse(`${flag}: ${path} ${problem}`)))
