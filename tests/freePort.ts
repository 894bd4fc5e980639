/** A port that was free a moment ago, for servers whose port must be known before they listen, or that start again. */
import { once } from "node:events"
import { createServer } from "node:net"

/** Below the ports that systems give to connections: none of those takes it while its server is stopped. */
const [LOWEST, COUNT] = [20_000, 12_000]

export const freePort = async (): Promise<number> => {
  const port = LOWEST + Math.floor(Math.random() * COUNT)
  const server = createServer().listen(port, "127.0.0.1")
  const isFree = await once(server, "listening").then(
    () => true,
    () => false
  )
  if (!isFree) return freePort()
  server.close()
  await once(server, "close")
  return port
}
