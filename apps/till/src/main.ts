/** The till as a program: reads the environment, starts, ends on Ctrl-C. */
import { readFileSync } from "node:fs"
import * as Schema from "effect/Schema"
import { Catalogue } from "./catalogue/Catalogue.ts"
import { buildPages } from "./server/buildPages.ts"
import { startTill } from "./server/startTill.ts"

const { env } = process

/** `NAME=HOST:PORT`, several with commas between. */
const terminals = (env.TILL_TERMINALS ?? "Counter=127.0.0.1:8888").split(",").map((text) => {
  const match = /^(.+)=(.+):(\d+)$/.exec(text.trim())
  if (match === null) throw new Error(`TILL_TERMINALS: expected NAME=HOST:PORT, got ${text}`)
  const [, name = "", host = "", port] = match
  return { name, host, port: Number(port) }
})

const catalogue =
  env.TILL_CATALOGUE === undefined
    ? {}
    : { catalogue: Schema.decodeUnknownSync(Catalogue)(JSON.parse(readFileSync(env.TILL_CATALOGUE, "utf8"))) }

await buildPages()
const till = await startTill({
  port: Number(env.TILL_PORT ?? 8090),
  server: {
    url: env.TILL_SERVER ?? "http://127.0.0.1:8080",
    username: env.TILL_USERNAME ?? "merchant",
    password: env.TILL_PASSWORD ?? "secret",
    live: env.TILL_LIVE === "yes"
  },
  terminals,
  dataDir: env.TILL_DATA ?? "till-data",
  ...(env.TILL_SHOP === undefined ? {} : { shop: env.TILL_SHOP }),
  ...catalogue
})
console.log(`till ready: ${till.url}`)

const stop = () => void till.close().then(() => process.exit(0))
process.once("SIGINT", stop)
process.once("SIGTERM", stop)
