/**
 * Sessions of the pages: a cookie stands for an authenticated login. Kept in memory: after a restart people
 * sign in again.
 */
import * as Result from "effect/Result"
import { BoundedMap } from "../BoundedMap.ts"
import type { Login } from "./Credentials.ts"

/** The sessions of one server. */
export interface Sessions {
  /** Starts a session: the value of its cookie. */
  readonly open: (login: Login) => string
  readonly find: (token: string) => Login | undefined
  readonly end: (token: string) => void
}

/** Sessions that end after `idle` milliseconds without use; 12 hours by default. The last `capacity` are kept. */
export const makeSessions = (now: () => number, { idle = 12 * 3_600_000, capacity = 1_000 } = {}): Sessions => {
  // In the order of their last use.
  const sessions = new BoundedMap<{ readonly login: Login; readonly usedAt: number }>({
    entries: capacity,
    bytes: 0,
    sizeOf: () => 0
  })
  return {
    open: (login) => {
      const token = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32)))).replace(/\W/g, "")
      sessions.set(token, { login, usedAt: now() })
      return token
    },
    find: (token) => {
      const session = sessions.get(token)
      if (session === undefined) return undefined
      sessions.delete(token)
      if (now() - session.usedAt > idle) return undefined
      sessions.set(token, { ...session, usedAt: now() })
      return session.login
    },
    end: (token) => {
      sessions.delete(token)
    }
  }
}

/** The body of a sign-in. */
export interface SignIn {
  readonly username: string
  readonly password: string
  readonly space: string
}

/** Decodes a sign-in, or says what is wrong with it; never quotes it. */
export const decodeSignIn = (json: unknown): Result.Result<SignIn, string> => {
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    return Result.fail(`expected an object with username and password, got ${kindOf(json)}`)
  }
  const { username, password, space = "", ...others } = json as Readonly<Record<string, unknown>>
  const [unknown] = Object.keys(others)
  if (unknown !== undefined) {
    return Result.fail(`${unknown}: no such name is known here; expected username, password and space`)
  }
  if (typeof username !== "string") return Result.fail(`username: expected a text, got ${kindOf(username)}`)
  if (typeof password !== "string") return Result.fail(`password: expected a text, got ${kindOf(password)}`)
  if (typeof space !== "string") return Result.fail(`space: expected a text, got ${kindOf(space)}`)
  return Result.succeed({ username, password, space })
}

const kindOf = (value: unknown): string => {
  if (value === undefined) return "nothing"
  if (value === null) return "null"
  if (Array.isArray(value)) return "a list"
  return typeof value === "object" ? "an object" : `a ${typeof value}`
}
