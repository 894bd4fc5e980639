/** The logins of a server that starts. */
import { isLoopback } from "@hipay-pos/core/Host"
import * as Redacted from "effect/Redacted"
import * as Credentials from "../http/Credentials.ts"
import { StartFailed } from "./StartFailed.ts"

/** A login and what it may do; everything by default. */
export interface LoginOptions {
  readonly username: string
  readonly password: string
  readonly roles?: ReadonlyArray<Credentials.Role> | undefined
  /** Patterns of the terminals that it may use, such as `shop-12-*`; all by default. */
  readonly terminals?: ReadonlyArray<string> | undefined
  /** Its own login at the service that a relay asks. */
  readonly relay?:
    | { readonly username: string; readonly password: string; readonly passphrase?: string | undefined }
    | undefined
}

/** How the logins of a server are given. */
export interface LoginsOptions {
  /** One login for everything. */
  readonly credentials?: { readonly username: string; readonly password: string } | undefined
  /** Several logins, each with what it may do; instead of `credentials`. */
  readonly logins?: ReadonlyArray<LoginOptions> | undefined
}

const HOW =
  "set a username and a password (--credentials FILE, or HIPAY_POS_USERNAME and HIPAY_POS_PASSWORD; in code: credentials)"

/** The logins of a mock. The public default login is accepted on loopback only. */
export const loginsOf = (options: LoginsOptions, host: string): ReadonlyArray<Credentials.Credentials> => {
  const logins = given(options)
  if (logins.length === 0 && isLoopback(host)) return [Credentials.defaults]
  if (logins.length === 0 || (!isLoopback(host) && logins.some(isDefault))) {
    throw new StartFailed({
      problem: `${host} is not a loopback address, and the default login is public: ${HOW}`
    })
  }
  return logins
}

/** The logins of a gateway: its own, wherever it listens. */
export const ownLoginsOf = (options: LoginsOptions): ReadonlyArray<Credentials.Credentials> => {
  const logins = given(options)
  if (logins.length === 0 || logins.some(isDefault)) {
    throw new StartFailed({
      problem: `a gateway takes real payments, and the default login is public: ${HOW}`
    })
  }
  return logins
}

const given = ({ credentials, logins = credentials === undefined ? [] : [credentials] }: LoginsOptions) =>
  logins.map((login) => ({ ...login, password: Redacted.make(login.password) }))

const isDefault = ({ username, password }: Credentials.Credentials): boolean =>
  username === Credentials.defaults.username &&
  Redacted.value(password) === Redacted.value(Credentials.defaults.password)
