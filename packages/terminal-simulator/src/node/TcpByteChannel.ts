/** A terminal's end of a TCP connection: one write is one segment, and unread data is bounded. */
import type { Socket } from "node:net"
import type { ByteChannel } from "../connection/ByteChannel.ts"

/** Chunks that wait unread before the socket is paused. */
const MAX_WAITING = 16
/** Milliseconds that an ECR has to send its first byte. */
const FIRST_BYTE = 60_000
/** Milliseconds that the ECR has to end its side after the terminal has ended its own. */
const CLOSE_NOTICE = 5_000

/** Takes over a socket that was accepted with `allowHalfOpen`. */
export const fromSocket = (socket: Socket): ByteChannel => {
  const chunks: Array<string> = []
  let begun = false
  let ended = false
  let onReadable = () => {}

  const read = (): string | undefined => {
    const chunk = chunks.shift()
    if (chunks.length < MAX_WAITING && socket.isPaused()) socket.resume()
    return chunk
  }
  const finish = () => {
    ended = true
    onReadable()
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
    onReadable()
  })
  socket.on("end", finish)
  socket.on("close", finish)
  // A reset by the ECR: `close` follows, and the terminal carries on.
  socket.on("error", () => {})

  return {
    get peer() {
      return `${socket.remoteAddress ?? "?"}:${socket.remotePort ?? 0}`
    },
    onReadable: (callback) => {
      onReadable = callback
    },
    read,
    ended: () => ended,
    send: (text) => {
      if (socket.writable) socket.write(text, "latin1")
    },
    end: () => {
      if (socket.destroyed || socket.writableEnded) return
      socket.end()
      if (ended) return
      socket.once("end", () => socket.destroy())
      socket.setTimeout(CLOSE_NOTICE)
    },
    reset: () => {
      if (!socket.destroyed) socket.resetAndDestroy()
    }
  }
}
