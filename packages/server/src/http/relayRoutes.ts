/** A relay's routes about the service behind it: its health, the relay's login there, and unknown parts of its answers. */

import { defined } from "@hipay-pos/core/Defined"
import type { Drift } from "@hipay-pos/core/wire/Drift"
import type { UpstreamLogin } from "@hipay-pos/core/wire/UpstreamLogin"
import * as Effect from "effect/Effect"
import { Hono } from "hono"
import { type Answer, ok } from "../render/Answer.ts"
import { toProblem } from "../render/problems.ts"
import type { Relay } from "../terminals/Relay.ts"
import { addressOf, type Env } from "./HonoEnv.ts"
import type { Responder, RouteTools } from "./RouteTools.ts"
import { readBytes } from "./requestBody.ts"

/** The routes about the service behind a relay, for the server's own logins. */
export const relayRoutes = ({ authenticated, send }: RouteTools, relay: Relay): Hono<Env> => {
  const app = new Hono<Env>()
  // It covers the orders of all shops.
  app.get("/drift", authenticated("read", { allTerminals: true }), async (c) =>
    send(c, await Effect.runPromise(driftAnswer(relay)))
  )
  app.get("/upstream", authenticated(), async (c) => {
    const { upstream, ownLogin, health } = relay
    const [login, { isUp, problem, lastGoodAnswer: ago }] = await Promise.all([
      ownLogin(c.var.login.username),
      health()
    ])
    const lastGoodAnswer = ago === undefined ? undefined : new Date(Date.now() - ago * 1_000).toISOString()
    const answer: UpstreamLogin = { upstream, ...login, health: { up: isUp, ...defined({ problem, lastGoodAnswer }) } }
    return send(c, ok(answer))
  })
  return app
}

/** The longest notification that is read, in bytes: HiPay's have a few thousand. */
export const LONGEST_NOTIFICATION = 64 * 1024

/**
 * The routes for HiPay's notifications. They need no login: the signature is the proof. Answers are only a status, so they tell a
 * stranger nothing.
 */
export const notificationRoutes = ({ send }: Responder, receive: NonNullable<Relay["receive"]>): Hono<Env> => {
  const app = new Hono<Env>()
  for (const path of ["/", "/:path"]) {
    app.post(path, async (c) => {
      const body = await readBytes(c.req.raw, LONGEST_NOTIFICATION).catch(() => "cut" as const)
      if (body === "cut") return send(c, statusOnly(400))
      if (body === undefined) return send(c, statusOnly(413))
      const delivery = { body, headers: c.req.raw.headers, path: c.req.param("path"), address: addressOf(c) }
      return send(c, statusOnly(await receive(delivery)))
    })
    app.all(path, (c) => send(c, statusOnly(405, { Allow: "POST" })))
  }
  return app
}

const statusOnly = (status: number, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  headers,
  body: undefined
})

/** The first line, `up`, is about the relay itself; the second is about the service behind it. */
export const relayHealth = async ({ upstream, health }: Relay): Promise<string> => {
  const { isUp, problem, lastGoodAnswer } = await health()
  const state = isUp ? "up" : `down (${problem ?? "no reason given"})`
  const last = lastGoodAnswer === undefined ? "no good answer yet" : `last good answer ${lastGoodAnswer} s ago`
  return `up\nupstream ${upstream}: ${state}, ${last}\n`
}

/** The answer to `GET /drift`. */
const driftAnswer = ({ upstream, drift }: Relay): Effect.Effect<Answer> =>
  Effect.match(drift, {
    onSuccess: (entries) => ok({ upstream, drift: entries } satisfies Drift),
    onFailure: (failed) => toProblem({ _tag: "StoreUnreadable", failed })
  })
