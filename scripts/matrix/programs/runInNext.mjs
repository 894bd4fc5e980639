/** Builds the app beside it once, and pays by the route that is named, at a mock on a port. */
import { execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync } from "node:fs"
import { createInterface } from "node:readline"
import { startServer } from "@hipay-pos/server-mock/node"

const next = "node_modules/next/dist/bin/next"
const env = { ...process.env, NEXT_TELEMETRY_DISABLED: "1" }
if (!existsSync(".next/BUILD_ID")) execFileSync(process.execPath, [next, "build"], { env, stdio: "pipe" })

const [route] = process.argv.slice(2)
const server = await startServer({ port: 0 })
const app = spawn(process.execPath, [next, "start", "--port", "0", "--hostname", "127.0.0.1"], {
  env,
  stdio: ["ignore", "pipe", "inherit"]
})
try {
  let url
  for await (const line of createInterface({ input: app.stdout })) {
    url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0]
    if (url !== undefined) break
  }
  const outcome = await (await fetch(`${url}/${route}?server=${encodeURIComponent(server.url)}`)).text()
  const { entries } = await server.mock.ledger()
  console.log(JSON.stringify({ outcome, charged: entries.length }))
} finally {
  const ended = once(app, "exit")
  app.kill()
  await ended
  await server.close()
}
