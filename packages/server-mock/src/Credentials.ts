/**
 * Who may call: HTTP Basic against a list of logins, in constant time.
 *
 * The scheme's name may be in any case and any number of blanks may follow it; the rest is exact. Nothing here tells
 * whether it was the login or the password that was wrong.
 */
import * as Redacted from "effect/Redacted"

/** One login. */
export interface Credentials {
  readonly username: string
  readonly password: Redacted.Redacted
}

/** What everybody knows, for loopback only. */
export const defaults: Credentials = { username: "merchant", password: Redacted.make("secret") }

/** Makes the check for a list of logins: the login that an `Authorization` header proves, if it proves one. */
export const makeCheck = (logins: ReadonlyArray<Credentials>): ((header: string | undefined) => string | undefined) => {
  const encoder = new TextEncoder()
  const known = logins.map(({ username, password }) => ({
    username,
    token: encoder.encode(`${username}:${Redacted.value(password)}`)
  }))
  return (header) => {
    const token = /^basic +([A-Za-z0-9+/]+={0,2}) *$/i.exec(header ?? "")?.[1]
    const bytes = token === undefined ? undefined : fromBase64(token)
    if (bytes === undefined) return undefined
    // Every login is compared, so that the time tells nothing about which one came close.
    let found: string | undefined
    for (const login of known) if (equal(login.token, bytes)) found = login.username
    return found
  }
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
