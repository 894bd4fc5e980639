/**
 * Identifies the caller: by the `Authorization` header, by a page's session, or as known only to the service behind a relay.
 * Answers callers without a login. Reports wrong guesses; when there are many, callers wait, but no payment does.
 */
import * as CardNumber from "@hipay-pos/core/CardNumber"
import * as Result from "effect/Result"
import type { Context } from "hono"
import type { Answer } from "../render/Answer.ts"
import { toProblem } from "../render/problems.ts"
import type { Listener } from "../ServerEvent.ts"
import type { Relay } from "../terminals/Relay.ts"
import { type Check, isSame, type Login, type Role } from "./Credentials.ts"
import { addressOf, connectionOf, type Env, headerOf } from "./HonoEnv.ts"
import { ORDER } from "./orderRoute.ts"
import { makePassedLogin, type Unchecked } from "./passedLogin.ts"
import type { Authenticated, Responder } from "./RouteTools.ts"
import { sessionTokenOf } from "./sessionCookie.ts"
import type { Sessions } from "./sessions.ts"
import type { SpaceOf } from "./spaceOf.ts"
import * as TerminalPass from "./terminalPass.ts"

/** What authentication works with. */
export interface AuthenticationOptions {
  readonly check: Check
  readonly sessions: Sessions
  readonly spaceOf: SpaceOf
  readonly send: Responder["send"]
  readonly emit: Listener
  readonly checkLogin: Relay["checkLogin"]
  /** The path of the control routes, if there are any. */
  readonly controlPath: string | undefined
  /** Called with the connection of each request that has a valid login. */
  readonly onLogin: ((connection: object, username: string) => void) | undefined
  readonly loginThrottle: LoginThrottle | undefined
}

/** The address and username of a caller; undefined if not known. */
export interface LoginCaller {
  readonly address?: string | undefined
  readonly username?: string | undefined
  readonly connection?: object | undefined
}

/** Slows down guessing. */
export interface LoginThrottle {
  /** Whether a caller on this connection may have to wait. */
  readonly looksAt: (connection: object | undefined) => boolean
  /** Delays the check of a login, right or wrong alike. An order is paid meanwhile; whatever asks no terminal waits. */
  readonly beforeCheck: (caller: LoginCaller) => Promise<void>
  readonly onRight: (connection: object, username: string, address: () => string | undefined) => void
  readonly onWrong: (caller: LoginCaller) => Promise<void>
}

/** Authenticates requests. */
export interface Authentication {
  readonly authenticated: Authenticated
  /** Waits while logins are guessed; called before {@link callerOf}. `typed` is the username of a sign-in. */
  readonly beforeLogin: (c: Context<Env>, typed?: string) => Promise<void> | undefined
  /** Reports that the login is valid, so that its connection counts as one that has shown a login. */
  readonly reportLogin: (c: Context<Env>, login: Login) => void
  /** The caller's login, by header or session cookie; the handler reports it with `reportLogin`. */
  readonly callerOf: (c: Context<Env>) => Login | undefined
  /** Whether the caller of a request in progress still has the rights that it began with. */
  readonly isStillAllowed: (c: Context<Env>) => Promise<boolean>
  /** The caller's login, if only the service behind a relay knows it. */
  readonly passedLoginOf: (c: Context<Env>, purpose: "order" | "question") => Promise<Login | Unchecked | undefined>
  /** The answer to missing or wrong credentials; `typed` is the username of a sign-in. */
  readonly refuseLogin: (c: Context<Env>, typed?: string) => Promise<Answer>
}

/** The most characters of a path that are reported; an attempt's path has far fewer. */
const LONGEST_PATH = 100

