/** A server that accepts every request and answers none. */
import { once } from "node:events"
import { createServer } from "node:http"
import { listen } from "../../../tests/listen.ts"

export const startSilentServer = async () => {
  const server = createServer()
  /** Resolves at the first request. */
  const asked = once(server, "request")
  return { ...(await listen(server)), asked }
}
