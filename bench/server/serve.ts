/** A server to be measured, in a process of its own: `echo`, `mock` or `mock --store FILE`. Prints its port. */
import "effect/schema/SchemaJITCompiler/enable"
import { startServer } from "@hipay-pos/server-mock/node"
import { serve } from "@hono/node-server"
import { Hono } from "hono"

const [kind, ...rest] = process.argv.slice(2)

if (kind === "echo") {
  const app = new Hono().post("/v1/connector/order", async (c) => c.json(await c.req.json()))
  serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) => console.log(port))
} else {
  const attach = rest
  const { port } = await startServer({ port: 0, ...(attach.length === 0 ? {} : { attach }) })
  console.log(port)
}
process.on("SIGINT", () => process.exit())
