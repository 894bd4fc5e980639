/**
 * Terminals over TCP, with Node's sockets behind the connection port.
 *
 * A name is resolved once, and what it resolved to is what the queue and the connection use. Bytes leave at once
 * (TCP_NODELAY), and the sending side is never closed before the connection is: terminals hang up when they see that.
 * Nothing here waits for time.
 */
import * as dns from "node:dns"
import * as net from "node:net"
import { NotStarted } from "@hipay-pos/core/Terminal"
import * as Effect from "effect/Effect"
import { type Address, type Connection, ConnectionLost, type Connector, type Listener } from "../session/Connection.ts"

/** The one TCP connector of the process: all terminals' queues hang on it. */
export const connector: Connector = {
  resolve: (address) => (net.isIP(address.host) === 0 ? resolve(address) : Effect.succeed(address)),
  connect: (address) => connect(address)
}

/** IPv4 first: terminals on shop networks seldom have anything else. */
const resolve = (address: Address): Effect.Effect<Address, NotStarted> =>
  Effect.callback((resume) => {
    dns.lookup(address.host, { order: "ipv4first" }, (error, host) =>
      resume(error === null ? Effect.succeed({ host, port: address.port }) : Effect.fail(notStarted(error, address)))
    )
  })

const connect = (address: Address): Effect.Effect<Connection, NotStarted> =>
  Effect.callback((resume) => {
    const socket = net.connect({ host: address.host, port: address.port, noDelay: true })
    const refused = (error: NodeJS.ErrnoException) => resume(Effect.fail(notStarted(error, address)))
    socket.once("error", refused)
    socket.once("connect", () => {
      socket.off("error", refused)
      resume(Effect.succeed(over(socket)))
    })
    return Effect.sync(() => {
      socket.off("error", refused)
      socket.on("error", () => {})
      socket.destroy()
    })
  })

const over = (socket: net.Socket): Connection => {
  /** What comes before anybody listens. */
  const early: Array<(listener: Listener) => void> = []
  let listener: Listener = {
    heard: (text) => early.push((listener) => listener.heard(text)),
    ended: (how) => early.push((listener) => listener.ended(how))
  }
  socket.setEncoding("latin1")
  socket.on("data", (text: string) => listener.heard(text))
  socket.on("end", () => listener.ended("closed"))
  socket.on("error", () => listener.ended("broken"))
  socket.on("close", () => listener.ended("broken"))
  return {
    write: (text) =>
      Effect.callback((resume) => {
        socket.write(text, "latin1", (error) => resume(error ? Effect.fail(lost(error)) : Effect.void))
      }),
    receive: (to) => {
      listener = to
      for (const tell of early) tell(to)
    },
    close: () => socket.destroySoon()
  }
}

const lost = (error: NodeJS.ErrnoException) => new ConnectionLost({ detail: error.code ?? error.message })

const notStarted = (error: NodeJS.ErrnoException, { host, port }: Address): NotStarted => {
  switch (error.code) {
    case "ECONNREFUSED":
      return new NotStarted({ kind: "ConnectionRefused", detail: `${host}:${port} refused the connection` })
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new NotStarted({ kind: "HostUnknown", detail: `${host} does not resolve` })
    default:
      return new NotStarted({ kind: "Unreachable", detail: `${host}:${port}: ${error.code ?? error.message}` })
  }
}