export const makeAuthentication = (options: AuthenticationOptions): Authentication => {
  const { check, sessions, spaceOf, send, emit, controlPath, onLogin, loginThrottle } = options

  const reportLogin: Authentication["reportLogin"] = (c, { username }) => {
    const connection = connectionOf(c)
    if (connection === undefined) return
    onLogin?.(connection, username)
    loginThrottle?.onRight(connection, username, () => addressOf(c))
  }

  const guessOf = (c: Context<Env>, username: string | undefined): LoginCaller => ({
    address: addressOf(c),
    username: username === undefined ? undefined : (check.meant(username) ?? username),
    connection: connectionOf(c)
  })

  const beforeLogin: Authentication["beforeLogin"] = (c, typed) => {
    if (!loginThrottle?.looksAt(connectionOf(c))) return undefined
    const header = headerOf(c, "authorization")
    // Sessions cannot be guessed.
    if (header === undefined && typed === undefined) return undefined
    return loginThrottle.beforeCheck(guessOf(c, typed ?? check.usernameIn(header ?? "")))
  }

  const callerOf = (c: Context<Env>): Login | undefined => {
    const header = headerOf(c, "authorization")
    const token = header === undefined ? sessionTokenOf(c) : undefined
    const session = token === undefined ? undefined : sessions.find(token)
    if (session?.renewed !== undefined) c.set("renewedSession", session.renewed)
    return header === undefined ? session?.login : check.header(header)
  }

  const passedLogin = makePassedLogin(options.checkLogin, check)
  const passedLoginOf: Authentication["passedLoginOf"] = async (c, purpose) => {
    const login = await passedLogin(headerOf(c, "authorization"), purpose)
    if (login !== undefined && !("problem" in login)) reportLogin(c, login)
    return login
  }

  const isStillAllowed: Authentication["isStillAllowed"] = async (c) => {
    const began = c.get("login")
    const header = headerOf(c, "authorization")
    // A service that cannot be asked has not refused the login.
    if (began.isPassed) return (await passedLogin(header, "question")) !== undefined
    const login = header === undefined ? sessions.look(sessionTokenOf(c) ?? "") : check.header(header)
    return login !== undefined && isSame(login, began)
  }

  const refuseLogin = async (c: Context<Env>, typed?: string): Promise<Answer> => {
    const header = headerOf(c, "authorization")
    const path = c.req.path.replace(/\/$/, "")
    const wrong = header !== undefined || typed !== undefined
    if (wrong || path === ORDER) {
      const username = typed ?? check.usernameIn(header ?? "")
      const login = username === undefined ? undefined : check.meant(username)
      emit({
        _tag: "Unauthorized",
        requestId: c.get("requestId"),
        credentials: wrong ? "wrong" : "none",
        login,
        address: addressOf(c)
      })
      if (wrong) await loginThrottle?.onWrong(guessOf(c, username))
    }
    const { headers, ...answer } = toProblem({ _tag: "Unauthorized" })
    // The console has its own sign-in page: the browser must not open its login window for the console's calls.
    const page = path === "/session" || sessionTokenOf(c) !== undefined || headerOf(c, "x-requested-with") !== undefined
    return page || headers === undefined ? answer : { ...answer, headers }
  }

  const emitAction = (c: Context<Env>, role: Role | undefined, login: string, status: number) => {
    const { method, path } = c.req
    const isMock = controlPath !== undefined && `${path}/`.startsWith(`${controlPath}/`)
    if (isMock || (role !== "resolve" && role !== "control")) return
    const shown = CardNumber.maskedStart(path, LONGEST_PATH)
    emit({ _tag: "Action", requestId: c.get("requestId"), login, method, path: shown, status, address: addressOf(c) })
  }

  const authenticated: Authenticated =
    (role, { allTerminals = false } = {}) =>
    async (c, next) => {
      const answerTo = ({ username }: Login, answer: Answer) => {
        emitAction(c, role, username, answer.status)
        return send(c, answer)
      }
      await beforeLogin(c)
      const own = callerOf(c)
      if (own !== undefined) reportLogin(c, own)
      const login = own ?? (await passedLoginOf(c, "question"))
      if (login === undefined) return send(c, await refuseLogin(c))
      if ("problem" in login) return send(c, toProblem({ _tag: "CallerUnchecked", detail: login.problem }))
      const needed = TerminalPass.allows(login, c.req, controlPath) ? role : "read"
      if (needed !== undefined && !login.roles.has(needed))
        return answerTo(login, toProblem({ _tag: "Forbidden", role: needed }))
      if (allTerminals && login.terminals !== undefined)
        return answerTo(login, toProblem({ _tag: "SomeTerminalsOnly" }))
      const space = await spaceOf(c, login)
      if (Result.isFailure(space)) return send(c, toProblem(space.failure))
      c.set("login", login)
      c.set("space", space.success)
      await next()
      emitAction(c, role, login.username, c.res.status)
    }

  return { authenticated, beforeLogin, reportLogin, callerOf, isStillAllowed, passedLoginOf, refuseLogin }
}
