/** Calls about the notifications of a space: a list, one with its signature, and a resend. */
import { type Env, ok } from "@hipay-pos/server/http"
import * as Effect from "effect/Effect"
import { Hono } from "hono"
import { mockOf } from "../mock/MockSpace.ts"
import * as View from "./controlView.ts"
import type { MockResponder } from "./MockResponder.ts"
import { notificationNotAllowed } from "./mockProblem.ts"

export const notificationRoutes = ({ send, notFound }: MockResponder): Hono<Env> => {
  const app = new Hono<Env>({ strict: false })
  app.get("/notifications", (c) => {
    const { notifications } = mockOf(c.get("space"))
    return send(c, ok({ notifications: notifications.list().map(View.notification).reverse() }))
  })
  app.get("/notifications/:id", async (c) => {
    const { notifications } = mockOf(c.get("space"))
    const sent = notifications.get(c.req.param("id"))
    return sent === undefined
      ? notFound(c)
      : send(c, ok(View.signedNotification(sent, await Effect.runPromise(Effect.orDie(notifications.sign(sent))))))
  })
  app.post("/notifications/:id/replay", async (c) => {
    const sent = await Effect.runPromise(mockOf(c.get("space")).notifications.replay(c.req.param("id")))
    if (sent === undefined) return notFound(c)
    return sent.state === "recorded" ? send(c, notificationNotAllowed(sent.url)) : send(c, ok(View.notification(sent)))
  })
  return app
}
