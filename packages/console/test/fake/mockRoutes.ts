/** The mock's own routes in memory. */
import { Hono } from "hono"

export const mockRoutes = () => {
  const app = new Hono()
  app.get("/", (c) =>
    c.json({
      space: "",
      version: "0.1.0",
      clock: { now: "2026-11-20T10:00:00.000Z", frozen: false },
      terminals: 1,
      attempts: 3
    })
  )
  return app
}
