/**
 * Bounds a server's connections, so that it keeps descriptors for terminals and its store, and room for everyone.
 *
 * At most three quarters of the connections may have shown no login. If all are taken and one login has more than a quarter, a
 * few more without a login, such as health checks, are admitted; as long as they show none, that login loses nothing. Once
 * callers with a login exceed the bound, the login with most connections loses an event stream, or else an idle connection. A
 * connection with an order under way is never closed for another one.
 */
import { readFileSync } from "node:fs"
import type { Socket } from "node:net"

/** How connections are bounded. */
export interface ConnectionLimitOptions {
  /** The most simultaneous connections, apart from the few beyond. */
  readonly most: number
  /** The last login shown on a connection, if it was valid. */
  readonly loginOf: (socket: Socket) => string | undefined
  readonly workOn: (socket: Socket) => Work
}

/** The work in progress on a connection: none, only reads such as event streams, or something else. */
export type Work = "idle" | "reading" | "acting"

/** The connections of one server. */
export interface ConnectionLimit {
  /** Admits a new connection. If there are too many, closes others, or the new one if no other may be closed. */
  readonly admit: (socket: Socket) => void
  /** Reports that a request on the connection was answered: of the idle connections, the most recently used is closed last. */
  readonly used: (socket: Socket) => void
  /** Closes a connection that may be closed for another, to free its descriptor. */
  readonly makeRoom: () => void
}

/** Makes the bound. */
export const makeConnectionLimit = ({ most, loginOf, workOn }: ConnectionLimitOptions): ConnectionLimit => {
  const mostUnknown = Math.max(1, Math.floor(most * 0.75))
  const share = Math.max(1, Math.floor(most / 4))
  const few = Math.max(2, Math.floor(most / 8))
  /** All connections, most recently used last. */
  const all = new Set<Socket>()
  /** Connections not yet seen to have shown a login, oldest first. */
  const unknown = new Set<Socket>()
  /** The connections that have shown no login; drops the others from `unknown`. */
  function* strangers() {
    for (const socket of unknown) {
      if (loginOf(socket) === undefined) yield socket
      else unknown.delete(socket)
    }
  }
  const areFew = (): boolean => {
    let count = 0
    for (const _ of strangers()) if (++count > few) return false
    return true
  }
  /** The oldest idle connection without a login, or else the oldest without one: none of them has an order under way. */
  const findStranger = (spared: Socket | undefined): Socket | undefined => {
    let busy: Socket | undefined
    for (const socket of strangers()) {
      if (socket === spared) continue
      if (workOn(socket) === "idle") return socket
      busy ??= socket
    }
    return busy
  }
  /** A connection that may be closed, of the login that exceeds its share most. */
  const findOverShare = (): Socket | undefined => {
    const logins = new Map<string, { count: number; reading?: Socket; idle?: Socket; acting?: Socket }>()
    for (const socket of all) {
      const login = loginOf(socket)
      if (login === undefined) continue
      const own = logins.get(login) ?? { count: 0 }
      own.count++
      own[workOn(socket)] ??= socket
      logins.set(login, own)
    }
    let highest = share
    let victim: Socket | undefined
    for (const { count, reading, idle } of logins.values()) {
      const own = reading ?? idle
      if (own === undefined || count <= highest) continue
      highest = count
      victim = own
    }
    return victim
  }
  const close = (socket: Socket | undefined) => {
    if (socket === undefined) return
    all.delete(socket)
    unknown.delete(socket)
    socket.destroy()
  }
  return {
    admit: (socket) => {
      all.add(socket)
      unknown.add(socket)
      socket.on("close", () => {
        all.delete(socket)
        unknown.delete(socket)
      })
      if (all.size > most) {
        const overShare = areFew() ? findOverShare() : undefined
        if (overShare === undefined) close(findStranger(socket) ?? socket)
        else if (all.size - unknown.size > most) close(overShare)
      } else if (unknown.size > mostUnknown) {
        // Some may have shown a login since.
        const victim = findStranger(socket)
        if (unknown.size > mostUnknown) close(victim)
      }
    },
    used: (socket) => {
      if (all.delete(socket)) all.add(socket)
    },
    makeRoom: () => close(findStranger(undefined) ?? findOverShare())
  }
}

/** The default bound: half of the descriptors that the process may open, 10 000 at most. */
export const defaultMost = (): number => Math.min(10_000, Math.max(16, Math.floor(descriptors() / 2)))

/** The descriptors that this process may open; if the system does not say, what most systems allow. */
const descriptors = (): number => {
  try {
    const [, soft] = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8")) ?? []
    return soft === undefined ? 1_024 : Number(soft)
  } catch {
    return 1_024
  }
}
