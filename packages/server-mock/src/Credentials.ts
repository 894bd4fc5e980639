/**
 * Who may call, and what: HTTP Basic against a list of logins, in constant time.
 *
 * The scheme's name may be in any case and any number of blanks may follow it; the rest is exact. Nothing here tells
 * whether it was the login or the password that was wrong. Where there are spaces, `login+space` is the login in a space
 * of its own, with the same password.
 */
import * as Redacted from "effect/Redacted"

/** What a login may do: have orders paid, look at attempts, say how unknown ones ended, steer a mock. */
export type Role = (typeof roles)[number]

/** Every role. */
export const roles = ["pay", "read", "resolve", "control"] as const

/** One login. */
export interface Credentials {
  readonly username: string
  readonly password: Redacted.Redacted
  /** Every role by default. */
  readonly roles?: ReadonlyArray<Role>
}

/** Who calls. */
export interface Login {
  readonly username: string
  readonly roles: ReadonlySet<Role>
  /** The space that the login names; empty where it names none. */
  readonly space: string
}

/** What everybody knows, for loopback only. */
export const defaults: Credentials = { username: "merchant", password: Redacted.make("secret") }

/** Checks a header `Authorization`, or a username and a password. */
export interface Check {
  readonly header: (header: string | undefined) => Login | undefined
  readonly pair: (username: string, password: string) => Login | undefined
}

/** What else a check takes. */
export interface CheckOptions {
  /** Whether a login may name a space; false by default. */
  readonly spaces?: boolean
  /** A bearer token that stands for a login which may look and steer, and nothing else. */
  readonly token?: string
}

/** Makes the check for a list of logins. */
export const makeCheck = (logins: ReadonlyArray<Credentials>, options: CheckOptions = {}): Check => {
  const { spaces = false, token: bearer } = options
  const encoder = new TextEncoder()
  const known = logins.map(({ username, password, roles: some = roles }) => ({
    username,
    roles: new Set(some),
    token: encoder.encode(`${username}:${Redacted.value(password)}`)
  }))
  const check = (bytes: Uint8Array): Login | undefined => {
    const { token, space } = spaces ? withoutSpace(bytes) : { token: bytes, space: "" }
    // Every login is compared, so that the time tells nothing about which one came close.
    let found: Login | undefined
    for (const login of known) if (equal(login.token, token)) found = { ...login, space }
    return found
  }
  return {
    header: (header) => {
      if (bearer !== undefined && header !== undefined && /^bearer /i.test(header)) {
        return equal(encoder.encode(bearer), encoder.encode(header.slice(7).trim())) ? steersman : undefined
      }
      const token = /^basic +([A-Za-z0-9+/]+={0,2}) *$/i.exec(header ?? "")?.[1]
      const bytes = token === undefined ? undefined : fromBase64(token)
      return bytes && check(bytes)
    },
    pair: (username, password) =>
      username.includes(":") ? undefined : check(encoder.encode(`${username}:${password}`))
  }
}

/** Whoever has the token. */
const steersman: Login = { username: "control", roles: new Set(["read", "control"]), space: "" }

const PLUS = 0x2b
const COLON = 0x3a

/** Cuts the space out of `login+space:password`. */
const withoutSpace = (bytes: Uint8Array): { readonly token: Uint8Array; readonly space: string } => {
  const colon = bytes.indexOf(COLON)
  const plus = bytes.indexOf(PLUS)
  if (plus === -1 || plus > colon) return { token: bytes, space: "" }
  const token = new Uint8Array(bytes.length - (colon - plus))
  token.set(bytes.subarray(0, plus))
  token.set(bytes.subarray(colon), plus)
  return { token, space: new TextDecoder().decode(bytes.subarray(plus + 1, colon)) }
}

const fromBase64 = (text: string): Uint8Array | undefined => {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
  } catch {
    return undefined
  }
}

const equal = (a: Uint8Array, b: Uint8Array): boolean => {
  let difference = a.length ^ b.length
  for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0)
  return difference === 0
}
