/** What a relay says of the service behind it: its health, its login there, and what of its answers this toolkit does not know. */

import { defined } from "@hipay-pos/core/Defined"
import * as Effect from "effect/Effect"
import type { Context, Hono } from "hono"
import { type Answer, ok } from "../render/Answer.ts"
import { toProblem } from "../render/problems.ts"
import type { Relay } from "../terminals/Relay.ts"
import type { Authenticated, Env } from "./HonoEnv.ts"
import { readBytes } from "./requestBody.ts"

/** What the routes of a relay use of the app. */
export interface RelayRoutesOptions {
  readonly authenticated: Authenticated
  readonly send: (c: Context<Env>, answer: Answer) => Response
}

/** The routes about the service behind a relay, for its own logins. */
export const relayRoutes = (app: Hono<Env>, relay: Relay, { authenticated, send }: RelayRoutesOptions): void => {
  // It is about the orders of all shops.
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
    return send(c, ok({ upstream, ...login, health: { up: isUp, ...defined({ problem, lastGoodAnswer }) } }))
  })
}

/** More than a notification has, in bytes. */
const LONGEST = 256 * 1024

/**
 * The addresses for HiPay's notifications. They need no login: the signature is the proof. Answers are a status and nothing
 * else, so that they tell a stranger nothing.
 */
export const notificationRoutes = (
  app: Hono<Env>,
  receive: NonNullable<Relay["receive"]>,
  commonHeaders: (c: Context<Env>) => Readonly<Record<string, string>>
): void => {
  const answer = (c: Context<Env>, status: number, more: Readonly<Record<string, string>> = {}) =>
    new Response(null, { status, headers: { "Cache-Control": "no-store", ...commonHeaders(c), ...more } })
  for (const path of ["/notifications/hipay", "/notifications/hipay/:path"]) {
    app.post(path, async (c) => {
      const body = await readBytes(c.req.raw, LONGEST).catch(() => "cut" as const)
      if (body === "cut") return answer(c, 400)
      if (body === undefined) return answer(c, 413)
      const delivery = { body: new Uint8Array(body), headers: c.req.raw.headers, path: c.req.param("path") }
      return answer(c, await receive(delivery))
    })
    app.all(path, (c) => answer(c, 405, { Allow: "POST" }))
  }
}

/** `up` is the relay itself; the second line is the service behind it. */
export const relayHealth = async ({ upstream, health }: Relay): Promise<string> => {
  const { isUp, problem, lastGoodAnswer } = await health()
  const state = isUp ? "up" : `down (${problem ?? "no reason given"})`
  const last = lastGoodAnswer === undefined ? "no good answer yet" : `last good answer ${lastGoodAnswer} s ago`
  return `up\nupstream ${upstream}: ${state}, ${last}\n`
}

/** The answer to `GET /drift`. */
const driftAnswer = ({ upstream, drift }: Relay): Effect.Effect<Answer> =>
  Effect.match(drift, {
    onSuccess: (entries) => ok({ upstream, drift: entries }),
    onFailure: ({ detail }) => toProblem({ _tag: "StoreUnreadable", detail })
  })
