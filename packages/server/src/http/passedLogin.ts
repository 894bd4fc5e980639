/**
 * Logins that a relay passes on: this server does not know them and asks the service behind it. They may pay and see their own
 * attempts; everything else needs one of this server's own logins.
 *
 * If the name is one of this server's logins, the service is never asked: its password, even mistyped, must not leave.
 */
import type { Relay } from "../terminals/Relay.ts"
import type { Check, Login } from "./Credentials.ts"

/** The service could not be asked about a login. */
export interface Unchecked {
  readonly username: string
  /** Why, as the end of a sentence. */
  readonly problem: string
}

/** Finds the login in an `Authorization` header; undefined if there is none, or the service does not know it. */
export const makePassedLogin =
  (checkLogin: Relay["checkLogin"], { usernameIn, meant }: Pick<Check, "usernameIn" | "meant">) =>
  async (header: string | undefined, purpose: "order" | "question"): Promise<Login | Unchecked | undefined> => {
    if (header === undefined || checkLogin === undefined) return undefined
    const username = usernameIn(header)
    if (username === undefined || meant(username) !== undefined) return undefined
    const checked = await checkLogin(header, purpose)
    if (typeof checked === "object") return { username, ...checked }
    return checked === "known" ? { username, roles: new Set(["pay"]), space: "", isPassed: true } : undefined
  }
