/** A server's logins, each with its rights, from a JSON file: `{ "logins": [{ username, password, roles }] }`. */
import { CommandFailed, readJson, refuse, refuseShared } from "@hipay-pos/cli-kit"
import { Role } from "@hipay-pos/core/wire/Session"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import type { LoginOptions } from "../node/logins.ts"
import { readCredentials } from "./credentials.ts"

const Username = Schema.NonEmptyString.check(
  Schema.isPattern(/^[^:+]+$/, { message: "expected a username without : and +" })
)

const RelayUsername = Schema.NonEmptyString.check(
  Schema.isPattern(/^[^:]+$/, { message: "expected a username without :" })
)

/** A pattern of terminals. No name contains a line break. */
const Pattern = Schema.NonEmptyString.check(Schema.isPattern(/^[^\r\n]{1,300}$/))

const LoginsFile = Schema.Struct({
  $schema: Schema.optionalKey(Schema.String),
  logins: Schema.NonEmptyArray(
    Schema.Struct({
      username: Username,
      password: Schema.NonEmptyString,
      roles: Schema.optionalKey(Schema.NonEmptyArray(Role)),
      terminals: Schema.optionalKey(Schema.NonEmptyArray(Pattern)),
      relay: Schema.optionalKey(
        Schema.Struct({
          username: RelayUsername,
          password: Schema.NonEmptyString,
          passphrase: Schema.optionalKey(Schema.NonEmptyString)
        })
      )
    })
  )
})

const decode = Schema.decodeUnknownResult(LoginsFile, { errors: "all", onExcessProperty: "error" })
const format = SchemaIssue.makeFormatterStandardSchemaV1()

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
      const lines = format(checked.failure.issue).issues.map(({ path = [] }) => `${verb}: ${file}: ${expected(path)}`)
      return Effect.fail(new CommandFailed({ code: 2, line: lines.join("\n") }))
    }
  )

/** Says where, and what should be there; never what is there. */
const expected = (path: ReadonlyArray<PropertyKey | { readonly key: PropertyKey }>): string => {
  const keys = path.map((part) => (typeof part === "object" ? part.key : part))
  const where = keys.map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("")
  const words: Readonly<Record<string, string>> = {
    logins: "expected a list of logins",
    username: "expected a username without : and +",
    password: "expected a password",
    passphrase: "expected the passphrase of that account's notifications",
    relay: "expected username and password at the service that a relay asks",
    roles: `expected some of ${Role.literals.join(", ")}`,
    terminals: 'expected names or addresses of terminals, such as "shop-12-*"'
  }
  const last = keys.findLast((key) => typeof key === "string")
  const what =
    keys.length === 0
      ? "expected an object with logins"
      : last === "logins" && keys.length > 1
        ? "expected a login: username, password, and roles and terminals if not all"
        : (words[String(last)] ?? "no such field")
  return `${where.replace(/^\./, "")}${where === "" ? "" : ": "}${what}`
}
