/** Has a server read its settings again: `POST /reload`, for logins with the role `control` that see all terminals. */
import type { Reloaded } from "@hipay-pos/core/wire/Reloaded"
import type { Context, Hono } from "hono"
import { type Answer, ok } from "../render/Answer.ts"
import { toProblem } from "../render/problems.ts"
import type { Authenticated, Env } from "./HonoEnv.ts"

/** What the route uses of the app. */
export interface ReloadRouteOptions {
  readonly authenticated: Authenticated
  readonly send: (c: Context<Env>, answer: Answer) => Response
}

/** `reload` reads and takes them; its rejection says in a sentence what was wrong, and those of before stay. */
export const reloadRoute = (
  app: Hono<Env>,
  reload: () => Promise<Reloaded>,
  { authenticated, send }: ReloadRouteOptions
): void => {
  app.post("/reload", authenticated("control", { allTerminals: true }), async (c) => {
    const answer = await reload().then(
      (reloaded) => ok(reloaded),
      (error: unknown) =>
        toProblem({ _tag: "SettingsRefused", detail: error instanceof Error ? error.message : String(error) })
    )
    return send(c, answer)
  })
}
