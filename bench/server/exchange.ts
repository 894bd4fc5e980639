import * as net from "node:net"

/** Sends bytes over a new connection, and returns everything received until the other end closes it. */
export const exchange = (port: number, sent: Buffer): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const chunks: Array<Buffer> = []
    const socket = net.connect({ host: "127.0.0.1", port, noDelay: true })
    socket.write(sent)
    socket.on("data", (chunk: Buffer) => chunks.push(chunk))
    socket.on("error", reject)
    socket.on("close", () => resolve(Buffer.concat(chunks)))
  })
