/** A server's logins, each with its rights, from a JSON file: `{ "logins": [{ username, password, roles }] }`. */
import { CommandFailed, readJson, refuse, refuseShared } from "@hipay-pos/cli-kit"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { EXACTLY, faultsIn, LoginFields } from "../node/loginFields.ts"
import type { LoginOptions } from "../node/logins.ts"
import { readCredentials } from "./credentials.ts"

const username = "expected a username without : and +"

const LoginsFile = Schema.Struct({
  $schema: Schema.optionalKey(Schema.String),
  logins: Schema.NonEmptyArray(
    Schema.Struct({
      ...LoginFields.fields,
      username: Schema.NonEmptyString.check(Schema.isPattern(/^[^:+]+$/, { message: username }))
    })
  )
})

const decode = Schema.decodeUnknownResult(LoginsFile, EXACTLY)

/** The logins of a file, or the one login of `--credentials` or the environment; empty for the default login. */
export const readLogins = Effect.fnUntraced(function* (verb: string, credentials: string, file: string) {
  if (file === "") {
    const login = yield* readCredentials(verb, credentials)
    return login === undefined ? [] : [login]
  }
  if (credentials !== "") return yield* refuse(`${verb}: --credentials and --logins exclude each other`)
  return yield* readFile(verb, file)
})

const readFile = (verb: string, file: string): Effect.Effect<ReadonlyArray<LoginOptions>, CommandFailed> =>
  Effect.flatMap(
    Effect.andThen(refuseShared(`${verb}: --logins`, file), readJson(`${verb}: --logins`, file)),
    (json) => {
      const checked = decode(json)
      if (Result.isSuccess(checked)) return Effect.succeed(checked.success.logins)
      const lines = faultsIn(checked.failure, { username }).map((fault) => `${verb}: ${file}: ${fault}`)
      return Effect.fail(new CommandFailed({ code: 2, line: lines.join("\n") }))
    }
  )
