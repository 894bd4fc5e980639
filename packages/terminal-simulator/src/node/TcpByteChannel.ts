/** A terminal's end of a TCP connection: one write is one segment, and an ECR that does not read costs little. */
import type { Socket } from "node:net"
import type { Line } from "../connection/ByteChannel.ts"

/** Chunks that wait unread before the socket is paused. */
const MAX_WAITING = 16
/** How long an ECR that has connected may say nothing, in milliseconds. */
const FIRST_BYTE = 60_000
/** How long the ECR may take to end its side once the terminal has ended its own, in milliseconds. */
const FAREWELL = 5_000

/** Takes over a socket that was accepted with `allowHalfOpen`. */
export const fromSocket = (socket: Socket): Line => {
  const chunks: Array<string> = []
  let begun = false
  let ended = false
  let wake = () => {}

  const take = (): string | undefined => {
    const chunk = chunks.shift()
    if (chunks.length < MAX_WAITING && socket.isPaused()) socket.resume()
    return chunk
  }
  const finish = () => {
    ended = true
    wake()
  }

  socket.setNoDelay(true)
  socket.setTimeout(FIRST_BYTE, () => socket.destroy())
  socket.setEncoding("latin1")
  socket.on("data", (chunk: string) => {
    if (!begun) {
      begun = true
      socket.setTimeout(0)
    }
    chunks.push(chunk)
    if (chunks.length >= MAX_WAITING) socket.pause()
    wake()
  })
  socket.on("end", finish)
  socket.on("close", finish)
  // A reset by the ECR: `close` follows, and the terminal carries on.
  socket.on("error", () => {})

  return {
    get peer() {
      return `${socket.remoteAddress ?? "?"}:${socket.remotePort ?? 0}`
    },
    listen: (to) => {
      wake = to
    },
    take,
    ended: () => ended,
    send: (text) => {
      if (socket.writable) socket.write(text, "latin1")
    },
    end: () => {
      if (socket.destroyed || socket.writableEnded) return
      socket.end()
      if (ended) return
      socket.once("end", () => socket.destroy())
      socket.setTimeout(FAREWELL)
    },
    reset: () => {
      if (!socket.destroyed) socket.resetAndDestroy()
    }
  }
}
