/** Signing in to the pages, showing who is signed in, and signing out. */
import type { BusinessDay } from "@hipay-pos/core/BusinessDay"
import * as CardNumber from "@hipay-pos/core/CardNumber"
import type { ServerMode, Session } from "@hipay-pos/core/wire/Session"
import * as Result from "effect/Result"
import { Hono } from "hono"
import { done, ok } from "../render/Answer.ts"
import { toProblem } from "../render/problems.ts"
import type { Authentication } from "./authentication.ts"
import type { Check } from "./Credentials.ts"
import type { Features } from "./Features.ts"
import { type Env, headerOf } from "./HonoEnv.ts"
import type { RouteTools } from "./RouteTools.ts"
import { readJson } from "./requestBody.ts"
import { type SessionCookie, sessionTokenOf } from "./sessionCookie.ts"
import { decodeSignIn, type Sessions } from "./sessions.ts"
import type { SpaceNamed } from "./spaceOf.ts"

/** What the routes work with. */
export interface SessionRoutesOptions {
  readonly check: Check
  readonly sessions: Sessions
  readonly cookie: SessionCookie
  readonly beforeLogin: Authentication["beforeLogin"]
  readonly reportLogin: Authentication["reportLogin"]
  readonly refuseLogin: Authentication["refuseLogin"]
  readonly spaceNamed: SpaceNamed
  readonly mode: ServerMode
  readonly version: string
  readonly days: BusinessDay | undefined
  readonly features: Features
  /** Whether an examination runs in front of this app. */
  readonly examination: boolean
}

/** The routes at `/session`. */
export const sessionRoutes = ({ authenticated, send }: RouteTools, options: SessionRoutesOptions): Hono<Env> => {
  const { check, sessions, cookie, beforeLogin, reportLogin, refuseLogin, spaceNamed, mode, version, days, features } =
    options
  const app = new Hono<Env>()

  app.post("/", async (c) => {
    const body = await readJson(c.req.raw, 4_096, (name) => headerOf(c, name))
    if (body._tag !== "Json") return send(c, toProblem(body))
    const signIn = decodeSignIn(body.json)
    if (Result.isFailure(signIn)) return send(c, toProblem({ _tag: "MalformedRequest", detail: signIn.failure }))
    const { username, password, space } = signIn.success
    await beforeLogin(c, username)
    const login = check.pair(username, password)
    if (login === undefined) return send(c, await refuseLogin(c, username))
    reportLogin(c, login)
    const named = await spaceNamed(login.space || CardNumber.maskWritten(space))
    if (Result.isFailure(named)) return send(c, toProblem(named.failure))
    const token = sessions.open({ ...login, space: named.success.name }, password)
    return send(c, done(cookie(token)))
  })
  app.get("/", authenticated(), (c) => {
    const { username, roles, terminal } = c.get("login")
    const now = new Date(c.get("space").now()).toISOString()
    const own = days && { timeZone: days.timeZone, dayStarts: days.startsAt }
    return send(
      c,
      ok({
        login: username,
        roles: [...roles],
        mode,
        space: c.get("space").name,
        version,
        now,
        ...(features.relays ? { relays: true } : {}),
        ...(features.shared ? { shared: true } : {}),
        ...(options.examination ? { examination: true } : {}),
        ...own,
        ...(terminal === undefined ? {} : { terminal })
      } satisfies Session)
    )
  })
  app.delete("/", (c) => {
    sessions.end(sessionTokenOf(c) ?? "")
    return send(c, done(cookie("", { maxAge: 0 })))
  })
  return app
}
