/** The till as a program: reads the environment, starts, ends on Ctrl-C. An error is one line, with exit code 2. */
import * as Result from "effect/Result"
import { buildPages } from "./server/buildPages.ts"
import { readSettings } from "./server/settings.ts"
import { startTill } from "./server/startTill.ts"

const end = (problem: string): never => {
  console.error(`till: ${problem}`)
  process.exit(2)
}

const settings = Result.getOrElse(readSettings(process.env), end)
await buildPages()
const till = await startTill(settings).catch((error: NodeJS.ErrnoException) =>
  end(
    error.code === "EADDRINUSE"
      ? `port ${settings.port} is in use; choose another with TILL_PORT, or 0 for any that is free`
      : error.message
  )
)
console.log(`till ready: ${till.url}`)

const stop = () => void till.close().then(() => process.exit(0))
process.once("SIGINT", stop)
process.once("SIGTERM", stop)
