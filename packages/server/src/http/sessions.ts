/**
 * Sessions of the pages: a cookie represents an authenticated login. A session ends when its login is removed or gets another
 * password.
 *
 * A single server keeps its sessions in memory, so people sign in again after a restart. Servers behind one name sign the cookie
 * with a shared secret, so that each accepts the others' cookies.
 */
import * as ConstantTime from "@hipay-pos/core/ConstantTime"
import { isObject } from "@hipay-pos/core/JsonObject"
import type { SignIn } from "@hipay-pos/core/wire/Session"
import * as Base64Url from "effect/encoding/Base64Url"
import * as Result from "effect/Result"
import { BoundedMap } from "../BoundedMap.ts"
import type { Check, Login } from "./Credentials.ts"

/** The sessions of one server. */
export interface Sessions {
  /** Starts a session and returns its cookie's value. Without a password, the session holds the login itself, in memory only. */
  readonly open: (login: Login, password?: string) => string
  /** Finds a session and extends it. */
  readonly find: (cookie: string) => Session | undefined
  /** The login of a session, without extending it. */
  readonly look: (cookie: string) => Login | undefined
  readonly end: (cookie: string) => void
}

/** A session that was found. */
export interface Session {
  readonly login: Login
  /** A new cookie, if it is time for one. */
  readonly renewed?: string
}

/** What sessions work with. */
export interface SessionsOptions {
  readonly check: Pick<Check, "again" | "secretsOf">
  readonly now: () => number
  /** Signs cookies, for servers that share a secret; sessions are kept in memory by default. */
  readonly sign?: ((text: string) => string) | undefined
  /** How long a session lasts without use, in milliseconds; 12 hours by default. */
  readonly idle?: number
  /** The most sessions kept in memory. */
  readonly capacity?: number
}

/** Makes the sessions of one server. */
export const makeSessions = (options: SessionsOptions): Sessions =>
  options.sign === undefined ? inMemory(options) : signed({ ...options, sign: options.sign })

const IDLE = 12 * 3_600_000

/** Sessions in memory. */
const inMemory = ({ check, now, idle = IDLE, capacity = 1_000 }: SessionsOptions): Sessions => {
  // Least recently used first.
  const sessions = new BoundedMap<{
    readonly login: Login
    readonly secret: string | undefined
    readonly usedAt: number
  }>({ entries: capacity })
  const look: Sessions["look"] = (token) => {
    const session = sessions.get(token)
    if (session === undefined || now() - session.usedAt > idle) return undefined
    const { secret } = session
    const login = secret === undefined ? session.login : check.again(secret)
    return login && { ...login, space: session.login.space }
  }
  return {
    open: (login, password) => {
      const token = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32)))).replace(/\W/g, "")
      const { username } = login
      const secret =
        password === undefined ? undefined : check.secretsOf(username).find((each) => isOf(each, username, password))
      if (secret !== undefined || password === undefined) sessions.set(token, { login, secret, usedAt: now() })
      return token
    },
    find: (token) => {
      const session = sessions.get(token)
      const login = look(token)
      sessions.delete(token)
      if (session === undefined || login === undefined) return undefined
      sessions.set(token, { ...session, usedAt: now() })
      return { login }
    },
    look,
    end: (token) => {
      sessions.delete(token)
    }
  }
}

/**
 * Sessions in the cookie itself: claims, and a signature that a new password invalidates. A renewed cookie keeps the session's
 * id, so that ending it invalidates all of its cookies.
 */
const signed = ({
  check,
  now,
  sign,
  idle = IDLE,
  capacity = 1_000
}: SessionsOptions & { readonly sign: (text: string) => string }): Sessions => {
  const ended = new BoundedMap<true>({ entries: capacity })
  const make = ({ username, space }: Login, secret: string, id: string): string => {
    const claims = Base64Url.encode(JSON.stringify([username, space, now(), id]))
    return `${claims}.${sign(`${claims}\n${secret}`)}`
  }
  /** The claims of a valid cookie, and the secret that it is signed with. */
  const read = (cookie: string) => {
    const [text = "", signature = "", ...others] = cookie.split(".")
    const claims = readClaims(text)
    if (others.length > 0 || claims === undefined || ended.has(claims.id) || now() - claims.at > idle) return undefined
    const secret = check
      .secretsOf(claims.username)
      .find((each) => ConstantTime.isEqual(sign(`${text}\n${each}`), signature))
    const login = secret === undefined ? undefined : check.again(secret)
    return secret === undefined || login === undefined
      ? undefined
      : { ...claims, secret, login: { ...login, space: claims.space } }
  }
  return {
    open: (login, password) => {
      const secret =
        password === undefined
          ? undefined
          : check.secretsOf(login.username).find((each) => isOf(each, login.username, password))
      return secret === undefined ? "" : make(login, secret, crypto.randomUUID())
    },
    find: (cookie) => {
      const session = read(cookie)
      if (session === undefined) return undefined
      const { login, secret, id, at } = session
      return now() - at > idle / 12 ? { login, renewed: make(login, secret, id) } : { login }
    },
    look: (cookie) => read(cookie)?.login,
    end: (cookie) => {
      const session = read(cookie)
      // Only cookies signed here are remembered: others could evict them.
      if (session !== undefined) ended.set(session.id, true)
    }
  }
}

const readClaims = (text: string) => {
  try {
    const claims = Result.getOrThrow(Base64Url.decodeString(text))
    const [username, space, at, id] = JSON.parse(claims) as ReadonlyArray<unknown>
    return typeof username === "string" && typeof space === "string" && typeof at === "number" && typeof id === "string"
      ? { username, space, at, id }
      : undefined
  } catch {
    return undefined
  }
}

const isOf = (secret: string, username: string, password: string): boolean =>
  secret === String.fromCharCode(...new TextEncoder().encode(`${username}:${password}`))

/** Decodes a sign-in, or returns what is wrong with it; unlike the schema's own errors, never quotes it. */
export const decodeSignIn = (json: unknown): Result.Result<Required<SignIn>, string> => {
  if (!isObject(json)) {
    return Result.fail(`expected an object with username and password, got ${kindOf(json)}`)
  }
  const { username, password, space = "", ...others } = json
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
