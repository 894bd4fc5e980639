/** The attempts of a server over HTTP: list, one, their events, and what ends an unknown one. */
import type * as BusinessDay from "@hipay-pos/core/BusinessDay"
import type * as Effect from "effect/Effect"
import type { Context, Hono } from "hono"
import * as AttemptRoutes from "../attempts/attemptRoutes.ts"
import type { Answer } from "../render/Answer.ts"
import { toProblem } from "../render/problems.ts"
import { eventStreamHeaders } from "./eventStream.ts"
import { type Authenticated, type Env, headerOf } from "./HonoEnv.ts"
import { readJson } from "./requestBody.ts"

/** What the routes use of the app. */
export interface AttemptsApiOptions {
  /** Runs what cannot fail. */
  readonly run: <A>(effect: Effect.Effect<A>) => Promise<A>
  readonly authenticated: Authenticated
  readonly send: (c: Context<Env>, answer: Answer) => Response
  readonly commonHeaders: (c: Context<Env>) => Readonly<Record<string, string>>
  /** Aborted when the server shuts down: event streams end. */
  readonly closing: AbortSignal
  /** In bytes. */
  readonly bodyLimit: number
  readonly days: BusinessDay.BusinessDay
  readonly locale: string | undefined
}

/** Adds the routes below `/attempts`. */
export const attemptsApi = (
  app: Hono<Env>,
  { run, authenticated, send, commonHeaders, closing, bodyLimit, days, locale }: AttemptsApiOptions
): void => {
  app.use("/attempts/*", authenticated())
  app.get("/attempts", async (c) =>
    send(c, await run(AttemptRoutes.listAttempts(c.var, c.req.query(), { days, locale })))
  )
  // HEAD does not start a stream: it would never be ended.
  app.on("HEAD", ["/attempts/events", "/attempts/:id/events"], (c) =>
    send(c, { status: 200, headers: eventStreamHeaders, body: undefined })
  )
  app.get("/attempts/events", async (c) => {
    const stream = await run(AttemptRoutes.attemptEvents(c.var, lastSeen(c), { closing, headers: commonHeaders(c) }))
    return stream instanceof Response ? stream : send(c, stream)
  })
  app.get("/attempts/:id", async (c) => send(c, await run(AttemptRoutes.showAttempt(c.var, c.req.param("id")))))
  app.get("/attempts/:id/events", async (c) => {
    const stream = await run(
      AttemptRoutes.oneAttemptEvents(c.var, c.req.param("id"), { closing, headers: commonHeaders(c) })
    )
    return stream instanceof Response ? stream : send(c, stream)
  })
  app.post("/attempts/:id/resolve", authenticated("resolve"), async (c) => {
    const body = await readJson(c.req.raw, bodyLimit, (name) => headerOf(c, name))
    if (body._tag !== "Json") return send(c, toProblem(body))
    return send(c, await run(AttemptRoutes.resolveAttempt(c.var, c.req.param("id"), body.json)))
  })

  app.post("/attempts/:id/ask", authenticated("resolve"), async (c) =>
    send(c, await run(AttemptRoutes.askTerminal(c.var, c.req.param("id"))))
  )
}

/** The number of the last event that a caller saw. */
const lastSeen = (c: Context<Env>): number | undefined => {
  const text = headerOf(c, "last-event-id") ?? c.req.query("last")
  return text !== undefined && /^\d{1,16}$/.test(text) ? Number(text) : undefined
}
