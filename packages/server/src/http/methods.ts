/** Answers requests with methods that an address does not support. */
import type { Hono } from "hono"
import { options } from "../render/Answer.ts"
import { toProblem } from "../render/problems.ts"
import type { Env } from "./HonoEnv.ts"
import type { Responder } from "./RouteTools.ts"

/** Registers answers for the unsupported methods of each address; call it once all routes exist. */
export const refuseOtherMethods = (app: Hono<Env>, send: Responder["send"]): void => {
  for (const [path, allowed] of methodsOf(app)) {
    app.all(path, (c) => {
      const { method } = c.req
      return send(c, method === "OPTIONS" ? options(allowed) : toProblem({ _tag: "MethodNotAllowed", method, allowed }))
    })
  }
}

const methodsOf = (app: Hono<Env>): ReadonlyMap<string, ReadonlyArray<string>> => {
  const known = new Map<string, ReadonlyArray<string>>()
  for (const { path, method } of app.routes) {
    if (method === "ALL" || path.includes("*")) continue
    const more = method === "GET" ? ["GET", "HEAD"] : [method]
    known.set(path, [...new Set([...(known.get(path) ?? []), ...more])])
  }
  return known
}
