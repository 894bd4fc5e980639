/**
 * Authentication and roles: HTTP Basic against any number of logins. A login is found by its username, and its secret is
 * compared in constant time.
 *
 * The scheme's name is case-insensitive and may be followed by any number of blanks; the rest is exact. An error never says
 * whether the login or the password was wrong. On a server with spaces, `login+space` is the login in a space of its own, with
 * the same password.
 */
import * as ConstantTime from "@hipay-pos/core/ConstantTime"
import { Role } from "@hipay-pos/core/wire/Session"
import * as Redacted from "effect/Redacted"
import * as TerminalAccess from "../terminals/TerminalAccess.ts"

export type { Role }

/** Every role. */
export const roles = Role.literals

/** One login. */
export interface Credentials {
  readonly username: string
  readonly password: Redacted.Redacted
  /** Every role by default. */
  readonly roles?: ReadonlyArray<Role> | undefined
  /** Patterns of the terminals that it may use and whose attempts it may see, such as `shop-12-*`; all by default. */
  readonly terminals?: ReadonlyArray<string> | undefined
}

/** The login of a caller. */
export interface Login {
  readonly username: string
  readonly roles: ReadonlySet<Role>
  /** The space that the login names; empty if none. */
  readonly space: string
  /** The one simulated terminal that it opens, if it opens nothing else. */
  readonly terminal?: string
  /** The terminals that it may use and whose attempts it may see; all if absent. */
  readonly terminals?: TerminalAccess.TerminalAccess | undefined
  /** The login is known only to the service behind a relay, and is sent there with its orders. */
  readonly isPassed?: true
}

/** Whether two logins have the same rights. */
export const isSame = (one: Login, other: Login): boolean => rightsOf(one) === rightsOf(other)

const rightsOf = ({ username, roles, terminals }: Login): string =>
  JSON.stringify([username, [...roles].sort(), terminals?.patterns])

/** The default login. It is public, so it works on loopback only. */
export const defaults: Credentials = { username: "merchant", password: Redacted.make("secret") }

/** Checks an `Authorization` header, or a username and a password. */
export interface Check {
  /** The username in a header; undefined if it has none. */
  readonly usernameIn: (header: string) => string | undefined
  /** The login that a username means, without its space, whatever the password; undefined if there is none. */
  readonly meant: (username: string) => string | undefined
  readonly header: (header: string | undefined) => Login | undefined
  readonly pair: (username: string, password: string) => Login | undefined
  /** The secrets of a username's logins: `username:password`, one character per byte of UTF-8. Never shown. */
  readonly secretsOf: (username: string) => ReadonlyArray<string>
  /** The login that a secret still belongs to. */
  readonly again: (secret: string) => Login | undefined
}

/** Further options of a check. */
export interface CheckOptions {
  /** Whether a login may name a space; false by default. */
  readonly spaces?: boolean | undefined
  /** A bearer token with the roles `read` and `control`. */
  readonly token?: string | undefined
}

/** Makes the check for a list of logins, or for a function whose current list is used each time. */
export const makeCheck = (
  logins: ReadonlyArray<Credentials> | (() => ReadonlyArray<Credentials>),
  options: CheckOptions = {}
): Check => {
  const { spaces = false, token: bearer } = options
  let indexed = indexOf(typeof logins === "function" ? logins() : logins)
  /** The logins by the text before the first colon. */
  const index = () => {
    if (typeof logins === "function" && logins() !== indexed.logins) indexed = indexOf(logins())
    return indexed
  }
  const find = (token: string, space: string): Login | undefined => {
    // Unknown usernames are compared, too, so that timing does not reveal whether one exists.
    let found: Login | undefined
    for (const { token: own, ...login } of index().known.get(nameIn(token)) ?? [UNKNOWN]) {
      if (ConstantTime.isEqual(own, token)) found = { ...login, space }
    }
    return found
  }
  const check = (bytes: string): Login | undefined => {
    // A login may itself contain a plus.
    const whole = find(bytes, "")
    if (whole !== undefined || !spaces) return whole
    const { token, space } = withoutSpace(bytes)
    return find(token, space)
  }
  return {
    usernameIn,
    meant: (username) => {
      const meant = spaces ? [username, username.replace(/\+.*/s, "")] : [username]
      return meant.find((name) => index().names.has(name))
    },
    header: (header) => {
      if (bearer !== undefined && header !== undefined && /^bearer /i.test(header)) {
        return ConstantTime.isEqual(toBytes(bearer), toBytes(header.slice(7).trim())) ? controller : undefined
      }
      const bytes = bytesOf(header ?? "")
      return bytes === undefined ? undefined : check(bytes)
    },
    pair: (username, password) => (username.includes(":") ? undefined : check(toBytes(`${username}:${password}`))),
    secretsOf: (username) => (index().known.get(nameIn(toBytes(`${username}:`))) ?? []).map(({ token }) => token),
    again: (secret) => find(secret, "")
  }
}

const indexOf = (logins: ReadonlyArray<Credentials>) => {
  const known = new Map<string, ReadonlyArray<KnownLogin>>()
  const names = new Set<string>()
  for (const { username, password, roles: some = roles, terminals: patterns } of logins) {
    const token = toBytes(`${username}:${Redacted.value(password)}`)
    const name = nameIn(token)
    const terminals = patterns && TerminalAccess.fromPatterns(patterns)
    known.set(name, [...(known.get(name) ?? []), { username, roles: new Set(some), terminals, token }])
    names.add(username)
  }
  return { logins, known, names }
}

/** A login with what its callers send: `username:password` in UTF-8, one character per byte. */
interface KnownLogin extends Omit<Login, "space"> {
  readonly token: string
}

/** Compared if the username is unknown. No caller's token equals it: its only character is not a byte. */
const UNKNOWN: KnownLogin = { username: "", roles: new Set(), token: "\u0100" }

/** The key of a token in the map: the text before its first colon. Map hashes are seeded, and usernames are not secret. */
const nameIn = (token: string): string => token.slice(0, token.indexOf(":"))

/** The login of the bearer token. */
const controller: Login = { username: "control", roles: new Set(["read", "control"]), space: "" }

/** The username in a header; undefined if it has none. */
const usernameIn = (header: string): string | undefined => {
  const [username, password] = (bytesOf(header) ?? "").split(/:(.*)/s)
  return username === undefined || password === undefined ? undefined : toText(username)
}

/** A text's UTF-8, one character per byte, as `atob` returns it. */
const toBytes = (text: string): string => String.fromCharCode(...new TextEncoder().encode(text))

const toText = (bytes: string): string => new TextDecoder().decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)))

/** The content of a Basic header: `username:password`. */
const bytesOf = (header: string): string | undefined => {
  const token = /^basic +([A-Za-z0-9+/]+={0,2}) *$/i.exec(header)?.[1]
  return token === undefined ? undefined : fromBase64(token)
}

const fromBase64 = (text: string): string | undefined => {
  try {
    return atob(text)
  } catch {
    return undefined
  }
}

/** Separates the space from `login+space:password`. */
const withoutSpace = (bytes: string): { readonly token: string; readonly space: string } => {
  const plus = bytes.indexOf("+")
  const colon = bytes.indexOf(":")
  return plus === -1 || plus > colon
    ? { token: bytes, space: "" }
    : { token: bytes.slice(0, plus) + bytes.slice(colon), space: toText(bytes.slice(plus + 1, colon)) }
}
