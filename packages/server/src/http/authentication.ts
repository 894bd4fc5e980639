/**
 * Who calls: a login by the header `Authorization`, by the session of a page, or known to the service behind a relay only.
 * Callers without one are answered here, and wrong guesses are reported and delayed.
 */
import * as Result from "effect/Result"
import type { Context } from "hono"
import type { Answer } from "../render/Answer.ts"
import { toProblem } from "../render/problems.ts"
import type { Listener } from "../ServerEvent.ts"
import type { Relay } from "../terminals/Relay.ts"
import type { Check, Login } from "./Credentials.ts"
import { addressOf, connectionOf, type Env, headerOf } from "./HonoEnv.ts"
import { ORDER } from "./orderRoute.ts"
import { makePassedLogin, type Unchecked } from "./passedLogin.ts"
import type { Authenticated, Responder } from "./RouteTools.ts"
import { sessionTokenOf } from "./sessionCookie.ts"
import type { Sessions } from "./sessions.ts"
import type { SpaceOf } from "./spaceOf.ts"
import * as TerminalPass from "./terminalPass.ts"

/** What logins are found with. */
export interface AuthenticationOptions {
  readonly check: Check
  readonly sessions: Sessions
  readonly spaceOf: SpaceOf
  readonly send: Responder["send"]
  readonly emit: Listener
  readonly checkLogin: Relay["checkLogin"]
  /** Where the control routes are, if anywhere. */
  readonly controlPath: string | undefined
  /** Called with the connection of each request whose login is correct. */
  readonly onLogin: ((connection: object) => void) | undefined
  /** Delays the refusal of a wrong login. */
  readonly beforeRefusal:
    | ((guess: { readonly address: string | undefined; readonly username: string | undefined }) => Promise<void>)
    | undefined
}

/** The logins of requests. */
export interface Authentication {
  readonly authenticated: Authenticated
  /** The caller's login, by header or by session cookie. */
  readonly callerOf: (c: Context<Env>) => Login | undefined
  /** The caller's login, where only the service behind a relay knows it. */
  readonly passedLoginOf: (c: Context<Env>, purpose: "order" | "question") => Promise<Login | Unchecked | undefined>
  /** The answer to missing or wrong credentials; `typed` is the username of a sign-in. */
  readonly refuseLogin: (c: Context<Env>, typed?: string) => Promise<Answer>
}

export const makeAuthentication = (options: AuthenticationOptions): Authentication => {
  const { check, sessions, spaceOf, send, emit, controlPath, onLogin, beforeRefusal } = options

  const reportLogin = (c: Context<Env>) => {
    const connection = connectionOf(c)
    if (connection !== undefined) onLogin?.(connection)
  }

  const callerOf = (c: Context<Env>): Login | undefined => {
    const header = headerOf(c, "authorization")
    const token = header === undefined ? sessionTokenOf(c) : undefined
    const session = token === undefined ? undefined : sessions.find(token)
    if (session?.renewed !== undefined) c.set("renewedSession", session.renewed)
    const login = header === undefined ? session?.login : check.header(header)
    if (login !== undefined) reportLogin(c)
    return login
  }

  const passedLogin = makePassedLogin(options.checkLogin, check)
  const passedLoginOf: Authentication["passedLoginOf"] = async (c, purpose) => {
    const login = await passedLogin(headerOf(c, "authorization"), purpose)
    if (login !== undefined && !("problem" in login)) reportLogin(c)
    return login
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
      if (wrong) await beforeRefusal?.({ address: addressOf(c), username: login ?? username })
    }
    const { headers, ...answer } = toProblem({ _tag: "Unauthorized" })
    // The console signs in by itself: to its calls, a browser must not open its own login window.
    const page = path === "/session" || sessionTokenOf(c) !== undefined || headerOf(c, "x-requested-with") !== undefined
    return page || headers === undefined ? answer : { ...answer, headers }
  }

  const authenticated: Authenticated =
    (role, { allTerminals = false } = {}) =>
    async (c, next) => {
      const login = callerOf(c) ?? (await passedLoginOf(c, "question"))
      if (login === undefined) return send(c, await refuseLogin(c))
      if ("problem" in login) return send(c, toProblem({ _tag: "CallerUnchecked", detail: login.problem }))
      const needed = TerminalPass.allows(login, c.req, controlPath) ? role : "read"
      if (needed !== undefined && !login.roles.has(needed))
        return send(c, toProblem({ _tag: "Forbidden", role: needed }))
      if (allTerminals && login.terminals !== undefined) return send(c, toProblem({ _tag: "SomeTerminalsOnly" }))
      const space = await spaceOf(c, login)
      if (Result.isFailure(space)) return send(c, toProblem(space.failure))
      c.set("login", login)
      c.set("space", space.success)
      return next()
    }

  return { authenticated, callerOf, passedLoginOf, refuseLogin }
}
