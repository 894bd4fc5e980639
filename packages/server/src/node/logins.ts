/** A starting server's logins. */
import { isLoopback } from "@hipay-pos/core/Host"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { CommonOptions } from "../AppOptions.ts"
import * as Credentials from "../http/Credentials.ts"
import { EXACTLY, faultsIn, LoginFields } from "./loginFields.ts"
import { StartFailed } from "./StartFailed.ts"

/** A login and its rights; all rights by default. */
export interface LoginOptions {
  readonly username: string
  readonly password: string
  readonly roles?: ReadonlyArray<Credentials.Role> | undefined
  /** Patterns of the terminals that it may use, such as `shop-12-*`; all by default. */
  readonly terminals?: ReadonlyArray<string> | undefined
  /** Its login at the service that a relay asks. */
  readonly relay?:
    | { readonly username: string; readonly password: string; readonly passphrase?: string | undefined }
    | undefined
}

/** The ways to give a server's logins. */
export interface LoginsOptions {
  /** One login for everything. */
  readonly credentials?: { readonly username: string; readonly password: string } | undefined
  /** Several logins, each with its rights; instead of `credentials`. */
  readonly logins?: ReadonlyArray<LoginOptions> | undefined
}

const HOW =
  "set a username and a password (--credentials FILE, or HIPAY_POS_USERNAME and HIPAY_POS_PASSWORD; in code: credentials)"

/** A mock's logins. The public default login is accepted only on loopback. */
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

/** A gateway's logins. They have to be its own, wherever it listens. */
export const ownLoginsOf = (options: LoginsOptions): ReadonlyArray<Credentials.Credentials> => {
  const logins = given(options)
  if (logins.length === 0 || logins.some(isDefault)) {
    throw new StartFailed({
      problem: `a gateway takes real payments, and the default login is public: ${HOW}`
    })
  }
  return logins
}

/**
 * The logins that were given. A program without types, or a variable that is not set, may give anything: the password
 * `undefined` would be easy to guess.
 */
const given = ({ credentials, logins = credentials === undefined ? [] : [credentials] }: LoginsOptions) => {
  const checked = decode({ logins })
  if (Result.isSuccess(checked)) {
    return checked.success.logins.map((login) => ({ ...login, password: Redacted.make(login.password) }))
  }
  const [fault = ""] = faultsIn(checked.failure)
  const one = credentials !== undefined && logins[0] === credentials
  throw new StartFailed({ problem: one ? fault.replace("logins[0]", "credentials") : fault })
}

const decode = Schema.decodeUnknownResult(Schema.Struct({ logins: Schema.Array(LoginFields) }), EXACTLY)

/** Whether a server has no login but the public one, so that there is nothing to guess. */
export const isPublic = (logins: CommonOptions["credentials"]): boolean =>
  typeof logins !== "function" && logins.every(isDefault)

const isDefault = ({ username, password }: Credentials.Credentials): boolean =>
  username === Credentials.defaults.username &&
  Redacted.value(password) === Redacted.value(Credentials.defaults.password)
