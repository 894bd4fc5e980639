/** A server of a test, on any free port of this machine. */
import { once } from "node:events"
import { createServer as createHttpServer, type RequestListener } from "node:http"
import { type AddressInfo, createServer, type Server, type Socket } from "node:net"

export interface Listening extends AsyncDisposable {
  readonly port: number
  /** `HOST:PORT`. */
  readonly host: string
  /** For HTTP, without a slash at its end. */
  readonly url: string
}

/** Starts a server; the end of its block closes it with its connections. Those that break off are no failure of a test. */
export const listen = async (server: Server, at = 0): Promise<Listening> => {
  const sockets = new Set<Socket>()
  server.on("connection", (socket: Socket) => {
    sockets.add(socket)
    socket.on("error", () => {}).once("close", () => sockets.delete(socket))
  })
  await once(server.listen(at, "127.0.0.1"), "listening")
  const { port } = server.address() as AddressInfo
  const host = `127.0.0.1:${port}`
  const dispose = async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
  return { port, host, url: `http://${host}`, [Symbol.asyncDispose]: dispose }
}

export const listenHttp = (onRequest: RequestListener, at = 0): Promise<Listening> =>
  listen(createHttpServer(onRequest), at)

export const listenTcp = (onConnection: (socket: Socket) => void): Promise<Listening> =>
  listen(createServer(onConnection))
