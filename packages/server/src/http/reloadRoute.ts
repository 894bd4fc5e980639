/** Reloads a server's settings: `POST /reload`, for logins with the role `control` that see all terminals. */
import * as ErrorText from "@hipay-pos/core/ErrorText"
import type { Reloaded } from "@hipay-pos/core/wire/Reloaded"
import { Hono } from "hono"
import { ok } from "../render/Answer.ts"
import { toProblem } from "../render/problems.ts"
import type { Env } from "./HonoEnv.ts"
import type { RouteTools } from "./RouteTools.ts"

/** `reload` reads and applies them. If it rejects, with a sentence saying what was wrong, the previous ones stay in use. */
export const reloadRoute = ({ authenticated, send }: RouteTools, reload: () => Promise<Reloaded>): Hono<Env> => {
  const app = new Hono<Env>()
  app.post("/", authenticated("control", { allTerminals: true }), async (c) => {
    const answer = await reload().then(
      (reloaded) => ok(reloaded),
      (error: unknown) => toProblem({ _tag: "SettingsRefused", detail: ErrorText.of(error) })
    )
    return send(c, answer)
  })
  return app
}
