/**
 * Terminals over TCP, with Node's sockets behind the connection port.
 *
 * A name is resolved once; the lock and the connection both use the resolved address. Bytes are sent at once (TCP_NODELAY), and
 * the sending side stays open until the connection closes, because terminals hang up on a half-close. There are no timers here.
 */
import * as dns from "node:dns"
import * as net from "node:net"
import * as Host from "@hipay-pos/core/Host"
import { NotStarted } from "@hipay-pos/core/Terminal"
import * as Effect from "effect/Effect"
import {
  type Address,
  type Connection,
  ConnectionFailed,
  type Connector,
  type Listener
} from "../session/Connection.ts"

/** The process's only TCP connector, to which the terminals' locks belong. */
export const connector: Connector = {
  resolve: (address) => (net.isIP(address.host) === 0 ? resolve(address) : Effect.succeed(address)),
  connect: (address) => connect(address)
}

/** Prefers IPv4: terminals on shop networks seldom have anything else. */
const resolve = (address: Address): Effect.Effect<Address, NotStarted> =>
  Effect.callback((resume) => {
    if (Host.isMisread(address.host)) {
      const detail = `${address.host} is not an IP address: write four numbers without leading zeros, such as 192.168.1.20`
      return resume(Effect.fail(new NotStarted({ kind: "HostUnknown", detail })))
    }
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
      const connection = fromSocket(socket)
      // Data that the terminal has already sent is read in the loop's next turn, and must be known before the request is
      // written.
      setImmediate(() =>
        setImmediate(() => {
          socket.off("error", refused)
          resume(Effect.succeed(connection))
        })
      )
    })
    return Effect.sync(() => {
      socket.off("error", refused)
      socket.on("error", () => {})
      socket.destroy()
    })
  })

const fromSocket = (socket: net.Socket): Connection => {
  /** Events received before a listener is set. */
  const early: Array<(listener: Listener) => void> = []
  let listener: Listener = {
    onData: (text) => early.push((listener) => listener.onData(text)),
    onEnd: (how) => early.push((listener) => listener.onEnd(how))
  }
  socket.setEncoding("latin1")
  socket.on("data", (text: string) => listener.onData(text))
  socket.on("end", () => listener.onEnd("closed"))
  socket.on("error", () => listener.onEnd("broken"))
  socket.on("close", () => listener.onEnd("broken"))
  return {
    write: (text) =>
      Effect.callback((resume) => {
        socket.write(text, "latin1", (error) => resume(error ? Effect.fail(lost(error)) : Effect.void))
      }),
    receive: (to) => {
      listener = to
      for (const deliver of early) deliver(to)
    },
    close: () => {
      // Closes at once, so that the terminal sees the end before the next connection.
      if (socket.writableLength === 0) socket.destroy()
      else socket.destroySoon()
    }
  }
}

const lost = (error: NodeJS.ErrnoException) => new ConnectionFailed({ detail: error.code ?? error.message })

const reasons: Readonly<Record<string, string>> = {
  ECONNRESET: "it reset the connection at once",
  EHOSTUNREACH: "nothing at this address answers on the network",
  ENETUNREACH: "this machine has no route to that network",
  ETIMEDOUT: "it does not answer"
}

const reasonOf = ({ code = "", message }: NodeJS.ErrnoException): string => {
  const reason = reasons[code]
  return reason === undefined ? code || message : `${reason} (${code})`
}

const notStarted = (error: NodeJS.ErrnoException, { host, port }: Address): NotStarted => {
  switch (error.code) {
    case "ECONNREFUSED":
      return new NotStarted({ kind: "ConnectionRefused", detail: `${host}:${port} refused the connection` })
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new NotStarted({ kind: "HostUnknown", detail: `${host} does not resolve` })
    default:
      return new NotStarted({ kind: "Unreachable", detail: `${host}:${port}: ${reasonOf(error)}` })
  }
}
