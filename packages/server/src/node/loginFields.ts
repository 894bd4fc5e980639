/** The fields of a login, in a file and in code, and the messages about wrong ones, which never show their values. */
import { Role } from "@hipay-pos/core/wire/Session"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"

/** In a login over HTTP, the password begins after the first colon. */
const Username = Schema.String.check(Schema.isPattern(/^[^:]+$/))

/** A pattern of terminals. No name contains a line break. */
const Pattern = Schema.NonEmptyString.check(Schema.isPattern(/^[^\r\n]{1,300}$/))

/** A login and its rights. In code, what may be left out may also be undefined. */
export const LoginFields = Schema.Struct({
  username: Username,
  password: Schema.NonEmptyString,
  roles: Schema.optional(Schema.NonEmptyArray(Role)),
  terminals: Schema.optional(Schema.NonEmptyArray(Pattern)),
  relay: Schema.optional(
    Schema.Struct({
      username: Username,
      password: Schema.NonEmptyString,
      passphrase: Schema.optional(Schema.NonEmptyString)
    })
  )
})

/** Reports every fault, and fields that do not exist. */
export const EXACTLY = { errors: "all", onExcessProperty: "error" } as const

const format = SchemaIssue.makeFormatterStandardSchemaV1()

/** Where each fault is, and what is expected there; texts in `own` replace the usual ones. */
export const faultsIn = (
  { issue }: Schema.SchemaError,
  own: Readonly<Record<string, string>> = {}
): ReadonlyArray<string> => format(issue).issues.map(({ path = [] }) => expected(path, { ...words, ...own }))

const expected = (
  path: ReadonlyArray<PropertyKey | { readonly key: PropertyKey }>,
  words: Readonly<Record<string, string>>
): string => {
  const keys = path.map((part) => (typeof part === "object" ? part.key : part))
  const where = keys.map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("")
  const last = keys.findLast((key) => typeof key === "string")
  const what =
    keys.length === 0
      ? "expected an object with logins"
      : last === "credentials" || (last === "logins" && keys.length > 1)
        ? "expected a login: username, password, and roles and terminals if not all"
        : (words[String(last)] ?? "no such field")
  return `${where.replace(/^\./, "")}${where === "" ? "" : ": "}${what}`
}

const words: Readonly<Record<string, string>> = {
  logins: "expected a list of logins",
  username: "expected a username without :",
  password: "expected a password",
  passphrase: "expected the passphrase of that account's notifications",
  relay: "expected username and password at the service that a relay asks",
  roles: `expected some of ${Role.literals.join(", ")}`,
  terminals: 'expected names or addresses of terminals, such as "shop-12-*"'
}
