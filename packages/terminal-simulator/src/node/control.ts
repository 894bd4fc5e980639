/** The control API as an app of its own: the routes behind a bearer token. Starts no server. */

import { createHash, timingSafeEqual } from "node:crypto"
import * as Effect from "effect/Effect"
import { Hono } from "hono"
import { type ControlRoutesOptions, makeControlRoutes, refuseByDefault } from "../control/controlRoutes.ts"

/** What the app serves. */
export interface ControlOptions extends ControlRoutesOptions {
  readonly token: string
}

/** The app, with paths below `/terminals`, and the catalogues `/cards`, `/faults` and `/profiles`. */
export const makeControl = (options: ControlOptions): Hono => {
  const app = new Hono({ strict: false })
  const digest = (text: string) => createHash("sha256").update(text).digest()
  const expected = digest(`Bearer ${options.token}`)

  // In constant time.
  app.use(async (c, next) => {
    if (!timingSafeEqual(digest(c.req.header("authorization") ?? ""), expected)) {
      return refuseByDefault(c, 401, "token", "a bearer token is required")
    }
    await next()
  })
  app.notFound((c) => refuseByDefault(c, 404, "path", `there is no route ${c.req.path}`))
  app.route("/", makeControlRoutes(options))
  // Not among the shared routes: the mock server has its own collection, which also captures transactions.
  app.post("/terminals/:name/collection", async (c) => {
    const name = c.req.param("name")
    const terminal = options.terminals(c).find((each) => each.name === name)
    if (terminal === undefined) return refuseByDefault(c, 404, "terminal", `unknown terminal ${JSON.stringify(name)}`)
    const collected = terminal.ledger.uncollected()
    await Effect.runPromise(terminal.collect)
    return c.json({ collected })
  })
  return app
}
