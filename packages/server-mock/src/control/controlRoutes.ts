/**
 * The mock's own interface, under `/_mock`: what a test sets up or asks for, and what a person does at a terminal's pinpad.
 * Every call concerns the space that the caller names.
 */

import * as CardNumber from "@hipay-pos/core/CardNumber"
import type { ControlTools, Space } from "@hipay-pos/server"
import { options as allow, done, type Env, ok } from "@hipay-pos/server/http"
import { makeControlRoutes } from "@hipay-pos/terminal-simulator/control"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { type Context, Hono } from "hono"
import { type MockSpace, mockOf } from "../mock/MockSpace.ts"
import * as TerminalName from "../terminals/TerminalName.ts"
import { attemptRoutes } from "./attemptRoutes.ts"
import { clockRoutes } from "./clockRoutes.ts"
import { calls, describeMock, methods } from "./controlDocument.ts"
import * as View from "./controlView.ts"
import { httpFaultRoutes } from "./httpFaultRoutes.ts"
import { makeResponder } from "./MockResponder.ts"
import { terminalAttached } from "./mockProblem.ts"
import { notificationRoutes } from "./notificationRoutes.ts"
import { takesNoMore } from "./takesNoMore.ts"

/** The routes, to be mounted below `/_mock` behind a check of the caller. */
export const mockRoutes = (options: ControlTools): Hono<Env> => {
  const { spaces, send, commonHeaders, version, closing } = options
  const responder = makeResponder(send)
  const { refuse, notFound } = responder
  const app = new Hono<Env>({ strict: false })

  for (const call of calls) app.on(call.method, call.path, takesNoMore(responder, call))

  app.get("/openapi.json", (c) => send(c, ok(describeMock(version))))

  app.get("/", async (c) => {
    const space = c.get("space")
    const { terminals, clock } = mockOf(space)
    const attempts = await countOf(space)
    return send(
      c,
      ok({ space: space.name, version, clock: View.clock(clock), terminals: terminals.simulated().length, attempts })
    )
  })
  app.get("/simulation", (c) => send(c, ok(View.simulation(mockOf(c.get("space"))))))
  app.delete("/", async (c) => {
    const space = c.get("space")
    const known = await spaces()
    // Drops the space first, so that it writes no more to what is forgotten, and forgets in the same tick, so that nothing of
    // the next space is forgotten.
    known.drop(space.name)
    const forgotten = await Effect.runPromise(Effect.result(mockOf(space).forgetStored))
    return Result.isFailure(forgotten) ? refuse(c, forgotten.failure) : send(c, done())
  })

  app.get("/spaces", async (c) => {
    const known = await spaces()
    const shown = known.list().map(async (space) => ({
      name: space.name,
      attempts: await countOf(space),
      underWay: space.attempts.underWay()
    }))
    return send(c, ok({ spaces: await Promise.all(shown) }))
  })
  app.delete("/spaces/:name", async (c) => {
    const known = await spaces()
    return known.drop(c.req.param("name")) ? send(c, done()) : notFound(c)
  })

  app.route("/", attemptRoutes(responder, closing))
  app.route("/", notificationRoutes(responder))
  app.route("/", httpFaultRoutes(responder))
  app.route("/", clockRoutes(responder))

  // The simulator's routes know nothing of the headers and the errors here.
  app.use(async (c, next) => {
    await next()
    for (const [name, value] of Object.entries(commonHeaders(c))) c.header(name, value)
    c.header("Cache-Control", "no-store")
  })
  for (const path of ["/terminals/:name", "/terminals/:name/*"]) {
    app.use(path, async (c, next) => {
      const name = CardNumber.maskWritten(c.req.param("name") ?? "")
      if (terminalsOf(c).isAttached(name)) return send(c, terminalAttached(name))
      return next()
    })
  }
  app.post("/terminals/:name/pass", async (c) => {
    const { name: space } = c.get("space")
    const simulator = await Effect.runPromise(terminalsOf(c).named(CardNumber.maskWritten(c.req.param("name")), "read"))
    if (simulator === undefined) return notFound(c)
    return send(c, ok({ path: `/_mock/pass/${options.openPass(simulator.name, space)}` }))
  })
  app.route(
    "/",
    makeControlRoutes({
      terminals: (c) =>
        terminalsOf(c)
          .simulated()
          .map(({ simulator }) => simulator),
      find: (c, name) => {
        const use = c.req.method === "GET" || c.req.method === "HEAD" ? "read" : "control"
        return Effect.runPromise(terminalsOf(c).named(CardNumber.maskWritten(name), use))
      },
      describe: ({ name }) => ({ kind: "simulated", ...addressOf(name) }),
      refuse: (c, status, _, message) =>
        status === 404 ? notFound(c) : refuse(c, { _tag: "MalformedRequest", detail: message }),
      closing: (c: Context<Env>) => AbortSignal.any([closing, c.get("space").ended])
    })
  )
  for (const [path, allowed] of methods) {
    app.all(path, (c) => {
      const { method } = c.req
      return method === "OPTIONS"
        ? send(c, allow(allowed))
        : refuse(c, { _tag: "MethodNotAllowed", method, allowed: [...allowed] })
    })
  }
  return app
}

const terminalsOf = (c: Context<Env>): MockSpace["terminals"] => mockOf(c.get("space")).terminals

const countOf = ({ attempts }: Space.Space): Promise<number> =>
  Effect.runPromise(Effect.match(attempts.list({}), { onFailure: () => 0, onSuccess: ({ length }) => length }))

/** Host and port from a terminal's name; one named by its serial number has no port. */
const addressOf = (name: string) => {
  const target = TerminalName.toTarget(name)
  return target._tag === "Concert" ? { host: target.host, port: target.port } : { host: name }
}
