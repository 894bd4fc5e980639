/** The login of a server: from a file, or from the environment; never from a flag, which `ps` shows to every user. */
import { statSync } from "node:fs"
import { type CommandFailed, readText, refuse, refuseShared, secret, variable } from "@hipay-pos/cli-kit"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"

/** A login as it was given. */
export interface Login {
  readonly username: string
  readonly password: string
}

/** Where a login is given: the flag of its file, and the variables of the environment. */
export interface LoginPlace {
  readonly flag: string
  readonly variables: readonly [username: string, password: string]
}

const OWN: LoginPlace = { flag: "--credentials", variables: ["HIPAY_POS_USERNAME", "HIPAY_POS_PASSWORD"] }

/** The login that was given, or `undefined` where there is none. */
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

/** Not one in a folder that this user may not enter: to make that anew would change nothing. */
const isMissing = (file: string): boolean => {
  try {
    statSync(file)
    return false
  } catch (error) {
    return ["ENOENT", "ENAMETOOLONG"].includes(String((error as NodeJS.ErrnoException).code))
  }
}

/** A missing file, and how to make it. With a colon its name may be a login, which is not repeated. */
const named = (file: string): string =>
  file.includes(":")
    ? "of that name: the flag names a file whose first line is username:password"
    : `${file}: make it with the line username:password, then chmod 600 ${file}`

const readEnvironment = Effect.fnUntraced(function* (verb: string, variables: LoginPlace["variables"]) {
  const username = yield* variable(variables[0])
  const password = Redacted.value((yield* secret(variables[1])) ?? Redacted.make(""))
  // Empty is not set: a file of the environment has its lines before they have values.
  if (!username && !password) return undefined
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
