/** The attempts of a server over HTTP: the list, one attempt, their events, and ending an unknown one. */
import type * as BusinessDay from "@hipay-pos/core/BusinessDay"
import type * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { type Context, Hono } from "hono"
import { toProblem } from "../render/problems.ts"
import * as Answers from "./answerAttempts.ts"
import type { Authentication } from "./authentication.ts"
import { eventStreamHeaders, type WatchLogins } from "./eventStream.ts"
import { disconnect, type Env, headerOf } from "./HonoEnv.ts"
import type { RouteTools } from "./RouteTools.ts"
import { readQuery } from "./readQuery.ts"
import { readJson } from "./requestBody.ts"

/** How attempts are shown. */
export interface AttemptRoutesOptions {
  /** Runs effects that cannot fail. */
  readonly run: <A>(effect: Effect.Effect<A>) => Promise<A>
  /** Aborted when the server shuts down: event streams end. */
  readonly closing: AbortSignal
  readonly isStillAllowed: Authentication["isStillAllowed"]
  readonly watchLogins: WatchLogins | undefined
  /** The largest body, in bytes. */
  readonly bodyLimit: number
  readonly days: BusinessDay.BusinessDay
  readonly locale: string | undefined
}

/** The routes at `/attempts`. */
export const attemptRoutes = (
  { authenticated, send, commonHeaders }: RouteTools,
  { run, closing, isStillAllowed, watchLogins, bodyLimit, days, locale }: AttemptRoutesOptions
): Hono<Env> => {
  const app = new Hono<Env>()
  app.use(authenticated())
  app.get("/", async (c) => {
    const read = readQuery(c)
    if (Result.isFailure(read)) return send(c, toProblem(read.failure))
    // The space has been found already.
    const { space: _, ...query } = read.success
    return send(c, await run(Answers.listAttempts(c.var, query, { days, locale })))
  })
  const streamOptions = (c: Context<Env>) => ({
    closing,
    isAllowed: () => isStillAllowed(c),
    watchLogins,
    headers: commonHeaders(c),
    disconnect: () => disconnect(c)
  })
  // HEAD must not start a stream, which would never end.
  app.on("HEAD", ["/events", "/:id/events"], (c) =>
    send(c, { status: 200, headers: eventStreamHeaders, body: undefined })
  )
  app.get("/events", async (c) => {
    const stream = await run(Answers.attemptEvents(c.var, lastSeen(c), streamOptions(c)))
    return stream instanceof Response ? stream : send(c, stream)
  })
  app.get("/:id", async (c) => send(c, await run(Answers.showAttempt(c.var, c.req.param("id")))))
  app.get("/:id/events", async (c) => {
    const stream = await run(Answers.oneAttemptEvents(c.var, c.req.param("id"), streamOptions(c)))
    return stream instanceof Response ? stream : send(c, stream)
  })
  app.post("/:id/resolve", authenticated("resolve"), async (c) => {
    const body = await readJson(c.req.raw, bodyLimit, (name) => headerOf(c, name))
    if (body._tag !== "Json") return send(c, toProblem(body))
    return send(c, await run(Answers.resolveAttempt(c.var, c.req.param("id"), body.json)))
  })
  app.post("/:id/ask", authenticated("resolve"), async (c) =>
    send(c, await run(Answers.askTerminal(c.var, c.req.param("id"))))
  )
  return app
}

/** The number of the last event that the caller saw. */
const lastSeen = (c: Context<Env>): number | undefined => {
  const text = headerOf(c, "last-event-id") ?? c.req.query("last")
  return text !== undefined && /^\d{1,16}$/.test(text) ? Number(text) : undefined
}
