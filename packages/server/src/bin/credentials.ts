/** A server's login: from a file or from the environment, never from a flag, which `ps` shows to every user. */
import { statSync } from "node:fs"
import { type CommandFailed, readText, refuse, refuseShared, secret, variable } from "@hipay-pos/cli-kit"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"

/** A login as given. */
export interface Login {
  readonly username: string
  readonly password: string
}

/** The ways to give a login: its file's flag, and the environment variables. */
export interface LoginPlace {
  readonly flag: string
  readonly variables: readonly [username: string, password: string]
}

const OWN: LoginPlace = { flag: "--credentials", variables: ["HIPAY_POS_USERNAME", "HIPAY_POS_PASSWORD"] }

/** The given login, or `undefined` if there is none. */
export const readCredentials = (
  verb: string,
  file: string,
  { flag, variables }: LoginPlace = OWN
): Effect.Effect<Login | undefined, CommandFailed> =>
  file === ""
    ? readEnvironment(verb, variables)
    : isMissing(file)
      ? Effect.fail(refuse(`${verb}: ${flag}: there is no file ${named(file)}`))
      : readFile(`${verb}: ${flag}`, verb, file)

/** Not true in a folder that this user may not enter: there, creating the file would not help. */
const isMissing = (file: string): boolean => {
  try {
    statSync(file)
    return false
  } catch (error) {
    return ["ENOENT", "ENAMETOOLONG"].includes(String((error as NodeJS.ErrnoException).code))
  }
}

/** A missing file, and how to make it. A name with a colon may be a login, so it is not repeated. */
const named = (file: string): string =>
  file.includes(":")
    ? "of that name: the flag names a file whose first line is username:password"
    : `${file}: make it with the line username:password, then chmod 600 ${file}`

const readEnvironment = Effect.fnUntraced(function* (verb: string, variables: LoginPlace["variables"]) {
  const username = yield* variable(variables[0])
  const password = Redacted.value((yield* secret(variables[1])) ?? Redacted.make(""))
  // Empty counts as not set: an environment file has lines before they have values.
  if (!username && !password) return undefined
  if (username?.includes(":")) {
    const why = "in a login over HTTP, the password begins after the first one"
    return yield* refuse(`${verb}: ${variables[0]}: expected a name without a colon: ${why}`)
  }
  if (username && password) return { username, password }
  return yield* refuse(`${verb}: ${variables.join(" and ")} go together, and one of them is missing`)
})

const readFile = (flag: string, verb: string, file: string): Effect.Effect<Login, CommandFailed> =>
  Effect.flatMap(
    Effect.andThen(
      refuseShared(flag, file),
      Effect.map(readText(flag, file), (text) => text.split("\n", 1)[0]?.trim() ?? "")
    ),
    (line) => {
      const colon = line.indexOf(":")
      return colon < 1 || colon === line.length - 1
        ? Effect.fail(refuse(`${verb}: expected username:password on the first line of ${file}`))
        : Effect.succeed({ username: line.slice(0, colon), password: line.slice(colon + 1) })
    }
  )
