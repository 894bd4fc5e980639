/**
 * Logins that a relay hands on: this server does not know them, and asks the service behind it. They pay and see their own
 * attempts; what else there is to do is for this server's own logins.
 *
 * The name of a login of this server is never asked for there: its password, even a mistyped one, goes nowhere.
 */
import type { Relay } from "../terminals/Relay.ts"
import type { Check, Login } from "./Credentials.ts"

/** The service could not be asked for a login. */
export interface Unchecked {
  readonly username: string
  /** Why, as the end of a sentence. */
  readonly problem: string
}

/** Finds the login in a header `Authorization`; undefined where there is none, or the service does not know it. */
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
