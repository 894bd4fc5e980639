/** Files that flags name. A problem says which flag, which file, and where in it; never what stands there. */
import { readFileSync, type Stats, statSync } from "node:fs"
import * as JsonText from "@hipay-pos/core/JsonText"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { type CommandFailed, refuse, tryLater } from "./run.ts"
import { variable } from "./settings.ts"

/** The text of a file. */
export const readText = (flag: string, path: string): Effect.Effect<string, CommandFailed> =>
  Effect.flatMap(readBytes(flag, path), (bytes) => orRefuse(flag, path, JsonText.decode(bytes)))

/** The JSON of a file. */
export const readJson = (flag: string, path: string): Effect.Effect<unknown, CommandFailed> =>
  Effect.flatMap(readBytes(flag, path), (bytes) => orRefuse(flag, path, JsonText.read(bytes)))

/**
 * Refuses a file with a secret in it that others on this machine may read or change. Windows has no such mode, and a pipe
 * is not kept. What systemd hands to a service it protects by the folder, whatever the file's mode.
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

/** Undefined for a file that cannot be reached: reading it says so. */
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
    catch: (error) => {
      const line = `${flag}: cannot read ${path}`
      return PASSING.has(String((error as NodeJS.ErrnoException).code)) ? tryLater(line) : refuse(line)
    }
  })

/** What the system says of a disk that fails, or of what the process has too little of: neither is the setting's fault. */
const PASSING: ReadonlySet<string> = new Set(["EIO", "EMFILE", "ENFILE", "ENOMEM", "EAGAIN"])

const orRefuse = <A>(flag: string, path: string, read: Result.Result<A, string>): Effect.Effect<A, CommandFailed> =>
  Effect.fromResult(Result.mapError(read, (problem) => refuse(`${flag}: ${path} ${problem}`)))
