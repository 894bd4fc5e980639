/** A bare Hono echo that prints its address as the published programs do: the lower bound of their start. */
import { serve } from "@hono/node-server"
import { Hono } from "hono"

const app = new Hono().all("*", (c) => c.text("ok"))

serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) =>
  console.log(JSON.stringify({ ready: true, url: `http://127.0.0.1:${port}` }))
)
